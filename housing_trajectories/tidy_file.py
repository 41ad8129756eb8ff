"""The project's own tidy CSV of a trajectory: a row a site and year, with what else is known of the site.

Reading it gives back what was written, by the same reader as any other file.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from housing_trajectories.schema import DETAIL_COLUMNS, TIDY_COLUMNS, Trajectory


def write_tidy(trajectory: Trajectory, path: Path) -> None:
    """Write the tidy table as CSV UTF-8; the same trajectory gives the same bytes.

    Columns of details that no site has are left out.
    """
    frame = trajectory.table[list(TIDY_COLUMNS)].copy()
    if len(trajectory.sites):
        details = trajectory.sites
        known = [name for name in DETAIL_COLUMNS if _has_any(details[name])]
        if known:
            frame = frame.merge(
                details[["place", "site_reference", *known]],
                on=["place", "site_reference"],
                how="left",
                validate="many_to_one",
            )
    if trajectory.base_date:
        frame["base_date"] = trajectory.base_date
    frame.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def _has_any(values: pd.Series) -> bool:
    return bool(values.notna().any()) if values.dtype.kind == "f" else bool(values.fillna("").ne("").any())
