"""Norms of staffing as matrices of the model, from the tables that hold them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from assets.inputs.assumptions import Assumptions
from housing_trajectories.findings import BadInput, Finding
from models.arrays import FloatArray
from models.workforce.staffing_norms import (
    headroom_share,
    norms_of_groups,
    productive_hours,
    skill_mix_shares,
    staffing_norms,
    wte_per_unit,
)

Group = tuple[str, str]
"""Sector and staff group."""

RECORDED = "recorded"
WHOLE = 100.0
GP_GROUPS = ("gps", "gps_in_training")
GP_SERVICE = "gp_appointments"
GP_SHARE = "estates.gp_share_of_appointments"


def headroom(known: Assumptions) -> float:
    """Share of contracted hours that leave, sickness and study take."""
    return headroom_share(
        [
            known.value("workforce.annual_leave_and_bank_holidays"),
            known.value("workforce.sickness_absence"),
            known.value("workforce.study_and_other_leave"),
        ]
    )


def hours_worked(known: Assumptions) -> float:
    """Productive hours a year of a WTE."""
    return productive_hours(known.value("workforce.contracted_hours"), headroom(known))


def norm_matrix(
    known: Assumptions,
    norms: pd.DataFrame,
    skill_mix: pd.DataFrame,
    groups: Sequence[Group],
    services: Sequence[str],
) -> FloatArray:
    """WTE per unit (group, service) with the recorded skill mix."""
    year = np.zeros(1, dtype=np.int64)
    return norms_by_year(known, norms, skill_mix, RECORDED, groups, services, year)[0]


def norms_by_year(
    known: Assumptions,
    norms: pd.DataFrame,
    skill_mix: pd.DataFrame,
    wanted: str,
    groups: Sequence[Group],
    services: Sequence[str],
    years: NDArray[np.int64],
) -> FloatArray:
    """WTE per unit (year, group, service) under the skill mix of a scenario."""
    whole = _whole_norms(known, norms, groups, services)
    return norms_of_groups(whole, shares_by_year(skill_mix, wanted, groups, services, years))


def held_to_gp_share(skill_mix: pd.DataFrame, percent: float) -> pd.DataFrame:
    """Every mix with the share of appointments GPs deliver in proportion to that on record.

    So one recorded share decides for rooms and staff; who sees the other appointments stays in proportion.
    """
    of_service = skill_mix["service"].eq(GP_SERVICE)
    by_gps = of_service & skill_mix["staff_group"].isin(GP_GROUPS)
    recorded = skill_mix.loc[by_gps & skill_mix["skill_mix"].eq(RECORDED), "percent"].sum()
    if recorded <= 0:
        return skill_mix
    held = skill_mix.copy()
    for mix in skill_mix.loc[of_service, "skill_mix"].unique():
        of_mix = of_service & skill_mix["skill_mix"].eq(mix)
        with_gps = float(skill_mix.loc[of_mix & by_gps, "percent"].sum())
        wanted = with_gps * percent / recorded
        scaled = np.where(by_gps[of_mix], wanted / with_gps, (WHOLE - wanted) / (WHOLE - with_gps))
        held.loc[of_mix, "percent"] = skill_mix.loc[of_mix, "percent"] * scaled
    return held


def _whole_norms(
    known: Assumptions, norms: pd.DataFrame, groups: Sequence[Group], services: Sequence[str]
) -> FloatArray:
    hours, session = hours_worked(known), known.value("workforce.theatre_session_hours")
    entries = {}
    names = ("sector", "staff_group", "service", "norm", "value", "units_per_session")
    columns = (norms[name].tolist() for name in names)
    for sector, group, service, norm, value, per in zip(*columns, strict=True):
        if (sector, group) in groups:
            if service not in services:
                raise KeyError(f"staffing_norms.csv names a service that has no demand: {service}")
            cell = groups.index((sector, group)), services.index(service)
            entries[cell] = wte_per_unit(norm, value, hours, session, 0.0 if pd.isna(per) else float(per))
    return staffing_norms(entries, len(groups), len(services))


def shares_by_year(
    skill_mix: pd.DataFrame,
    wanted: str,
    groups: Sequence[Group],
    services: Sequence[str],
    years: NDArray[np.int64],
) -> FloatArray:
    """Share of each service's work that a group does (year, group, service); 1 without a matrix."""
    names = sorted(skill_mix["skill_mix"].unique())
    if wanted not in names:
        raise BadInput(
            [Finding("scenarios", None, "skill_mix", wanted, f"one of {', '.join(names)} of skill_mix.csv")]
        )
    chosen = skill_mix[skill_mix["skill_mix"] == wanted]
    phase = (0, 0) if wanted == RECORDED else _phase(chosen, wanted)
    recorded = _matrix(skill_mix[skill_mix["skill_mix"] == RECORDED], groups, services)
    matrix = _matrix(chosen, groups, services)
    return skill_mix_shares(recorded, matrix, phase, years, len(groups), len(services))


def _matrix(
    rows: pd.DataFrame, groups: Sequence[Group], services: Sequence[str]
) -> dict[tuple[int, int], float]:
    columns = (rows[name].tolist() for name in ("sector", "staff_group", "service", "percent"))
    return {
        (groups.index((sector, group)), services.index(service)): float(percent)
        for sector, group, service, percent in zip(*columns, strict=True)
        if (sector, group) in groups and service in services
    }


def _phase(rows: pd.DataFrame, name: str) -> tuple[int, int]:
    pairs = rows[["before_year", "full_year"]].drop_duplicates()
    if len(pairs) != 1 or pairs.isna().any().any():
        raise BadInput(
            [
                Finding(
                    "skill_mix.csv",
                    None,
                    "before_year",
                    f"{len(pairs)} pairs of years for {name}",
                    "the same before_year and full_year in every row of a skill mix",
                )
            ]
        )
    before, full = pairs.iloc[0]
    return int(before), int(full)
