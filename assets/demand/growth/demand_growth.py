"""Growth of places' and providers' demand, beside the months and what drivers bring."""

import dagster as dg
import numpy as np
import pandas as pd

from assets.demand.demand_variants import NONE, Change, level_term
from assets.demand.hospital_flows import flow_shares
from assets.demand.level_by_year import level_of_place, level_until
from assets.demand.recorded_activity import MEASURES
from assets.demand.recorded_level import whole_years
from assets.inputs.assumptions import Assumptions
from assets.inputs.scenarios import read_scenarios
from assets.inputs.service_list import switched_on
from assets.inputs.settings import RunSettings
from assets.inputs.system_totals import system_code
from assets.tables.uncertain_table import released
from models.arrays import FloatArray, IntArray
from models.demand.growth_check import (
    by_drivers,
    findings,
    growth_a_year,
    growth_check,
    level_uncertainty,
)
from models.demand.level_ratios import level_of_providers

TO_YEAR = 2030


@dg.asset(group_name="demand", kinds={"numpy"})
def demand_growth(
    demand: pd.DataFrame,
    provider_demand: pd.DataFrame,
    recorded_level: pd.DataFrame,
    recorded_activity: pd.DataFrame,
    monthly_series: pd.DataFrame,
    activity_forecast: pd.DataFrame,
    place_to_provider_shares: pd.DataFrame,
    providers: pd.DataFrame,
    services: pd.DataFrame,
    scenarios: pd.DataFrame,
    places: pd.DataFrame,
    assumptions: pd.DataFrame,
    settings: RunSettings,
) -> pd.DataFrame:
    """Growth of each place's and provider's demand to the level that records give it and on to 2030/31."""
    known, principal = Assumptions(assumptions), read_scenarios(scenarios)[0]
    base_year = int(known.value("demand.base_year"))
    on = switched_on(services)
    of_run = {
        kind: table[table["scenario"] == principal.name].set_index([kind, "year", "service"])["principal"]
        for kind, table in (("place", demand), ("provider", provider_demand))
    }
    years = np.arange(base_year, TO_YEAR + 1, dtype=np.int64)
    until = level_until(recorded_level)
    growth = Change(known, years, settings.seed, 0).growth(on, principal)[0]
    uncertainty = _uncertainty(known, on, until, base_year)
    levels = _levels(
        of_run["place"], recorded_level, place_to_provider_shares, providers, services, places, years
    )
    months = _by_the_months(recorded_activity, monthly_series, activity_forecast, base_year, until)
    frames = []
    for kind, table in of_run.items():
        names = _names(demand if kind == "place" else provider_demand, kind)
        for subject, rows in table.groupby(level=0):
            values = rows.droplevel(0).unstack("service").loc[years]  # noqa: PD010  a cell each
            here = [name for name in on["service"] if name in values and values[name].iloc[0] > 0]
            at = [list(on["service"]).index(name) for name in here]
            positions = np.array([until.get(name, base_year) - base_year for name in here])
            level = levels.get(str(subject), np.ones((len(years), len(on))))[:, at]
            cells = values[here].to_numpy(float)
            drivers = by_drivers(cells, level, growth[:, at], positions)
            found = growth_check(cells, drivers, positions, len(years) - 1, uncertainty[at])
            frames.append(
                pd.DataFrame(found).assign(
                    subject_kind=kind,
                    subject=subject,
                    subject_name=str(names[subject]),
                    service=here,
                    level_year=base_year + positions,
                    forecast_to_level=[months.get((str(subject), name), np.nan) for name in here],
                )
            )
    whole = pd.concat(frames, ignore_index=True)
    whole["largest_change_year"] = base_year + whole["largest_change_position"].astype("int64")
    whole["finding"] = findings(whole["level_difference"].to_numpy(), whole["level_uncertainty"].to_numpy())
    whole["unit"] = whole["service"].map(services.set_index("service")["unit"])
    return released("demand_growth", [whole])


def _names(table: pd.DataFrame, kind: str) -> dict[object, object]:
    return dict(table[[kind, f"{kind}_name"]].drop_duplicates().itertuples(index=False, name=None))


def _levels(
    of_places: pd.Series,
    recorded: pd.DataFrame,
    shares: pd.DataFrame,
    providers: pd.DataFrame,
    services: pd.DataFrame,
    places: pd.DataFrame,
    years: IntArray,
) -> dict[str, FloatArray]:
    """Level (year, service) of each place, of the system and of each provider."""
    on = [str(name) for name in switched_on(services)["service"]]
    flows = flow_shares(shares, services, providers)
    councils = [str(place) for place in flows["place"].to_numpy()]
    councils = [place for place in councils if place in of_places.index.get_level_values(0)]
    own = np.stack([level_of_place(recorded, place, years, on, int(years[0])) for place in councils], axis=1)
    needed = np.stack(
        [of_places[place].unstack("service").loc[years, on].to_numpy(float) for place in councils],  # noqa: PD010
        axis=1,
    )
    found = {place: own[:, number] for number, place in enumerate(councils)}
    found[system_code(places)] = level_of_providers(needed, own, np.ones((len(councils), 1, len(on))))[:, 0]
    flowing = [str(name) for name in flows["service"].to_numpy()]
    at = [on.index(name) for name in flowing]
    of_providers = level_of_providers(
        needed[..., at],
        own[..., at],
        flows.sel(place=councils).transpose("place", "provider", "service").to_numpy(),
    )
    for number, provider in enumerate(flows["provider"].to_numpy()):
        found[str(provider)] = np.ones((len(years), len(on)))
        found[str(provider)][:, at] = of_providers[:, number]
    return found


def _uncertainty(known: Assumptions, on: pd.DataFrame, until: dict[str, int], base_year: int) -> FloatArray:
    """Half the 80 % range of each service's level (service,), in logs, in the year it is known to."""
    own = {
        service: (known.high(level_term(service, term)), known.high(f"demand.annual_drift_{term}"))
        if term != NONE
        else (1.0, 0.0)
        for service, term in zip(on["service"], on["uncertainty"], strict=True)
    }
    terms = np.array([(own[row.service], own.get(row.linked_service, (1.0, 0.0))) for row in on.itertuples()])
    years = np.array([until.get(service, base_year) - base_year for service in on["service"]])
    return level_uncertainty(terms[..., 0], terms[..., 1], years)


def _by_the_months(
    recorded: pd.DataFrame,
    monthly_series: pd.DataFrame,
    activity_forecast: pd.DataFrame,
    base_year: int,
    until: dict[str, int],
) -> dict[tuple[str, str], float]:
    """Growth in per cent a year from the base year by a provider's own months, by provider and service."""
    whole = whole_years(monthly_series, activity_forecast, base_year)
    base = recorded.loc[recorded["year"] == base_year, ["provider", "measure", "level"]]
    both = whole.merge(base, on=["provider", "measure"])
    both = both[
        both["year"] == both["measure"].map(lambda measure: until.get(MEASURES.get(measure, ("",))[0]))
    ]
    grown = growth_a_year(
        both["level"].to_numpy(), both["total"].to_numpy(), both["year"].to_numpy() - base_year
    )
    return {
        (str(provider), service): float(growth)
        for provider, measure, growth in zip(both["provider"], both["measure"], grown, strict=True)
        for service in MEASURES[measure]
    }
