"""A published file opened: lines of text or sheets of cells, with nothing in them believed yet.

Holds the limits that keep a hostile file from taking the machine. What the cells mean belongs to the readers.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from pathlib import Path

from python_calamine import CalamineWorkbook

from housing_trajectories.findings import BadInput, Finding, inert

LARGEST_TEXT = 512 * 1024 * 1024
"""A month of appointments in general practice by day is the largest that is published: some 100 MB."""
LARGEST_WORKBOOK = 64 * 1024 * 1024
LARGEST_UNPACKED = 400_000_000
ENCODINGS = ("utf-8-sig", "cp1252")
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""First bytes of .xlsx and .ods, and of .xls."""
SECTOR = 512
"""Bytes that an .xls file is a multiple of; cut elsewhere, its parser panics."""
HEAD = 40
"""Lines in which a file shows what it is."""


class Content:
    """One file. `text` is None in a workbook, `sheet_names` empty in a text."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.text: str | None = None
        self.sheet_names: list[str] = []
        self._workbook: CalamineWorkbook | None = None
        try:
            with path.open("rb") as handle:
                start = handle.read(4)
            size = path.stat().st_size
        except OSError as error:
            raise self._refused(error.strerror or "cannot be read", "a file") from None
        largest = LARGEST_WORKBOOK if start in WORKBOOKS else LARGEST_TEXT
        if size > largest:
            raise self._refused(f"{size:,} bytes", f"a file under {largest:,} bytes")
        if start in WORKBOOKS:
            self._open_workbook(path.read_bytes())
        else:
            self.text = self._decoded(path.read_bytes())

    def _refused(self, found: str, expected: str) -> BadInput:
        return BadInput([Finding(self.name, None, None, inert(found), expected)])

    def _open_workbook(self, content: bytes) -> None:
        if content.startswith(WORKBOOKS[0]):
            try:
                with zipfile.ZipFile(io.BytesIO(content)) as archive:
                    unpacked = sum(entry.file_size for entry in archive.infolist())
            except Exception as error:  # zipfile raises more than its own error on crafted directories
                raise self._refused(str(error), "a workbook") from None
            if unpacked > LARGEST_UNPACKED:
                raise self._refused(f"{unpacked:,} bytes unpacked", f"at most {LARGEST_UNPACKED:,} bytes")
        elif len(content) % SECTOR:
            raise self._refused(
                f"{len(content):,} bytes, which are no whole sectors", "a whole .xls workbook"
            )
        try:
            self._workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
            self.sheet_names = list(self._workbook.sheet_names)
        except BaseException as error:
            raise self._broken(error, "a workbook") from None

    def _broken(self, error: BaseException, expected: str) -> BadInput:
        """What the parser of workbooks failed with: anything, a panic of its own that is no Exception too."""
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise error
        return self._refused(f"{type(error).__name__}: {error}", expected)

    def _decoded(self, content: bytes) -> str:
        for encoding in ENCODINGS:
            try:
                text = content.decode(encoding)
            except UnicodeDecodeError:
                # Older publications of the NHS are not in UTF-8.
                continue
            if "\x00" in text:
                row = text[: text.index("\x00")].count("\n") + 1
                raise BadInput([Finding(self.name, row, None, "a NUL character", "text")])
            return text
        raise self._refused("bytes that are no text", "a CSV file or a workbook as it was published")

    def lines(self) -> Iterator[tuple[int, list[str]]]:
        """Number and trimmed cells of each line, blank ones too; none in a workbook."""
        try:
            for number, cells in enumerate(csv.reader(io.StringIO(self.text or "", newline="")), start=1):
                yield number, [cell.strip() for cell in cells]
        except csv.Error as error:
            raise self._refused(str(error), "a well-formed CSV file") from None

    @cached_property
    def head(self) -> list[list[str]]:
        """The first lines of a text."""
        return [cells for _, cells in islice(self.lines(), HEAD)]

    def sheet(self, name: str) -> list[list[object]]:
        """Cells of a sheet by row, from its first row and column on: text, numbers, dates, '' where empty."""
        if self._workbook is None:
            return []
        try:
            cells = self._workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
        except BaseException as error:
            raise self._broken(error, f"a readable sheet {name}") from None
        return [list(row) for row in cells]
