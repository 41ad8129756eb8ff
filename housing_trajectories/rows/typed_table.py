"""The pass that types a table: the rows that count, the columns beside its years, and what its years mean.

Which rows count is told by `row_kinds`, how columns are read by `typed_columns`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from housing_trajectories.files.sheets import Row
from housing_trajectories.headings.columns import Headings
from housing_trajectories.headings.locate import LocatedTable
from housing_trajectories.headings.year_columns import (
    YearsAsked,
    base_date_in,
    financial_year_of,
    years_asked,
)
from housing_trajectories.headings.year_labels import year_label
from housing_trajectories.reading_options import ReadingOptions
from housing_trajectories.remarks import Remark, each, remark
from housing_trajectories.rows.cell_values import read_date
from housing_trajectories.rows.row_kinds import BodyRows
from housing_trajectories.rows.site_rows import Array
from housing_trajectories.rows.typed_columns import Texts, number_columns, text_columns


@dataclass(frozen=True)
class TypedTable:
    """The rows of a table that count, with the columns beside its years typed, by field.

    `numbers` are their rows as a spreadsheet shows them, `words_around` what stands around the table, `asked`
    what that or the options say of its years. `parts` as `filled_down` returns them.
    """

    table: LocatedTable
    body: BodyRows
    parts: Mapping[int, int]
    rows: Sequence[Row]
    numbers: Sequence[int]
    words_around: tuple[str, ...]
    base_date: date | None
    asked: YearsAsked
    texts: Mapping[str, Texts]
    amounts: Mapping[str, Array]

    @property
    def headings(self) -> Headings:
        """Its headings."""
        return self.table.headings

    @property
    def heading_row(self) -> int:
        """The last row of its headings as a spreadsheet shows it."""
        return self.table.sheet.numbers[self.headings.last]


def typed_table(
    table: LocatedTable, body: BodyRows, parts: Mapping[int, int], told: ReadingOptions
) -> tuple[TypedTable, list[Remark]]:
    """The table's rows that count, its columns beside the years typed, and what is said of its years."""
    sheet, headings = table.sheet, table.headings
    width = max([*headings.texts, 0]) + 1
    rows = [_padded(sheet.rows[position], width) for position in body.kept]
    numbers = [sheet.numbers[position] for position in body.kept]
    above = [c for row in sheet.rows[: headings.last + 1] for c in row if isinstance(c, str) and c.strip()]
    sections = [text for _, text in body.sections[:50]]
    words = (sheet.name or "", *(text[:400] for text in above[:300]), *sections)
    base_date = told.base_date or _base_date(headings, rows)
    base_date = base_date or base_date_in([text for text in words if year_label(text) is None])
    asked = years_asked(told.years, words, financial_year_of(base_date) if base_date else None)
    texts, of_texts = text_columns(rows, numbers, headings)
    amounts, of_amounts = number_columns(rows, numbers, headings)
    typed = TypedTable(table, body, parts, rows, numbers, words, base_date, asked, texts, amounts)
    return typed, [*_too_wide(table, body, width), *of_texts, *of_amounts]


def _padded(row: Row, width: int) -> Row:
    return row if len(row) >= width else [*row, *[""] * (width - len(row))]


def _base_date(headings: Headings, rows: Sequence[Row]) -> date | None:
    position = headings.fields.get("base_date")
    if position is None:
        return None
    return next((found for row in rows[:50] if (found := read_date(row[position]).value)), None)


def _too_wide(table: LocatedTable, body: BodyRows, width: int) -> list[Remark]:
    sheet = table.sheet
    if sheet.name is not None:
        return []
    wide = [p for p in body.kept if any(str(cell).strip() for cell in sheet.rows[p][width:])]
    return each(
        wide, lambda p: remark("too_wide", row=sheet.numbers[p], cells=len(sheet.rows[p]), width=width)
    )
