"""Rows of sites as arrays: what each row states in each financial year, once cells and years are understood.

Only the form, and how the homes of year columns become homes of financial years. Judging them belongs in the
modules of checks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from housing_trajectories.remarks import Remark, Words, each, remark
from housing_trajectories.schema import MIX_COLUMNS

Array = NDArray[np.float64]
TEXTS = (
    *("place", "plan", "plan_status", "site_reference", "site_name", "planning_status", "phasing_basis"),
    *("permission_type", "permission_date", "deliverable", "note", "use_class", "end_date"),
    *("words", "section", "sheet", "kind"),
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
_BLOCKS = ("homes", "low", "high", "communal", "student", "unknown")


@dataclass(frozen=True)
class SiteRows:
    """Rows of sites of one or more sheets.

    `texts` has TEXTS, `numbers` NUMBERS (missing where not given), each an array over rows; `words` are those
    of columns beside a site's name and notes, `section` the heading that stands above it. `homes`, `low`,
    `high`, `communal`, `student` are (rows, years), missing where the row does not speak of the year; `years`
    are financial years by the year they start in. `unknown` (rows, years) marks homes to be confirmed.
    `columns` gives a field's column, from 1, by sheet and name, `unknown_words` what stands for unknown homes
    in a row, `lines` those of each sheet that was turned (see `Remark`). No pass can write to it: a pass that
    changes something returns other rows.
    """

    years: tuple[int, ...]
    texts: Mapping[str, NDArray[np.object_]]
    numbers: Mapping[str, Array]
    homes: Array
    low: Array
    high: Array
    communal: Array
    student: Array
    unknown: NDArray[np.bool_]
    columns: Mapping[tuple[str, str], int] = field(default_factory=dict)
    unknown_words: Mapping[int, str] = field(default_factory=dict)
    lines: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for values in (*self.texts.values(), *self.numbers.values(), *(getattr(self, n) for n in _BLOCKS)):
            values.flags.writeable = False

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

    def row(self, index: int | np.integer) -> int:
        """The row as a spreadsheet shows it."""
        return int(self.numbers["row"][index])

    def reference(self, index: int | np.integer) -> str:
        """The reference of the row's site."""
        return str(self.texts["site_reference"][index])

    def remark(
        self,
        code: str,
        at: int | np.integer,
        column: str = "",
        /,
        *,
        heading: str | None = None,
        **words: Any,
    ) -> Remark:
        """A remark on a row, and on its cell in the column of a field or of a financial year (`2025`)."""
        sheet = self.sheet_of(at)
        told = remark(
            code,
            row=self.row(at),
            sheet=sheet,
            column=self.columns.get((sheet or "", column)),
            heading=heading,
            site=self.reference(at),
            **words,
        )
        return replace(told, lines=self.lines.get(sheet or ""))

    def each(
        self, code: str, where: NDArray[np.bool_], column: str = "", /, **words: Callable[[int], object]
    ) -> list[Remark]:
        """The same remark on each of the rows, its words given by row."""

        def tell(at: int) -> Remark:
            said: Words = {name: word(at) for name, word in words.items()}
            return self.remark(code, at, column, **said)

        return each(np.flatnonzero(where), tell)

    def with_texts(self, **texts: NDArray[np.object_]) -> SiteRows:
        """These rows with other texts."""
        return replace(self, texts={**self.texts, **texts})

    def with_numbers(self, **numbers: Array) -> SiteRows:
        """These rows with other numbers."""
        return replace(self, numbers={**self.numbers, **numbers})

    def with_blocks(self, **blocks: NDArray[Any]) -> SiteRows:
        """These rows with other numbers by year."""
        return replace(self, **blocks)  # type: ignore[arg-type]

    def with_places(
        self, columns: Mapping[tuple[str, str], int], lines: Mapping[str, tuple[int, ...]]
    ) -> SiteRows:
        """These rows, their fields in other columns."""
        return replace(self, columns=columns, lines=lines)

    def take(self, index: NDArray[np.intp]) -> SiteRows:
        """These rows only."""
        return replace(
            self,
            texts={name: values[index] for name, values in self.texts.items()},
            numbers={name: values[index] for name, values in self.numbers.items()},
            **{name: getattr(self, name)[index] for name in _BLOCKS},
        )


def site_rows(
    count: int,
    years: Sequence[int],
    texts: Mapping[str, NDArray[np.object_]],
    numbers: Mapping[str, Array],
    **rest: Any,
) -> SiteRows:
    """`count` rows that say what is given, and nothing else."""
    shape = (count, len(years))
    blocks = {name: np.full(shape, np.nan) for name in _BLOCKS} | {"unknown": np.zeros(shape, dtype=bool)}
    return SiteRows(
        tuple(years),
        {name: np.full(count, "", dtype=object) for name in TEXTS} | dict(texts),
        {name: np.full(count, np.nan) for name in NUMBERS} | dict(numbers),
        **(blocks | rest),
    )


def together(parts: Sequence[SiteRows]) -> SiteRows:
    """The rows of several sheets, over all years that any of them has."""
    if len(parts) == 1:
        return parts[0]
    years = sorted({year for part in parts for year in part.years})
    at = [[years.index(year) for year in part.years] for part in parts]
    blocks = {}
    for name in _BLOCKS:
        given = [getattr(part, name) for part in parts]
        blocks[name] = np.full((sum(map(len, parts)), len(years)), 0 if name == "unknown" else np.nan)
        start = 0
        for values, columns in zip(given, at, strict=True):
            blocks[name][start : start + len(values), columns] = values
            start += len(values)
    return SiteRows(
        tuple(years),
        {name: np.concatenate([part.texts[name] for part in parts]) for name in TEXTS},
        {name: np.concatenate([part.numbers[name] for part in parts]) for name in NUMBERS},
        **(blocks | {"unknown": blocks["unknown"].astype(bool)}),
        columns={key: column for part in parts for key, column in part.columns.items()},
        unknown_words={row: words for part in parts[::-1] for row, words in part.unknown_words.items()},
        lines={sheet: lines for part in parts for sheet, lines in part.lines.items()},
    )


def to_financial_years(homes: Array, weights: Sequence[Mapping[int, float]], years: Sequence[int]) -> Array:
    """Homes of year columns (rows, columns) as homes of `years`.

    A cell without a statement stays one: a year is stated as soon as one of its columns is.
    """
    plain = all(len(weight) == 1 for weight in weights)
    firsts = [next(iter(weight)) for weight in weights]
    if plain and firsts == list(years):
        return homes
    share = np.zeros((homes.shape[1], len(years)))
    for column, weight in enumerate(weights):
        for year, part in weight.items():
            share[column, years.index(year)] += part
    stated = ~np.isnan(homes)
    result = np.where(stated, homes, 0.0) @ share
    result[(stated @ (share > 0)) == 0] = np.nan
    return result
