"""Files as published that national tables are made of: found, hashed, and read column by column.

A file whose layout changed is refused: file, row, column, what was found and what is expected. What its
columns mean belongs to the module of the subject.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
from collections.abc import Collection, Sequence
from pathlib import Path

import pandas as pd

from housing_trajectories.findings import BadInput, Finding, inert

FIRST_ROW = 2
"""Of a CSV file whose first line is its header."""


class PublishedFiles:
    """Folders with files as published. A file is named as it lies in one of them, or beside one of them."""

    def __init__(self, *folders: Path) -> None:
        self._folders = folders

    def path(self, name: str) -> Path:
        """Where the file is; raises BadInput where no folder has it."""
        for folder in self._folders:
            for path in (folder / name, folder.resolve().parent / name):
                if path.is_file():
                    return path
        looked = ", ".join(inert(str(folder)) for folder in self._folders) or "no folder"
        raise BadInput([Finding(name, None, None, f"no such file in {looked}", "the file as published")])

    def sha256(self, name: str) -> str:
        """Hash of the file's bytes."""
        return hashlib.sha256(self.path(name).read_bytes()).hexdigest()

    def content(self, name: str) -> bytes:
        """The file's bytes, unpacked where it is a .gz."""
        try:
            content = self.path(name).read_bytes()
            return gzip.decompress(content) if name.endswith(".gz") else content
        except (OSError, EOFError) as error:
            raise refused(name, str(error), "a whole file") from None

    def table(self, name: str, columns: Sequence[str], numbers: Collection[str] = ()) -> pd.DataFrame:
        """The named columns of a CSV file with one header line, as trimmed text; `numbers` as float.

        An empty cell is "" or NaN. The index is the row in the file. Raises BadInput where a column is
        missing or double, a line is too long or too short, or a cell of `numbers` is none.
        """
        try:
            text = self.content(name).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise refused(name, str(error), "text in UTF-8") from None
        lines = list(csv.reader(io.StringIO(text, newline="")))
        header = [cell.strip() for cell in lines[0]] if lines else []
        for column in columns:
            if header.count(column) != 1:
                found = "the columns " + ", ".join(header[:20]) if header else "an empty file"
                raise refused(name, found, f"the column {column} once", row=1, column=column)
        rows = {number: line for number, line in enumerate(lines[1:], start=FIRST_ROW) if line}
        for number, line in rows.items():
            if len(line) != len(header):
                expected = f"{len(header)} cells, one per column"
                raise refused(name, f"{len(line)} cells", expected, row=number)
        index = pd.Index(list(rows), dtype="int64")
        read = {}
        for column in columns:
            at = header.index(column)
            cells = pd.Series([line[at].strip() for line in rows.values()], index=index, dtype="str")
            read[column] = numbers_of(name, column, cells) if column in numbers else cells
        return pd.DataFrame(read, index=index)


def numbers_of(name: str, column: str, cells: pd.Series) -> pd.Series:
    """Text as numbers without thousands separators, NaN where empty; raises BadInput with the first row."""
    text = cells.str.replace(",", "")
    values = pd.to_numeric(text, errors="coerce").astype("float64")
    wrong = values.isna() & text.ne("")
    if wrong.any():
        raise refused_cell(name, cells, wrong, "a number", column)
    return values


def refused(
    name: str, found: str, expected: str, row: int | None = None, column: str | None = None
) -> BadInput:
    """The error of a file that is not as it was published before."""
    return BadInput([Finding(name, row, column, inert(found, 300), expected)])


def refused_cell(name: str, cells: pd.Series, wrong: pd.Series, expected: str, column: str) -> BadInput:
    """The error of the first cell that is wrong; the index of both is the row in the file."""
    row, found = next(
        (row, cell) for row, cell, is_wrong in zip(cells.index, cells, wrong, strict=True) if is_wrong
    )
    return refused(name, str(found), expected, row=int(str(row)), column=column)


def proved(name: str, what: str, found: float, published: float, within: float = 0.0) -> str:
    """The sentence that a sum is the published total; raises BadInput where it is not, within `within`."""
    if not abs(found - published) <= within:
        raise refused(name, f"{what}: {found:,.10g}", f"{published:,.10g}, the total published")
    near = f" (within {within:,g} of rounding)" if found != published else ""
    return f"{what}: found {found:,.10g}, published {published:,.10g}{near}"
