"""Rows of sites as the tidy table and the table of what else is known of each site, and both as one tidy CSV.

Reading the CSV gives back what was written, by the same reader as any other file. No judgement is made here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from housing_trajectories.rows.site_rows import SiteRows
from housing_trajectories.schema import (
    DETAIL_COLUMNS,
    DETAIL_NUMBERS,
    DETAIL_TEXTS,
    IDENTITY_COLUMNS,
    KNOWN_OF_SITES,
    PLAN_STATUSES,
    TIDY_COLUMNS,
    Trajectory,
)

_KEY = ["place", "plan_status", "site_reference", "year"]
_SUMMED = ["planned_net_dwellings", "communal_bedrooms", "student_bedrooms"]
_SITE = ["place", "site_reference"]
_OF_HOMES = ("capacity_dwellings", "built_before")


def tidy_table(rows: SiteRows, base_year: int | None, last_years: Mapping[str, int]) -> pd.DataFrame:
    """TIDY_COLUMNS: a row a site, plan status and financial year that the file speaks of, sorted.

    A site's homes in years before the base date are recorded, not planned; those after the plan's last year,
    which `last_years` gives by plan status, lie beyond the plan. A draft's own rows stay drafts.
    """
    rows = rows.take(_order(rows))
    stated = rows.stated
    where, year = np.nonzero(stated)
    count = stated.sum(axis=1)
    texts = {}
    for name in IDENTITY_COLUMNS:
        values = pd.array(rows.texts[name].astype(str), dtype="str")
        texts[name] = values.take(np.repeat(np.arange(len(rows)), count))
    flat = stated.ravel()
    frame = pd.DataFrame(texts, copy=False)
    frame["year"] = np.array(rows.years, dtype=np.int64)[year]
    frame["planned_net_dwellings"] = np.nan_to_num(rows.homes.ravel()[flat])
    frame["planned_low"] = rows.low.ravel()[flat]
    frame["planned_high"] = rows.high.ravel()[flat]
    frame["communal_bedrooms"] = np.nan_to_num(rows.communal.ravel()[flat])
    frame["student_bedrooms"] = np.nan_to_num(rows.student.ravel()[flat])
    dwellings = ~np.isin(rows.texts["use_class"], ["C2", "student"])
    for name in ("capacity_dwellings", "built_before"):
        frame[name] = np.where(dwellings, rows.numbers[name], np.nan)[where]
    in_order = bool(dwellings.all()) and not _repeats(rows)
    if base_year is not None:
        early = frame["year"].lt(base_year) & frame["plan_status"].ne("recorded")
        if early.any():
            in_order = False
            frame.loc[early, ["plan_status", "phasing_basis"]] = "recorded"
    late = (_late(rows, last_years) & stated).ravel()[flat]
    if late.any():
        in_order = False
        adopted, draft = (frame["plan_status"].eq(status) for status in ("adopted", "draft"))
        frame.loc[late & adopted, "plan_status"] = "beyond_plan"
        frame.loc[late & draft & rows.is_site[where], "phasing_basis"] = "beyond_plan"
    if not dwellings.all():
        frame = _one_row_a_year(frame)
    if not len(frame):
        return empty_table()
    return frame[list(TIDY_COLUMNS)] if in_order else _sorted(frame)


def site_details(rows: SiteRows, base_year: int | None, last_years: Mapping[str, int]) -> pd.DataFrame:
    """KNOWN_OF_SITES, sorted: of each site the first row that speaks of a year, and of a detail the first
    row that has it.
    """
    stated = rows.stated
    before = np.array(rows.years, dtype=int) < (0 if base_year is None else base_year)
    early = stated[:, before].any(axis=1)
    texts = {name: rows.texts[name].astype(str) for name in (*IDENTITY_COLUMNS, *DETAIL_TEXTS)}
    for name in ("plan_status", "phasing_basis"):
        texts[name] = np.where(early, "recorded", texts[name])
    all_late = stated.any(axis=1) & (_late(rows, last_years) | ~stated).all(axis=1)
    texts["plan_status"] = np.where(
        all_late & (texts["plan_status"] == "adopted"), "beyond_plan", texts["plan_status"]
    )
    late_draft = all_late & (texts["plan_status"] == "draft") & rows.is_site
    texts["phasing_basis"] = np.where(late_draft, "beyond_plan", texts["phasing_basis"])
    frame = pd.DataFrame({name: pd.array(values, dtype="str") for name, values in texts.items()}, copy=False)
    dwellings = ~np.isin(rows.texts["use_class"], ["C2", "student"])
    for name in (*DETAIL_NUMBERS, "capacity_dwellings", "built_before"):
        values = rows.numbers[name]
        frame[name] = np.where(dwellings, values, np.nan) if name in _OF_HOMES else values
    rank = np.array([PLAN_STATUSES.index(status) for status in texts["plan_status"]])
    reference = pd.factorize(frame["site_reference"], sort=True)[0]
    place = pd.factorize(frame["place"], sort=True)[0]
    silent = ~stated.any(axis=1)
    frame = frame.take(np.lexsort((rank, silent, reference, place)))[list(KNOWN_OF_SITES)]
    first = frame.drop_duplicates(_SITE, ignore_index=True)
    if len(first) < len(frame):
        rest = [*DETAIL_COLUMNS, *_OF_HOMES]
        known = frame[rest].replace("", np.nan).groupby([frame[name] for name in _SITE], sort=False).first()
        for name in rest:
            column = known[name].fillna("") if name in DETAIL_TEXTS else known[name]
            first[name] = column.to_numpy()
        first = first.astype(dict.fromkeys(DETAIL_TEXTS, "str"))
    return first


def empty_table() -> pd.DataFrame:
    """The tidy table without a row."""
    kinds = (
        dict.fromkeys(TIDY_COLUMNS, "float64") | dict.fromkeys(IDENTITY_COLUMNS, "str") | {"year": "int64"}
    )
    return pd.DataFrame({name: pd.Series(dtype=kinds[name]) for name in TIDY_COLUMNS})


def _late(rows: SiteRows, last_years: Mapping[str, int]) -> NDArray[np.bool_]:
    """(rows, years): years after the last one of the row's plan."""
    last = np.array([last_years.get(str(status), np.inf) for status in rows.texts["plan_status"]])
    return np.array(rows.years, dtype=int) > last[:, None]


def _one_row_a_year(frame: pd.DataFrame) -> pd.DataFrame:
    """A site with homes and bedrooms stands in one row a year: homes and bedrooms beside each other."""
    rest = {name: "first" for name in frame.columns if name not in (*_KEY, *_SUMMED)}
    grouped = frame.groupby(_KEY, sort=False, as_index=False)
    return grouped.agg({**dict.fromkeys(_SUMMED, "sum"), **rest})[list(TIDY_COLUMNS)]


def _order(rows: SiteRows) -> np.ndarray:
    """Rows by place, plan status and reference."""
    rank = {status: number for number, status in enumerate(PLAN_STATUSES)}
    status = np.array([rank[str(status)] for status in rows.texts["plan_status"]])
    place = pd.factorize(rows.texts["place"], sort=True)[0]
    return np.lexsort((pd.factorize(rows.texts["site_reference"].astype(str), sort=True)[0], status, place))


def _repeats(rows: SiteRows) -> bool:
    """Whether a site and plan status stands in several rows, as its years within and beyond a plan do."""
    frame = pd.DataFrame({name: rows.texts[name] for name in ("place", "plan_status", "site_reference")})
    return bool(frame.duplicated().any())


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    order: Sequence[np.ndarray] = (
        frame["year"].to_numpy(),
        pd.factorize(frame["site_reference"], sort=True)[0],
        frame["plan_status"].map({status: n for n, status in enumerate(PLAN_STATUSES)}).to_numpy(),
        pd.factorize(frame["place"], sort=True)[0],
    )
    return frame[list(TIDY_COLUMNS)].take(np.lexsort(order)).reset_index(drop=True)


def write_tidy(trajectory: Trajectory, path: Path) -> None:
    """Write the tidy table as CSV, UTF-8 with a byte order mark for Excel; a trajectory gives the same bytes.

    A site without homes in any year has one row without a year. Columns of details that no site has are left
    out.
    """
    frame = trajectory.table[list(TIDY_COLUMNS)].copy()
    if len(trajectory.sites):
        details = trajectory.sites
        known = [name for name in DETAIL_COLUMNS if _has_any(details[name])]
        if known:
            frame = frame.merge(details[[*_SITE, *known]], on=_SITE, how="left", validate="many_to_one")
        silent = sites_without_years(trajectory)
        if len(silent):
            frame["year"] = frame["year"].astype("Int64")
            own = [name for name in KNOWN_OF_SITES if name in frame.columns]
            frame = pd.concat([frame, silent[own]], ignore_index=True)[list(frame.columns)]
    if trajectory.base_date:
        frame["base_date"] = trajectory.base_date
    frame.to_csv(path, index=False, lineterminator="\n", encoding="utf-8-sig")


def sites_without_years(trajectory: Trajectory) -> pd.DataFrame:
    """The rows of `sites` of which the table has no year."""
    stated = pd.MultiIndex.from_frame(trajectory.table[_SITE].drop_duplicates())
    return trajectory.sites[~pd.MultiIndex.from_frame(trajectory.sites[_SITE]).isin(stated)]


def _has_any(values: pd.Series) -> bool:
    return bool(values.notna().any()) if values.dtype.kind == "f" else bool(values.fillna("").ne("").any())
