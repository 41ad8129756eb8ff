"""Where a provider's yearly demand agrees with its monthly forecast, and how it lets go of it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from assets.demand.monthly_series import BEDS
from assets.demand.recorded_activity import BED_DAYS, MEASURES
from assets.inputs.assumptions import Assumptions
from assets.inputs.service_list import switched_on
from models.demand.monthly_to_yearly import handover_factors

MONTHS = 12
YEARLY_MEASURE = {BEDS: BED_DAYS}
"""The yearly measure a monthly one becomes, where it has another name."""


def joined_years(
    monthly_series: pd.DataFrame, activity_forecast: pd.DataFrame, base_year: int
) -> dict[tuple[str, str], dict[int, float]]:
    """Totals of whole financial years after the base year: clean recorded months and the forecast's mean.

    A year in which a month is neither is left out. Beds become bed days of the month.
    """
    recorded = monthly_series[monthly_series["status"] == "clean"].rename(columns={"value": "mean"})
    columns = ["provider", "measure", "month", "mean"]
    months = pd.concat([recorded[columns], activity_forecast[columns]], ignore_index=True)
    period = pd.PeriodIndex(months["month"], freq="M")
    days = np.where(months["measure"] == BEDS, period.days_in_month, 1)
    months = months.assign(
        total=months["mean"] * days,
        year=period.asfreq("Y-MAR").year - 1,
        measure=months["measure"].replace(YEARLY_MEASURE),
    )
    by_year = months.groupby(["provider", "measure", "year"], as_index=False)["total"].agg(["sum", "count"])
    whole = by_year[(by_year["count"] == MONTHS) & (by_year["year"] > base_year)]
    found: dict[tuple[str, str], dict[int, float]] = {}
    for row in whole.to_dict("records"):
        key = (str(row["provider"]), str(row["measure"]))
        found.setdefault(key, {})[int(row["year"])] = float(row["sum"])
    return found


def factors(
    yearly: xr.DataArray,
    monthly_series: pd.DataFrame,
    activity_forecast: pd.DataFrame,
    services: pd.DataFrame,
    known: Assumptions,
) -> xr.DataArray:
    """Factors (provider, year, service) on provider demand, from its principal run (provider, year, service).

    Services that together are a recorded measure share its factor, and so does what is calibrated as they
    are; everything else has 1.
    """
    result = xr.ones_like(yearly)
    base_year = int(known.value("demand.base_year"))
    on = switched_on(services)
    for (provider, measure), totals in joined_years(monthly_series, activity_forecast, base_year).items():
        if measure not in MEASURES or provider not in yearly["provider"].to_numpy():
            continue
        parts = list(MEASURES[measure])
        factor = handover_factors(
            yearly["year"].to_numpy(),
            totals,
            yearly.sel(provider=provider, service=parts).sum("service").to_numpy(),
            int(known.value("demand.handover_years")),
        )
        also = on.loc[on["calibrated_as"].isin(parts) & on["flow_group"].notna(), "service"]
        for service in (*parts, *also):
            result.loc[{"provider": provider, "service": service}] = factor
    return result
