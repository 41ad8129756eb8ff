"""The project's own tidy CSV of a trajectory: a row a site and year, with what else is known of the site.

Reading it gives back what was written, by the same reader as any other file.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from housing_trajectories.schema import DETAIL_COLUMNS, KNOWN_OF_SITES, TIDY_COLUMNS, Trajectory

_SITE = ["place", "site_reference"]


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
