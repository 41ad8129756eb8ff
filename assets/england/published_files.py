"""Files as published that national tables are made of: found, hashed, and read column by column.

A file whose layout changed is refused: file, row, column, what was found and what is expected. What its
columns mean belongs to the module of the subject.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import zipfile
from collections.abc import Collection, Sequence
from pathlib import Path

import pandas as pd

from assets.official_files.file_content import Content
from housing_trajectories.findings import BadInput, Finding, inert

PUBLISHED_TOTALS = Path(__file__).with_name("published_totals.csv")
"""Totals that publishers print elsewhere than in the file: file, what, total, where it is printed."""


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

    def names(self, folder: str, *endings: str) -> list[str]:
        """Names of the files in a folder with one of the endings, sorted; none where it is missing."""
        for root in self._folders:
            if (root / folder).is_dir():
                paths = sorted((root / folder).iterdir())
                return [f"{folder}/{path.name}" for path in paths if path.name.endswith(endings)]
        return []

    def content(self, name: str, member: str | None = None) -> bytes:
        """The file's bytes, unpacked where it is a .gz; of a .zip those of its `member`."""
        try:
            content = self.path(name).read_bytes()
            if member is not None:
                with zipfile.ZipFile(io.BytesIO(content)) as archive:
                    return archive.read(member)
            return gzip.decompress(content) if name.endswith(".gz") else content
        except (OSError, EOFError, KeyError, zipfile.BadZipFile) as error:
            raise refused(name, str(error), f"a whole file{f' with {member}' if member else ''}") from None

    def table(
        self,
        name: str,
        columns: Sequence[str],
        numbers: Collection[str] = (),
        *,
        member: str | None = None,
        encoding: str = "utf-8-sig",
        unnamed: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """The named columns of a CSV file with one header line, as trimmed text; `numbers` as float.

        `unnamed` names the columns of a file without that line, `member` the CSV file within a .zip. An empty
        cell is "" or NaN. The index is the row in the file. Raises BadInput where a column is missing or
        double, a line is too long or too short, or a cell of `numbers` is none.
        """
        try:
            text = self.content(name, member).decode(encoding)
        except UnicodeDecodeError as error:
            raise refused(name, str(error), f"text in {encoding}") from None
        lines = list(csv.reader(io.StringIO(text, newline="")))
        if unnamed is None:
            return _chosen(name, lines, columns, numbers)
        return _chosen(name, [list(unnamed), *lines], columns, numbers, first_row=1)

    def sheet(
        self,
        name: str,
        sheet: str,
        columns: Sequence[str],
        numbers: Collection[str] = (),
        header: int = 1,
    ) -> pd.DataFrame:
        """The same of a workbook's sheet whose header stands in row `header`; raises BadInput as well."""
        content = Content(self.path(name))
        if sheet not in content.sheet_names:
            raise refused(name, "the sheets " + ", ".join(content.sheet_names), f"a sheet {sheet}")
        lines = [[_text(cell) for cell in row] for row in content.sheet(sheet)]
        return _chosen(f"{name}, sheet {sheet}", lines, columns, numbers, header)


def _text(cell: object) -> str:
    """A cell of a workbook, which holds whole numbers as floats."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def _chosen(
    name: str,
    lines: list[list[str]],
    columns: Sequence[str],
    numbers: Collection[str],
    header_row: int = 1,
    first_row: int | None = None,
) -> pd.DataFrame:
    """Named columns of lines, by their row; the first below the header is `first_row`."""
    header = [cell.strip() for cell in lines[header_row - 1]] if len(lines) >= header_row else []
    for column in columns:
        if header.count(column) != 1:
            found = "the columns " + ", ".join(header[:20]) if header else "an empty file"
            raise refused(name, found, f"the column {column} once", row=header_row, column=column)
    first = header_row + 1 if first_row is None else first_row
    rows = {number: line for number, line in enumerate(lines[header_row:], start=first) if any(line)}
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


def published_total(name: str, what: str, found: float, within: float = 0.0) -> str:
    """The same for a total of published_totals.csv; raises BadInput too where the file has no such row."""
    known = pd.read_csv(PUBLISHED_TOTALS)
    row = known[known["file"].eq(name) & known["what"].eq(what)]
    if len(row) != 1:
        raise refused(
            PUBLISHED_TOTALS.name, f"{len(row)} rows of {name}, {what}", "the total published, once"
        )
    sentence = proved(name, what, found, float(row["total"].iloc[0]), within)
    return f"{sentence} ({row['where'].iloc[0]})"
