"""The intake that training courses need, by professional group, to close the gap of the system."""

from __future__ import annotations

import dagster as dg
import numpy as np
import pandas as pd
import xarray as xr

from assets.assumptions import Assumptions
from assets.settings import RunSettings
from assets.uncertain_table import released, uncertain_rows
from assets.workforce_draws import STAFF
from models.workforce.gap import unfilled
from models.workforce.rates import common_share, participation_path
from models.workforce.training import intake_needed, present_intake

PROFESSIONS = (
    "doctors",
    "nurses",
    "midwives",
    "scientific_therapeutic_and_technical",
    "community_staff",
    "mental_health_staff",
    "gps",
    "practice_nurses",
    "other_direct_patient_care",
)
"""Groups whose staff train for years before they join; support and care staff do not."""


@dg.asset(group_name="workforce", kinds={"numpy"})
def training_intake(
    place_staffing_draws: xr.Dataset,
    provider_staffing_draws: xr.Dataset,
    staffing_base: pd.DataFrame,
    assumptions: pd.DataFrame,
    settings: RunSettings,
) -> pd.DataFrame:
    """Starters a year, on top of today's, for those who qualify to close the gap of their group."""
    known = Assumptions(assumptions)
    sectors = dict(zip(staffing_base["staff_group"], staffing_base["sector"], strict=True))
    years = place_staffing_draws["year"].to_numpy()
    take_up = common_share(
        known.range("workforce.training_take_up"), "training_take_up", settings.draws, settings.seed
    )
    path = participation_path(
        known.range("workforce.participation_change"), len(years), settings.draws, settings.seed
    )
    parts = []
    for kind, draws in (("place", place_staffing_draws), ("provider", provider_staffing_draws)):
        for group in map(str, draws["supplied_group"].to_numpy()):
            if group not in PROFESSIONS:
                continue
            training = int(known.value(f"workforce.years_in_training_{group}"))
            drawn = draws.sel(staff_group=group, supplied_group=group).sum(kind, skipna=False)
            gap = unfilled(*(drawn[name].to_numpy() for name in ("required_wte", *STAFF[:2])))
            started = np.stack(
                [
                    intake_needed(
                        of_scenario,
                        path * known.value(f"workforce.participation_{group}"),
                        known.value(f"workforce.leaver_rate_{group}"),
                        training,
                        known.value(f"workforce.training_attrition_{group}"),
                        take_up,
                        int(known.value("workforce.catch_up_years")),
                    )
                    for of_scenario in gap
                ]
            )
            rows = uncertain_rows(
                xr.DataArray(
                    started,
                    dims=("scenario", "draw", "year"),
                    coords={
                        "scenario": drawn["scenario"].to_numpy(),
                        "draw": drawn["draw"].to_numpy(),
                        "year": years[: started.shape[-1]],
                    },
                    name="training_intake",
                ),
                {"sector": sectors[group], "staff_group": group, "unit": "people"},
            )
            rows["qualifying_year"] = rows["year"] + training
            rows["present_intake"] = _present(known, drawn, group)
            parts.append(rows)
    return released("training_intake", parts)


def _present(known: Assumptions, drawn: xr.Dataset, group: str) -> float:
    """Starters a year behind the base year's joiners from training."""
    heads = float(drawn["headcount"].isel(scenario=0, draw=0, year=0))
    return present_intake(
        heads,
        known.value(f"workforce.leaver_rate_{group}"),
        known.value(f"workforce.joiners_per_leaver_{group}"),
        known.value(f"workforce.joiners_from_training_{group}"),
        known.value(f"workforce.training_attrition_{group}"),
        known.value("workforce.training_take_up"),
    )
