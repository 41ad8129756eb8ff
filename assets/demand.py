"""Demand to 2050: what residents of each place need, and what each hospital provider faces."""

import dagster as dg
import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from assets.activity_rates import SEXES, activity_rates
from assets.assumptions import Assumptions
from assets.by_place import ByPlace
from assets.calibration import activity_calibration, provider_calibration, recorded_activity
from assets.flows import flow_shares, hospital_services, outside_shares
from assets.places import PLACED, place_keys
from assets.scenarios import Scenario, read_scenarios
from assets.settings import RunSettings
from assets.uncertain_table import released, uncertain_rows
from models.demand import activity, change, provider_flows
from models.demand.activity_factors import ServiceSpread, activity_factors
from models.ensemble import factor_draws, standard_normal

FloatArray = NDArray[np.float64]

# The stage's assets, those of its other modules included: a stage is loaded by this module's name.
__all__ = [
    "activity_calibration",
    "activity_rates",
    "demand",
    "demand_draws",
    "provider_calibration",
    "provider_demand",
    "provider_demand_draws",
    "recorded_activity",
]


@dg.asset(
    group_name="demand",
    kinds={"numpy"},
    ins={"projection_draws": dg.AssetIn(metadata={"variables": ["population", "births"]})},
    **PLACED,
)
def demand_draws(
    context: dg.AssetExecutionContext,
    projection_draws: ByPlace,
    activity_rates: pd.DataFrame,
    activity_calibration: pd.DataFrame,
    services: pd.DataFrame,
    mitigation_effects: pd.DataFrame,
    scenarios: pd.DataFrame,
    assumptions: pd.DataFrame,
    settings: RunSettings,
) -> ByPlace:
    """Demand of a place's residents by scenario, draw, financial year and service."""
    known = Assumptions(assumptions)
    names = [str(name) for name in services["service"]]
    base_year = int(known.value("demand.base_year"))
    years = np.arange(base_year, int(known.value("demand.last_year")) + 1, dtype=np.int64)
    growth = growth_factors(known, services, years, settings)
    effects = {
        scenario.name: _mitigation(scenario, mitigation_effects, names, years)
        for scenario in read_scenarios(scenarios)
    }
    registered = [
        name for name, people in zip(names, services["people"], strict=True) if people == "registered"
    ]

    def load(place: str) -> xr.Dataset:
        projection = projection_draws[place]
        rates = _rates(activity_rates, place, names)
        factors = activity_calibration[activity_calibration["place"] == place].set_index("service")["factor"]
        spreads = _spreads(known, services)
        uncertain = activity_factors(
            spreads,
            place,
            len(years),
            settings.draws,
            settings.seed,
            known.value("demand.activity_shared_variance"),
        )
        ratio = _registered_ratio(known, place, years, base_year, settings)
        for name in registered:
            uncertain[:, :, names.index(name)] *= ratio
        parts = [
            activity.resident_demand(
                _expected(projection, str(scenario), years, rates, names),
                factors.loc[names].to_numpy(),
                growth,
                uncertain,
                effects[str(scenario)],
            )
            for scenario in projection["scenario"].to_numpy()
        ]
        return xr.Dataset(
            {"demand": (("scenario", "draw", "year", "service"), np.stack(parts))},
            coords={
                "scenario": projection["scenario"].to_numpy(),
                "draw": projection["draw"].to_numpy(),
                "year": years,
                "service": names,
            },
        )

    return ByPlace(place_keys(context), load)


def growth_factors(
    known: Assumptions, services: pd.DataFrame, years: NDArray[np.int64], settings: RunSettings
) -> FloatArray:
    """Non-demographic growth (draw, year, service) in the order of the services table."""
    by_group = {
        group: change.non_demographic_growth(
            known.range(f"demand.non_demographic_growth_{group}"),
            group,
            years,
            int(known.value("demand.base_year")),
            int(known.value("demand.non_demographic_growth_last_year")),
            settings.draws,
            settings.seed,
        )
        for group in sorted(set(services["growth_group"]))
    }
    return np.stack([by_group[group] for group in services["growth_group"]], axis=-1)


def _spreads(known: Assumptions, services: pd.DataFrame) -> list[ServiceSpread]:
    spreads = []
    columns = services[["service", "uncertainty", "linked_service"]]
    for service, uncertainty, linked in columns.itertuples(index=False, name=None):
        follows = linked if isinstance(linked, str) else None
        if uncertainty == "none":
            spreads.append(ServiceSpread(service, None, 0.0, follows))
            continue
        annual = known.high(f"demand.annual_drift_{uncertainty}")
        spreads.append(ServiceSpread(service, known.range(f"demand.level_{service}"), annual, follows))
    return spreads


def _registered_ratio(
    known: Assumptions, place: str, years: NDArray[np.int64], base_year: int, settings: RunSettings
) -> FloatArray:
    shock = standard_normal(settings.seed, "registered_ratio", "place", place, settings.draws)
    final = factor_draws(*known.range("demand.registered_ratio_change"), shock)[:, 0]
    return change.widening(final, years, base_year, known.value("demand.registered_ratio_reached_in"))


def _mitigation(
    scenario: Scenario, effects: pd.DataFrame, names: list[str], years: NDArray[np.int64]
) -> FloatArray:
    factors = np.ones((len(years), len(names)))
    columns = ["service", "change_percent", "before_year", "full_year"]
    chosen = effects.loc[effects["mitigation"] == scenario.mitigation, columns]
    for service, percent, before_year, full_year in chosen.itertuples(index=False, name=None):
        if service not in names:
            raise KeyError(f"mitigation_effects.csv names a service that is not in services.csv: {service}")
        factors[:, names.index(service)] = change.phased(percent, years, before_year, full_year)
    return factors


def _rates(activity_rates: pd.DataFrame, place: str, names: list[str]) -> FloatArray:
    of_place = activity_rates[activity_rates["place"] == place]
    by_cell = of_place.set_index(["service", "sex", "age"])["rate"].to_xarray()
    return by_cell.sel(service=names, sex=list(SEXES)).to_numpy()


def _expected(
    projection: xr.Dataset, scenario: str, years: NDArray[np.int64], rates: FloatArray, names: list[str]
) -> FloatArray:
    """Expected activity (draw, year, service) of a scenario, births taken from the projection."""
    of_scenario = projection.sel(scenario=scenario)
    # All years at once: choosing years first would copy every person of every draw.
    mid_years = of_scenario["year"].to_numpy().tolist()
    if not {int(years[0]), int(years[-1]) + 1} <= set(mid_years):
        raise ValueError(
            f"the projection of {scenario} has mid-years {mid_years[0]} to {mid_years[-1]}; demand of "
            f"{years[0]} to {years[-1]} needs {years[0]} to {years[-1] + 1}"
        )
    first, last = mid_years.index(int(years[0])), mid_years.index(int(years[-1]))
    people = of_scenario["population"].transpose("draw", "year", "sex", "age").to_numpy()
    births = of_scenario["births"].transpose("draw", "year").to_numpy()
    expected = activity.expected_activity(people, rates)
    expected[:, :, names.index("births")] = activity.financial_year_births(births, axis=1)
    return expected[:, first : last + 1]


@dg.asset(group_name="demand", kinds={"pandas"})
def demand(demand_draws: ByPlace, services: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """What residents of each place need, wherever treated; the system's quantiles from summed draws."""
    place_names = places.set_index("place")["place_name"]
    system = places.loc[places["kind"] == "system", "place"].iloc[0]
    parts, total = [], None
    for place in demand_draws:
        quantity = demand_draws[place]["demand"]
        parts.append(_named(quantity, place, place_names[place]))
        total = quantity if total is None else total + quantity
    if total is None:
        raise ValueError("no place has demand")
    parts.append(_named(total, system, place_names[system]))
    table = pd.concat(parts, ignore_index=True)
    described = services.set_index("service")
    table["setting"] = table["service"].map(described["setting"])
    table["unit"] = table["service"].map(described["unit"])
    return released("demand", [table])


def _named(quantity: xr.DataArray, place: str, place_name: str) -> pd.DataFrame:
    return uncertain_rows(quantity, {"place": place, "place_name": place_name})


@dg.asset(group_name="demand", kinds={"numpy"})
def provider_demand_draws(
    demand_draws: ByPlace,
    place_to_provider_shares: pd.DataFrame,
    providers: pd.DataFrame,
    services: pd.DataFrame,
    scenarios: pd.DataFrame,
    assumptions: pd.DataFrame,
    settings: RunSettings,
) -> xr.Dataset:
    """What each hospital provider faces by scenario, draw, financial year and service."""
    known = Assumptions(assumptions)
    flowing = hospital_services(services)
    shares = flow_shares(place_to_provider_shares, services, providers).sel(place=list(demand_draws))
    residents = xr.concat(
        [demand_draws[place]["demand"].sel(service=flowing) for place in demand_draws],
        pd.Index(list(demand_draws), name="place"),
    ).transpose("scenario", "draw", "year", "place", "service")
    years = residents["year"].to_numpy()
    elsewhere = providers.loc[providers["kind"] == "other", "provider"].iloc[0]
    drawn = provider_flows.drawn_shares(
        shares.to_numpy(),
        list(shares["provider"].to_numpy()).index(elsewhere),
        _elsewhere_factor(known, list(demand_draws), settings),
    )
    principal = read_scenarios(scenarios)[0].name
    base = residents.sel(scenario=principal).isel(draw=0, year=0)
    outside = provider_flows.outside_activity(
        (shares * base).sum("place").transpose("provider", "service").to_numpy(),
        outside_shares(providers).to_numpy(),
    )
    growth = _outside_growth(known, services, flowing, years, settings)
    values = np.stack(
        [
            provider_flows.provider_demand(
                residents.sel(scenario=scenario).to_numpy(), drawn, outside, growth
            )
            for scenario in residents["scenario"].to_numpy()
        ]
    )
    return xr.Dataset(
        {"provider_demand": (("scenario", "draw", "year", "provider", "service"), values)},
        coords={
            "scenario": residents["scenario"].to_numpy(),
            "draw": residents["draw"].to_numpy(),
            "year": years,
            "provider": shares["provider"].to_numpy(),
            "service": flowing,
        },
    )


def _elsewhere_factor(known: Assumptions, places: list[str], settings: RunSettings) -> FloatArray:
    spread = known.range("demand.elsewhere_share_factor")
    return np.concatenate(
        [
            factor_draws(
                *spread, standard_normal(settings.seed, "elsewhere_share", "place", place, settings.draws)
            )
            for place in places
        ],
        axis=1,
    )


def _outside_growth(
    known: Assumptions,
    services: pd.DataFrame,
    flowing: list[str],
    years: NDArray[np.int64],
    settings: RunSettings,
) -> FloatArray:
    """Growth (draw, year, service) of activity for people from outside: their number and what they use."""
    base_year = int(known.value("demand.base_year"))
    people = change.non_demographic_growth(
        known.range("demand.outside_people_growth"),
        "outside_people",
        years,
        base_year,
        int(known.value("demand.last_year")),
        settings.draws,
        settings.seed,
    )
    use = growth_factors(known, services, years, settings)
    columns = [list(services["service"]).index(service) for service in flowing]
    return change.together(people, use[:, :, columns])


@dg.asset(group_name="demand", kinds={"pandas"})
def provider_demand(
    provider_demand_draws: xr.Dataset, providers: pd.DataFrame, services: pd.DataFrame
) -> pd.DataFrame:
    """What each hospital provider faces, people from outside the system included."""
    quantity = provider_demand_draws["provider_demand"]
    used = (quantity.isel(draw=0) > 0).any(("scenario", "year"))
    rows = [
        uncertain_rows(
            quantity.sel(provider=provider, service=list(quantity["service"].to_numpy()[used_here])),
            {"provider": provider},
        )
        for provider, used_here in zip(
            quantity["provider"].to_numpy(), used.transpose("provider", "service").to_numpy(), strict=True
        )
    ]
    table = pd.concat(rows, ignore_index=True)
    table["provider_name"] = table["provider"].map(providers.set_index("provider")["provider_name"])
    table["unit"] = table["service"].map(services.set_index("service")["unit"])
    return released("provider_demand", [table])
