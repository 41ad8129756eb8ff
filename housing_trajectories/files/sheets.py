"""A sheet of cells as it stands in a file, before anything in it is understood.

Only what reading a CSV file and reading a workbook have in common, and the limits that keep a hostile file
from taking the machine. What cells mean belongs in `headings` and `rows`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

LARGEST_FILE = 60_000_000
LARGEST_UNPACKED = 400_000_000
LARGEST_TEXTS = 48_000_000
LARGEST_RATIO = 250
MOST_COLUMNS = 600
MOST_CELLS = 3_000_000
MOST_FILLED_ROWS = 150_000
MOST_ROWS = 1_048_576
LONGEST_TEXT = 2_000
"""What a trajectory of 50,000 sites and 30 years stays under with room to spare. Not modelling numbers."""

Row = Sequence[object]


@dataclass(frozen=True)
class Sheet:
    """Rows of one sheet that are not blank: `numbers` are their rows as a spreadsheet shows them.

    Cells are text in a CSV file; in a workbook they are text, numbers or dates, and "" where empty.
    `blank_rows` counts those left out before the last row that is not. `merged` holds first row, first
    column, last row, last column; `without_value` the (row, column) of formulas without a cached value;
    `covered` those of values that stand under a merged cell. Rows and columns count from 1.
    """

    name: str | None
    rows: Sequence[Row] = ()
    numbers: Sequence[int] = ()
    blank_rows: int = 0
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: Sequence[tuple[int, int, int, int]] = ()
    without_value: frozenset[tuple[int, int]] = frozenset()
    covered: Mapping[tuple[int, int], object] = field(default_factory=dict)


def is_number(cell: object) -> bool:
    """Whether a cell holds a number other than 0, written as one or as text."""
    if isinstance(cell, int | float):
        return cell != 0
    return bool(re.match(r"^\s*[\d,.]*[1-9][\d,.]*\s*$", str(cell)))


def cell_at(row: Row, position: int | None) -> object:
    """The cell at a position from 0, empty beyond the row's end."""
    return row[position] if position is not None and position < len(row) else ""
