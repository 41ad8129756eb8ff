"""A table within a published file: the line or sheet row where its columns stand, and the rows below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from assets.official_files.file_content import HEAD, Content
from assets.official_files.official_file import Reading

Cells = list[object]


@dataclass(frozen=True)
class NamedColumns:
    """Where a table stands: its sheet (None in a text), the row of its columns, and their names in order."""

    sheet: str | None
    row: int
    names: list[str]


def plain(cell: object) -> str:
    """A heading without its case, line breaks and doubled blanks."""
    return " ".join(str(cell).lower().split())


def found_columns(content: Content, wanted: Sequence[str]) -> NamedColumns | None:
    """The first table whose row of columns has all that are wanted; None where none has."""
    for sheet, rows in _tops(content):
        for number, cells in rows:
            names = [plain(cell) for cell in cells]
            if set(wanted) <= set(names):
                return NamedColumns(sheet, number, names)
    return None


def _tops(content: Content) -> Iterator[tuple[str | None, list[tuple[int, Cells]]]]:
    if content.text is not None:
        yield None, [(number, list(cells)) for number, cells in enumerate(content.head, start=1)]
    for name in content.sheet_names:
        yield name, list(enumerate(content.sheet(name)[:HEAD], start=1))


def top_of(content: Content, at: NamedColumns) -> list[Cells]:
    """Cells of the rows over the columns."""
    if at.sheet is None:
        return [list(cells) for cells in content.head[: at.row - 1]]
    return content.sheet(at.sheet)[: at.row - 1]


def rows_below(reading: Reading, at: NamedColumns) -> Iterator[tuple[int, Cells]]:
    """Number and cells of each row below the columns that is not blank; a finding for a ragged line."""
    content = reading.content
    lines: Iterator[tuple[int, Cells]]
    if at.sheet is None:
        lines = ((number, list(cells)) for number, cells in content.lines())
    else:
        lines = iter(enumerate(content.sheet(at.sheet), start=1))
    for number, cells in lines:
        if number <= at.row or not any(str(cell).strip() for cell in cells):
            continue
        if len(cells) != len(at.names):
            reading.wrong(number, None, f"{len(cells)} cells", f"{len(at.names)} cells, one per column")
            continue
        yield number, cells


def text_of(cell: object) -> str:
    """A cell as text; a date as 2025-06-30, a whole number without its point."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat()[:10] if isinstance(cell, date) else str(cell).strip()
