"""Where demand stands in the years after the base year that records and monthly forecasts reach."""

from collections.abc import Iterable

import dagster as dg
import numpy as np
import pandas as pd
import xarray as xr

from assets.demand.demand_run import DEMAND_INPUTS, DemandInputs, DemandRun
from assets.demand.demand_variants import Change
from assets.demand.hospital_flows import flow_shares, outside_shares, treating_providers
from assets.demand.level_by_year import (
    FORECAST,
    RECORDED,
    RECORDED_AND_FORECAST,
    RECORDED_IN_PART,
    level_until,
)
from assets.demand.monthly.monthly_series import BEDS
from assets.demand.principal_residents import residents_by_scenario
from assets.demand.recorded_activity import BED_DAYS, MEASURES
from assets.inputs.assumptions import Assumptions
from assets.inputs.scenarios import read_scenarios
from assets.inputs.service_list import switched_on
from assets.inputs.settings import RunSettings
from assets.tables.by_place import ByPlace
from assets.tables.uncertain_table import released
from models.demand import provider_flows
from models.demand.demand_level import year_from_clean_months
from models.demand.level_ratios import level_ratios

MONTHS = 12
FEWEST = 3
"""Recorded months of a year from which its level is taken where nothing is forecast: a quarter."""
YEARLY_MEASURE = {BEDS: BED_DAYS}
"""The yearly measure a monthly one becomes, where it has another name."""


@dg.asset(
    group_name="demand",
    kinds={"numpy"},
    ins={name: asked for name, asked in DEMAND_INPUTS.items() if name != "recorded_level"},
)
def recorded_level(
    components_by_age: ByPlace,
    recorded_activity: pd.DataFrame,
    monthly_series: pd.DataFrame,
    activity_forecast: pd.DataFrame,
    place_to_provider_shares: pd.DataFrame,
    providers: pd.DataFrame,
    settings: RunSettings,
    **tables: pd.DataFrame,
) -> pd.DataFrame:
    """Level of each place's hospital demand in the years after the base year, beside the base year's.

    Such that what providers face is what they recorded and what their months forecast; the last one is held.
    """
    known, principal = Assumptions(tables["assumptions"]), read_scenarios(tables["scenarios"])[0]
    services = tables["services"]
    base_year, places = int(known.value("demand.base_year")), list(components_by_age)
    whole = whole_years(monthly_series, activity_forecast, base_year)
    totals = {
        measure: _totals(recorded_activity, whole, treating_providers(providers), measure, base_year)
        for measure in MEASURES
    }
    levels = _at_base_level(totals, whole, places, services)
    run = DemandRun(
        DemandInputs(**tables, recorded_level=levels),
        settings,
        0,
    )
    needed = xr.DataArray(
        np.stack(
            [_principal_demand(run, components_by_age[place], place, principal.name) for place in places]
        ),
        dims=("place", "year", "service"),
        coords={"place": places, "year": run.years, "service": run.services},
    )
    flows = flow_shares(place_to_provider_shares, services, providers).sel(place=places)
    sent = (flows * needed.sel(service=flows["service"])).transpose("service", "year", "place", "provider")
    flowing = services.set_index("service").loc[list(flows["service"].to_numpy())].reset_index()
    change = Change(known, run.years, settings.seed, 0, level_until(levels))
    outside = xr.DataArray(
        provider_flows.from_outside(
            provider_flows.outside_activity(
                sent.isel(year=0).sum("place").transpose("provider", "service").to_numpy(),
                outside_shares(providers, services).to_numpy(),
            ),
            change.of_people_from_outside(flowing, principal),
            np.ones((len(run.years), *(flows.sizes[name] for name in ("provider", "service")))),
        )[0],
        dims=("year", "provider", "service"),
        coords={name: sent[name] for name in ("year", "provider", "service")},
    ).transpose("service", "year", "provider")
    solved = {
        measure: level_ratios(
            sent.sel(service=list(MEASURES[measure]), year=rows.index.to_numpy()).to_numpy(),
            outside.sel(service=list(MEASURES[measure]), year=rows.index.to_numpy()).to_numpy(),
            rows.to_numpy(float),
        )
        for measure, rows in totals.items()
        if len(rows) > 1
    }
    ratios = {
        (place, measure, year): ratio
        for measure, by_year in solved.items()
        for year, row in zip(totals[measure].index, by_year, strict=True)
        for place, ratio in zip(places, row, strict=True)
    }
    keys = zip(levels["place"], levels["measure"], levels["year"], strict=True)
    return released("recorded_level", [levels.assign(ratio=[ratios[key] for key in keys])])


def whole_years(
    monthly_series: pd.DataFrame, activity_forecast: pd.DataFrame, base_year: int
) -> pd.DataFrame:
    """Totals of financial years after the base year: clean recorded months and the forecast's mean.

    Columns provider, measure, year, total, recorded (months), months. A year in which a month is neither is
    left out, but for the last year of a series that is not forecast: from FEWEST months on it stands to the
    year before as its recorded months do to theirs. Beds become bed days of the month.
    """
    recorded = monthly_series[monthly_series["status"] == "clean"].rename(columns={"value": "mean"})
    columns = ["provider", "measure", "month", "mean", "recorded"]
    months = pd.concat(
        [recorded.assign(recorded=1)[columns], activity_forecast.assign(recorded=0)[columns]],
        ignore_index=True,
    )
    period = pd.PeriodIndex(months["month"], freq="M")
    days = np.where(months["measure"] == BEDS, period.days_in_month, 1)
    months = months.assign(
        total=months["mean"] * days,
        year=period.asfreq("Y-MAR").year - 1,
        of_year=(period.month - 4) % MONTHS,
        measure=months["measure"].replace(YEARLY_MEASURE),
    )
    by_year = months.groupby(["provider", "measure", "year"], as_index=False).agg(
        total=("total", "sum"), recorded=("recorded", "sum"), months=("total", "count")
    )
    whole = by_year[by_year["months"] == MONTHS]
    both = pd.concat([whole, _recorded_in_part(months, activity_forecast)], ignore_index=True)
    return both[both["year"] > base_year].reset_index(drop=True)


def _recorded_in_part(months: pd.DataFrame, activity_forecast: pd.DataFrame) -> pd.DataFrame:
    """The last year of each series that is not forecast, from the months that it has."""
    ahead = activity_forecast.assign(measure=activity_forecast["measure"].replace(YEARLY_MEASURE))
    forecast = set(zip(ahead["provider"], ahead["measure"], strict=True))
    rows = []
    for (provider, measure), series in months.groupby(["provider", "measure"]):
        if (provider, measure) in forecast:
            continue
        of_year = series.pivot_table("total", "year", "of_year")
        by_month = of_year.reindex(columns=range(MONTHS)).sort_index()
        known = by_month.notna().sum(axis=1)
        last = int(by_month.index[-1])
        if not FEWEST <= known[last] < MONTHS or known.get(last - 1, 0) < MONTHS:
            continue
        now, before = (by_month.loc[year].to_numpy(float) for year in (last, last - 1))
        total = year_from_clean_months(now, before, np.isfinite(now))
        labels = {"provider": provider, "measure": measure, "year": last}
        rows.append({**labels, "total": total, "recorded": int(known[last]), "months": int(known[last])})
    return pd.DataFrame(rows, columns=["provider", "measure", "year", "total", "recorded", "months"])


def _totals(
    recorded: pd.DataFrame, whole: pd.DataFrame, treating: list[str], measure: str, base_year: int
) -> pd.DataFrame:
    """Totals of a measure by year, from the base year on without a gap, and treating provider."""
    base = recorded[(recorded["measure"] == measure) & (recorded["year"] == base_year)]
    base = base[base["provider"].isin(treating)]
    later = whole[(whole["measure"] == measure) & whole["provider"].isin(base["provider"])]
    rows = pd.concat(
        [
            base.rename(columns={"level": "total"})[["provider", "year", "total"]],
            later[["provider", "year", "total"]],
        ]
    )
    last = int(later["year"].max()) if len(later) else base_year
    by_year = rows.pivot_table(index="year", columns="provider", values="total", aggfunc="sum")
    return by_year.reindex(index=range(base_year, last + 1), columns=treating)


def _at_base_level(
    totals: dict[str, pd.DataFrame], whole: pd.DataFrame, places: Iterable[str], services: pd.DataFrame
) -> pd.DataFrame:
    """Rows of the table at the base year's level: a service of a measure, and what is calibrated as it is."""
    on = switched_on(services)
    rows = []
    for measure, by_year in totals.items():
        with_record = by_year.columns[by_year.notna().any()]
        months = whole[(whole["measure"] == measure) & whole["provider"].isin(with_record)]
        parts = MEASURES[measure]
        also = on.loc[on["calibrated_as"].isin(parts) & on["flow_group"].notna(), "service"]
        for year in by_year.index[1:]:
            of_year = months[months["year"] == year]
            basis = _basis(of_year, len(of_year) == len(with_record))
            labels = {"measure": measure, "year": int(year), "ratio": 1.0, "basis": basis}
            rows += [
                {"place": place, "service": service, **labels}
                for place in places
                for service in (*parts, *also)
            ]
    return pd.DataFrame(rows, columns=["place", "service", "year", "measure", "ratio", "basis"])


def _basis(of_year: pd.DataFrame, every: bool) -> str:
    """What a year's totals rest on; `every` is whether all providers with a record have one."""
    if (of_year["months"] < MONTHS).any():
        return RECORDED_IN_PART
    if every and (of_year["recorded"] == MONTHS).all():
        return RECORDED
    return RECORDED_AND_FORECAST if of_year["recorded"].any() else FORECAST


def _principal_demand(run: DemandRun, cells: pd.DataFrame, place: str, scenario: str) -> np.ndarray:
    people = residents_by_scenario(cells.rename(columns={"closing": "population"}))[scenario]
    return run.demand(place, scenario, people)[0]
