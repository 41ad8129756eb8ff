"""Rows of sites as arrays: what each row states in each financial year, once cells and years are understood.

Only the form, and how the homes of year columns become homes of financial years. Judging them belongs in the
modules of checks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from housing_trajectories.schema import MIX_COLUMNS

Array = NDArray[np.float64]
TEXTS = (
    "place",
    "plan",
    "plan_status",
    "site_reference",
    "site_name",
    "planning_status",
    "phasing_basis",
    "permission_type",
    "permission_date",
    "deliverable",
    "note",
    "use_class",
    "end_date",
    "words",
    "section",
    "sheet",
    "kind",
)
HOME_NUMBERS = (
    "capacity_dwellings",
    "capacity_low",
    "capacity_high",
    "gross_capacity",
    "losses",
    "built_before",
    "remaining",
    "communal_bedrooms",
    "student_bedrooms",
    *MIX_COLUMNS,
    "homes_beyond",
)
"""Numbers of homes or bedrooms over a site's lifetime."""

NUMBERS = ("row", *HOME_NUMBERS, "geo_x", "geo_y", "hectares")


@dataclass
class SiteRows:
    """Rows of sites of one or more sheets.

    `texts` has TEXTS, `numbers` NUMBERS (missing where not given), each an array over rows; `words` are those
    of columns beside a site's name and notes, `section` the heading that stands above it. `homes`, `low`,
    `high`, `communal`, `student` are (rows, years), missing where the row does not speak of the year; `years`
    are financial years by the year they start in. `unknown` (rows, years) marks homes to be confirmed.
    `columns` gives a field's column, from 1, by sheet and name, `unknown_words` what stands for unknown homes
    in a row.
    """

    years: tuple[int, ...]
    texts: dict[str, NDArray[np.object_]]
    numbers: dict[str, Array]
    homes: Array
    low: Array
    high: Array
    communal: Array
    student: Array
    unknown: NDArray[np.bool_]
    columns: dict[tuple[str, str], int] = field(default_factory=dict)
    unknown_words: dict[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.homes)

    @property
    def is_site(self) -> NDArray[np.bool_]:
        """Rows that are a site, not an allowance, a record or a remainder."""
        return self.texts["kind"] == "site"

    @property
    def is_recorded(self) -> NDArray[np.bool_]:
        """Rows of homes that were recorded, not planned."""
        return self.texts["plan_status"] == "recorded"

    @property
    def is_beyond_plan(self) -> NDArray[np.bool_]:
        """Rows that say that their years lie beyond the plan."""
        beyond = [self.texts[name] == "beyond_plan" for name in ("plan_status", "phasing_basis")]
        return np.asarray(beyond[0] | beyond[1])

    @property
    def stated(self) -> NDArray[np.bool_]:
        """(rows, years): where the row says something of the year."""
        return ~(np.isnan(self.homes) & np.isnan(self.communal) & np.isnan(self.student))

    def sheet_of(self, index: int | np.integer) -> str | None:
        """The sheet a row stands in, None in a CSV file."""
        return str(self.texts["sheet"][index]) or None

    def column(self, index: int, name: str) -> int | None:
        """The column, from 1, of a field or of a financial year (`2025`) in the row's sheet."""
        return self.columns.get((str(self.texts["sheet"][index]), name))

    def take(self, index: NDArray[np.intp]) -> SiteRows:
        """These rows only."""
        return SiteRows(
            self.years,
            {name: values[index] for name, values in self.texts.items()},
            {name: values[index] for name, values in self.numbers.items()},
            homes=self.homes[index],
            low=self.low[index],
            high=self.high[index],
            communal=self.communal[index],
            student=self.student[index],
            unknown=self.unknown[index],
            columns=self.columns,
            unknown_words=self.unknown_words,
        )


def empty_rows(count: int, years: Sequence[int]) -> SiteRows:
    """`count` rows that say nothing."""
    shape = (count, len(years))
    return SiteRows(
        tuple(years),
        {name: np.full(count, "", dtype=object) for name in TEXTS},
        {name: np.full(count, np.nan) for name in NUMBERS},
        homes=np.full(shape, np.nan),
        low=np.full(shape, np.nan),
        high=np.full(shape, np.nan),
        communal=np.full(shape, np.nan),
        student=np.full(shape, np.nan),
        unknown=np.zeros(shape, dtype=bool),
    )


def together(parts: Sequence[SiteRows]) -> SiteRows:
    """The rows of several sheets, over all years that any of them has."""
    if len(parts) == 1:
        return parts[0]
    years = sorted({year for part in parts for year in part.years})
    result = empty_rows(sum(len(part) for part in parts), years)
    start = 0
    for part in parts:
        rows = slice(start, start + len(part))
        for name in TEXTS:
            result.texts[name][rows] = part.texts[name]
        for name in NUMBERS:
            result.numbers[name][rows] = part.numbers[name]
        at = [years.index(year) for year in part.years]
        for block in ("homes", "low", "high", "communal", "student", "unknown"):
            getattr(result, block)[rows, at] = getattr(part, block)
        result.columns |= part.columns
        result.unknown_words = part.unknown_words | result.unknown_words
        start += len(part)
    return result


def to_financial_years(
    homes: Array, weights: Sequence[Mapping[int, float]], years: Sequence[int]
) -> tuple[Array, bool]:
    """Homes of year columns (rows, columns) as homes of `years`, and whether any column was split.

    A cell without a statement stays one: a year is stated as soon as one of its columns is.
    """
    plain = all(len(weight) == 1 for weight in weights)
    firsts = [next(iter(weight)) for weight in weights]
    if plain and firsts == list(years):
        return homes, False
    share = np.zeros((homes.shape[1], len(years)))
    for column, weight in enumerate(weights):
        for year, part in weight.items():
            share[column, years.index(year)] += part
    stated = ~np.isnan(homes)
    result = np.where(stated, homes, 0.0) @ share
    result[(stated @ (share > 0)) == 0] = np.nan
    return result, not plain
