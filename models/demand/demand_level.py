"""Setting the level: what hospitals recorded, made comparable, and the factors that bring demand to it.

Providers record whom they treat, not who lives where; so places' factors are solved from providers' records
through the flows between them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from models.arrays import BoolArray, FloatArray, IntArray

MONTHS = 12


def repeated_months(measures: FloatArray) -> BoolArray:
    """Months (month,) whose every measure (month, measure) repeats that of a year before to the digit.

    Months follow each other without a gap; a measure that is missing in either year is left out of the
    comparison, and a month with nothing to compare is not a repeat.
    """
    repeated = np.zeros(len(measures), dtype=bool)
    if len(measures) <= MONTHS:
        return repeated
    now, before = measures[MONTHS:], measures[:-MONTHS]
    comparable = ~np.isnan(now) & ~np.isnan(before)
    same = (now == before) | ~comparable
    repeated[MONTHS:] = same.all(axis=1) & comparable.any(axis=1)
    return repeated


def year_from_clean_months(year: FloatArray, year_before: FloatArray, clean: BoolArray) -> float:
    """A year's total from its clean months (12,), the others as they stood to them the year before.

    total = Σ clean months × (Σ year before, all months / Σ year before, the same months). Raises
    ValueError where no month is clean or a month that is needed is missing.
    """
    if not clean.any():
        raise ValueError("no clean month to take the year's level from")
    if np.isnan(year[clean]).any() or (not clean.all() and np.isnan(year_before).any()):
        raise ValueError("a month is missing")
    total = float(year[clean].sum())
    if clean.all():
        return total
    return total * float(year_before.sum() / year_before[clean].sum())


@dataclass(frozen=True)
class RecordedYear:
    """A financial year as recorded and its level once months that repeat an earlier year are left out.

    `left_out` are the positions of those months within the year, 0 for April.
    """

    year: int
    recorded: float
    level: float
    left_out: tuple[int, ...]


def recorded_years(
    values: FloatArray, repeated: BoolArray, first_year: int, first_month: int
) -> list[RecordedYear]:
    """The complete financial years of a monthly series (month,), in order.

    Months follow each other without a gap from month `first_month` (0 for April) of financial year
    `first_year`; a year with a month missing is no complete year. `repeated` marks the months to leave out,
    which takes the year before; without it, or with no month to keep, such a year is left out whole.
    """
    padded = np.concatenate([np.full(first_month, np.nan), values])
    marked = np.concatenate([np.zeros(first_month, dtype=bool), repeated])
    years = []
    for index in range(len(padded) // MONTHS):
        months = slice(index * MONTHS, (index + 1) * MONTHS)
        year, clean = padded[months], ~marked[months]
        before = padded[months.start - MONTHS : months.start] if index else np.full(MONTHS, np.nan)
        if np.isnan(year).any() or not clean.any() or (not clean.all() and np.isnan(before).any()):
            continue
        level = year_from_clean_months(year, before, clean)
        left_out = tuple(int(month) for month in np.flatnonzero(~clean))
        years.append(RecordedYear(first_year + index, float(year.sum()), level, left_out))
    return years


def mean_of_months(total: float) -> float:
    """Mean of a year's months from their sum."""
    return total / MONTHS


def bed_days(mean_occupied: float, days_a_year: int = 365) -> float:
    """Bed days of a year from the mean number of beds occupied."""
    return mean_occupied * days_a_year


def registered_to_resident_ratio(registered_patients: FloatArray, residents: FloatArray) -> FloatArray:
    """Registered patients of practices in a place for each resident of it (place,)."""
    return registered_patients / residents


def one_factor(expected: float, recorded: float) -> float:
    """The factor that brings expected activity to what was recorded; ValueError without any expected."""
    if expected <= 0:
        raise ValueError(f"nothing is expected where {recorded:,.0f} were recorded")
    return recorded / expected


@dataclass(frozen=True)
class BirthsTie:
    """The latest calendar year of which births are both recorded and modelled."""

    year: int
    recorded: float
    modelled: float

    @property
    def factor(self) -> float:
        """Recorded over modelled births."""
        return one_factor(self.modelled, self.recorded)


def births_tie(modelled: FloatArray, mid_years: ArrayLike, recorded: Mapping[int, float]) -> BirthsTie | None:
    """How modelled births (mid-year,), each of the twelve months to it, stand to recorded ones.

    `recorded` are those of calendar years. A calendar year is half of the twelve months to its own
    mid-year and half of the next. None where no year is both recorded and modelled.
    """
    at = {int(year): float(births) for year, births in zip(np.asarray(mid_years), modelled, strict=True)}
    both = [year for year in recorded if year in at and year + 1 in at]
    if not both:
        return None
    year = max(both)
    return BirthsTie(year, recorded[year], 0.5 * (at[year] + at[year + 1]))


@dataclass(frozen=True)
class Calibration:
    """Factors by place (place,), and the activity they give providers (provider,)."""

    factors: FloatArray
    from_places: FloatArray
    from_outside: FloatArray


def main_providers(contributions: FloatArray, recorded: FloatArray) -> IntArray:
    """The recorded provider that each place (place,) sends most to, by its position among the providers.

    `contributions` (place, provider); `recorded` (provider,) is nan where there is no record, of which there
    must be one at least.
    """
    known = np.flatnonzero(np.isfinite(recorded))
    return known[np.argmax(contributions[:, known], axis=1)]


def calibrate_places(
    contributions: FloatArray, with_outside: FloatArray, recorded: FloatArray, main: IntArray | None = None
) -> Calibration:
    """One factor a group of places that share a main provider, such that recorded activity comes out.

    `contributions` (place, provider) is what places' expected activity would send to each provider,
    `with_outside` (place, provider) the same with what people from outside the system add to it, and
    `recorded` (provider,) is nan where there is no record to calibrate on. `main` (place,) is a place's main
    provider, unless given the recorded one that it sends most to. Solves Σ_place with outside × factor =
    recorded for the providers that are somebody's main one. Raises ValueError where a factor comes out at 0
    or below.
    """
    factors = np.ones(len(contributions))
    if np.isfinite(recorded).any():
        if main is None:
            main = main_providers(contributions, recorded)
        groups = np.unique(main)
        matrix = np.array(
            [[with_outside[main == group, provider].sum() for group in groups] for provider in groups]
        )
        solved = np.linalg.solve(matrix, recorded[groups])
        if np.any(solved <= 0):
            raise ValueError(f"a calibration factor is not positive: {solved}")
        factors = solved[np.searchsorted(groups, main)]
    return Calibration(factors, factors @ contributions, factors @ (with_outside - contributions))


def check_providers(
    contributions: FloatArray, with_outside: FloatArray, recorded: FloatArray
) -> dict[str, FloatArray]:
    """Calibrated contributions (place, provider) beside what providers (provider,) recorded."""
    from_residents = contributions.sum(axis=0)
    modelled = with_outside.sum(axis=0)
    from_outside = modelled - from_residents
    return {
        "recorded": recorded,
        "from_residents": from_residents,
        "from_outside": from_outside,
        "difference_percent": 100 * (modelled / recorded - 1),
    }
