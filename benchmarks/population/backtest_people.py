"""People of a folder's areas by age and sex as counted, and what projections of them are held against.

Where a year has no count by sex, or none by the time of the census, what stands in is said here.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from assets.accuracy.england_as_known import england_by_age
from assets.inputs.assumptions import Assumptions
from assets.inputs.csv_reading import read_table
from assets.inputs.defaults import SHARED_DATA
from assets.inputs.input_tables import INPUT_TABLES
from benchmarks.population.backtest_tables import CENSUS, CHECK, BacktestTables, note
from benchmarks.shipped import DATA as SHIPPED
from models.demography.area_inputs import AGES

HORIZONS = (5, 10, 15, 20)
LATEST, LATEST_TARGET = 2021, 2024
"""The base of a release, and estimates of another release that are held against it and serve nothing else."""
RECORD_YEARS = 10
"""Years of people, dwellings and components before the origin that are looked at, where there are so many."""
PROVISIONAL = 2016
"""Its estimates were rolled forward from 2011 and not yet rebased on the census of 2021."""
DATA = SHIPPED


def project_table(name: str) -> pd.DataFrame:
    """An input table of the default area, checked as a run checks it."""
    return read_table(INPUT_TABLES[name], DATA / f"{name}.csv", None)


def england_assumptions() -> pd.DataFrame:
    """The assumptions that hold where an area has none of its own."""
    return read_table(INPUT_TABLES["assumptions"], SHARED_DATA / "assumptions.csv", None)


def read_assumptions() -> Assumptions:
    """The same, by their ids."""
    return Assumptions(england_assumptions())


def of_both_sexes(tables: BacktestTables, year: int, code: str) -> np.ndarray:
    """(2, AGES) of a year: as counted or, of persons, split as the nearest count by sex would have it.

    Where a year has no count by sex, the place's share of women at an age departs from England's of the year
    as it departed in 2011.
    """
    by_sex = tables.by_sex.get(year, {}).get(code)
    persons = tables.persons.get(year, {}).get(code)
    if by_sex is not None and (persons is None or year in (CENSUS, CHECK)):
        return by_sex
    if persons is None:
        raise KeyError(f"{code}: nobody counted in {year}")
    if by_sex is not None:
        women = _share_of_women(by_sex)
    else:
        of_2011 = tables.by_sex[CENSUS].get(code)
        apart = 0.0 if of_2011 is None else _logit(_share_of_women(of_2011)) - _logit(_england(CENSUS))
        women = 1.0 / (1.0 + np.exp(-(_logit(_england(year)) + apart)))
    return np.stack([persons * women, persons * (1.0 - women)])


_ENGLAND: dict[int, np.ndarray] = {}


def _england(year: int) -> np.ndarray:
    """(AGES,) share of women at each age in England."""
    if year not in _ENGLAND:
        people = england_by_age(year, project_table("national_deaths"), project_table("england_population"))
        _ENGLAND[year] = _share_of_women(people)
    return _ENGLAND[year]


def _share_of_women(people: np.ndarray) -> np.ndarray:
    return np.asarray((people[0] + 0.5) / (people.sum(axis=0) + 1.0))


def _logit(share: np.ndarray) -> np.ndarray:
    return np.asarray(np.log(share / (1.0 - share)))


def truths(tables: BacktestTables, origin: int, codes: list[str], notes: list[str]) -> dict[int, np.ndarray]:
    """Target year → people by sex where known, else persons; areas nobody counted are NaN, and said."""
    found = {}
    targets = [LATEST_TARGET] if origin == LATEST else [origin + horizon for horizon in HORIZONS]
    for year in targets:
        by_sex = tables.by_sex.get(year, {})
        counted = {
            code: of_both_sexes(tables, year, code) if code in by_sex else people[None]
            for code in codes
            if (people := tables.people(year, code)) is not None
        }
        if not counted:
            continue
        sexes = min(len(people) for people in counted.values())
        together = {
            code: people if len(people) == sexes else people.sum(0)[None] for code, people in counted.items()
        }
        found[year] = np.stack([together.get(code, np.full((sexes, AGES), np.nan)) for code in codes])
        note(
            notes,
            [code for code in codes if code not in counted],
            f"projected but without a mid-{year} to score them on",
        )
    extra = [code for code in tables.by_sex.get(CHECK, {}) if code not in codes]
    note(notes, extra, f"without a population of mid-{origin}, not projected")
    if not found:
        raise SystemExit(f"nothing to score a projection from {origin} on")
    return found


def rebased_in_half(tables: BacktestTables, codes: list[str]) -> np.ndarray:
    """(areas, 1, AGES) persons of PROVISIONAL with half of the discrepancy of CHECK carried back five years.

    Discrepancy is what was counted over what the year before would have become at its own cohorts' last
    change. NaN where a year is missing.
    """
    moved = np.full((len(codes), 1, AGES), np.nan)
    for index, code in enumerate(codes):
        given = [tables.people(year, code) for year in (PROVISIONAL, CHECK - 2, CHECK - 1, CHECK)]
        if any(people is None for people in given):
            continue
        then, before, last, counted = (np.asarray(people) + 1.0 for people in given)
        change = np.ones(AGES)
        change[1:] = last[1:] / before[:-1]
        change[-1] = last[-1] / (before[-2] + before[-1])
        expected = last * 1.0
        expected[1:] = last[:-1] * change[1:]
        expected[-1] = (last[-2] + last[-1]) * change[-1]
        out = counted / expected
        older = np.minimum(np.arange(AGES) + CHECK - PROVISIONAL, AGES - 1)
        moved[index, 0] = (then - 1.0) * out[older] ** 0.5
    return moved


def earlier_count(
    tables: BacktestTables, origin: int, codes: list[str]
) -> tuple[int | None, np.ndarray | None]:
    """People by age of RECORD_YEARS before or, where nobody counted so early, of the first year there is."""
    years = [year for year in sorted(tables.persons) if origin - RECORD_YEARS <= year < origin]
    for year in years:
        if all(code in tables.persons[year] for code in codes):
            return year, np.stack([of_both_sexes(tables, year, code) for code in codes])
    return None, None
