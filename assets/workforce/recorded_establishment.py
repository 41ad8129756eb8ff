"""Staff files in the table of posts: staff in post by their month, and the establishment of a date.

A month of the base year replaces the figures. A later month leaves posts as they are: more staff fill
vacancies. Only vacancies of that month say what the establishment was then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from assets.official_files.staff_layouts.staff_records import financial_year
from housing_trajectories.schema import financial_year_label
from models.arrays import FloatArray
from models.workforce import base_year_posts as posts

UNIT = ["area", "staff_group"]
_COUNTS = ["headcount", "wte"]
Work = Callable[[str, str, str, int], float]
"""WTE that the norms take of the activity of an area, sector, staff group and year, in the principal run."""


def by_unit_and_month(recorded: pd.DataFrame) -> pd.DataFrame:
    """Staff of all ages by area, group and month, with its financial year; NaN heads where none counted."""
    counted = recorded.groupby([*UNIT, "month"], as_index=False)[_COUNTS].sum(min_count=1)
    years = [financial_year(month) for month in counted["month"]]
    return counted.assign(year=np.array(years, dtype=np.int64))


def later_staff(recorded: pd.DataFrame, base_year: int) -> pd.DataFrame:
    """The last record of each unit in each financial year after the base year."""
    counted = by_unit_and_month(recorded).sort_values("month")
    later = counted[counted["year"] > base_year]
    return later.drop_duplicates([*UNIT, "year"], keep="last").reset_index(drop=True)


def recorded_later(recorded: pd.DataFrame, base_year: int) -> dict[tuple[str, str, int], float]:
    """WTE by area, group and financial year of the last records after the base year."""
    rows = later_staff(recorded, base_year)[[*UNIT, "year", "wte"]].itertuples(index=False, name=None)
    return {(area, group, int(year)): float(wte) for area, group, year, wte in rows}


def later_wte(
    recorded: pd.DataFrame, base_year: int, units: Sequence[tuple[str, str]], years: NDArray[np.int64]
) -> FloatArray | None:
    """WTE in post (year, unit) of years that files record after the base year, 0 elsewhere; None without."""
    known = recorded_later(recorded, base_year)
    made = np.zeros((len(years), len(units)))
    for at, year in enumerate(years):
        for column, unit in enumerate(units):
            made[at, column] = known.get((*unit, int(year)), 0.0)
    return made if made.any() else None


def with_recorded_staff(table: pd.DataFrame, recorded: pd.DataFrame, base_year: int) -> pd.DataFrame:
    """Staff in post of the base year as files have them, and the last record of later years beside them.

    Several months of the base year are taken as their mean. A month before it stands for it; a hospital's
    then only says how the total of the base year is split.
    """
    counted = by_unit_and_month(recorded).sort_values("month")
    in_base = counted[counted["year"] == base_year]
    mean = in_base.groupby(UNIT, as_index=False).agg(
        headcount=("headcount", "mean"), wte=("wte", "mean"), first=("month", "min"), last=("month", "max")
    )
    before = counted[counted["year"] < base_year].drop_duplicates(UNIT, keep="last")
    before = before.assign(first=before["month"], last=before["month"])
    before = before[~before.set_index(UNIT).index.isin(mean.set_index(UNIT).index)]
    base = pd.concat([mean, before[mean.columns]], ignore_index=True)
    made = table.merge(base, on=UNIT, how="left", validate="one_to_one")
    found, older = made["wte"].notna(), made["last"].lt(f"{base_year}-04")
    older_trusts = made["area_kind"].eq("provider") & found & older
    sums = made[older_trusts].groupby("area")[["in_post_wte", "wte"]].sum()
    ratio = made["area"].map(sums["in_post_wte"] / sums["wte"]).where(older_trusts, 1.0)
    made["in_post_wte"] = made["in_post_wte"].where(~found, made["wte"] * ratio)
    made["recorded"] = made["recorded"].where(~found, "file")
    several = made["first"].ne(made["last"])
    told = {
        "a count of a staff file": found & ~several & ~older,
        f"mean of a staff file’s months of {financial_year_label(base_year)}": found & several,
        "a count of a staff file before the base year, taken for it": found & older & ~older_trusts,
        "total of the base year, split as in a staff file before it": older_trusts,
    }
    for basis, chosen in told.items():
        made["staff_basis"] = made["staff_basis"].where(~chosen, basis)
    made["staff_at"] = made["staff_at"].where(~found, made["last"])
    last = later_staff(recorded, base_year).drop_duplicates(UNIT, keep="last")
    last = last.rename(columns={"month": "later_month", "wte": "later_wte", "headcount": "later_headcount"})
    last = last[[*UNIT, "later_month", "later_wte", "later_headcount"]]
    made = made.drop(columns=["later_month", "later_wte"])
    made = made.merge(last, on=UNIT, how="left", validate="one_to_one")
    # Hours a head are those of the last file that counts people.
    for wte, heads in (("wte", "headcount"), ("later_wte", "later_headcount")):
        made["participation"] = posts.participation(
            made[wte].to_numpy(dtype=float),
            made[heads].fillna(0.0).to_numpy(dtype=float),
            made["participation"].to_numpy(dtype=float),
        )
    return made.drop(columns=["headcount", "wte", "first", "last", "later_headcount"])


def with_recorded_vacancies(
    table: pd.DataFrame,
    vacancies: pd.DataFrame,
    recorded: pd.DataFrame,
    base_year: int,
    work: Work,
    productivity_percent: float,
) -> pd.DataFrame:
    """Posts as staff in post and vacancies of a date make them, brought to the base year.

    Posts of a later date are those of the base year × what the activity of both years takes, so that the
    requirement of that year is the establishment.
    """
    later = recorded_later(recorded, base_year)
    made = table.copy()
    staff, sectors = (dict(enumerate(made[name].tolist())) for name in ("in_post_wte", "sector"))
    rows = {unit: number for number, unit in enumerate(zip(made["area"], made["staff_group"], strict=True))}
    for area, group, month, number, percent in vacancies[
        [*UNIT, "month", "vacant_wte", "vacancy_percent"]
    ].itertuples(index=False, name=None):
        row, year = rows[area, group], financial_year(month)
        in_post = staff[row] if year == base_year else later[area, group, year]
        whole = in_post / (1 - percent / 100) if pd.isna(number) else in_post + number
        of_base = whole
        if year != base_year:
            unit = area, sectors[row], group
            grown = work(*unit, year) / work(*unit, base_year)
            of_base = whole / grown * (1 + productivity_percent / 100) ** (year - base_year)
        made.at[row, "wte"] = of_base
        made.at[row, "vacancy_percent"] = 100 * (1 - staff[row] / of_base)
        made.at[row, "vacancies_month"] = month
        made.at[row, "recorded_vacancy_percent"] = 100 * (1 - in_post / whole)
    return made
