"""The services stages run by hand over the shipped figures and a made-up projection, for the stages' tests.

The people are England's by age, in the number of each place's mid-2024 estimate: enough to hold the stages to
the recorded levels without waiting for the population stage. Places, sexes, ages, years, scenarios and draws
all differ, and at different paces, so that what is taken for another one changes the result.
"""

from __future__ import annotations

import inspect
import logging
from dataclasses import dataclass
from functools import cache
from inspect import unwrap
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from assets.accuracy.forecast_accuracy import forecast_accuracy
from assets.demand.activity_levels import activity_levels, social_care_by_age
from assets.demand.activity_rates import activity_rates
from assets.demand.demand_drivers import demand_drivers, place_demand_drivers
from assets.demand.demand_stage import demand, demand_draws
from assets.demand.growth.demand_growth import demand_growth
from assets.demand.growth.growth_beyond_demography import growth_beyond_demography, recorded_growth
from assets.demand.monthly.activity_forecast import (
    METHODS,
    activity_accuracy,
    activity_forecast,
    forecast_rows,
    monthly_fits,
    prepared,
)
from assets.demand.monthly.monthly_series import monthly_series
from assets.demand.provider_demand import demand_of_providers
from assets.demand.recorded_activity import activity_calibration, provider_calibration, recorded_activity
from assets.demand.recorded_level import recorded_level
from assets.demand.waiting_imbalance import waiting_list_imbalance
from assets.estates.estates_stage import estates_tables
from assets.inputs.assumptions import Assumptions
from assets.inputs.csv_reading import read_table
from assets.inputs.scenarios import load_scenarios, scenario_table
from assets.inputs.settings import RunSettings
from assets.official_files.staff_files import recorded_staff_files
from assets.tables.by_place import ByPlace
from assets.tables.declarations import INPUT_TABLES
from assets.tables.declarations.named_values import NEIGHBOURHOOD_BANDS
from assets.tables.uncertain_table import released
from assets.workforce.posts_and_staff import staff_in_post, staffing_base
from assets.workforce.workforce_coverage import workforce_coverage
from assets.workforce.workforce_stage import staffing
from models.demand.monthly.monthly_candidates import fits, forecasts
from models.uncertainty.ensemble import summarise
from tests.shipped import DATA

DRAWS = 60
YEARS = np.arange(2021, 2052)


@dataclass(frozen=True)
class MadeUp:
    """How a place of the made-up projection differs from the others.

    older: how much more of it are old than of England, by age from 40 on in logs of 40 years. women: their
    share. growth: a year. ageing: how much faster those 40 years older grow. births: of a resident.
    spread: of the pace in its draws. fewer: growth a year that new homes bring. young: share of the people
    under 50, and of the others, in its Younger neighbourhood. homes: a year on its site.
    """

    people_2024: int
    older: float
    women: float
    growth: float
    ageing: float
    births: float
    spread: float
    fewer: float
    young: tuple[float, float]
    homes: float


MADE_UP = {
    "E06000032": MadeUp(239_090, -0.10, 0.494, 0.006, 0.004, 0.0139, 0.0030, 0.002, (0.77, 0.21), 60.0),
    "E06000042": MadeUp(305_884, -0.02, 0.503, 0.013, 0.008, 0.0117, 0.0022, 0.007, (0.80, 0.20), 170.0),
    "E06000055": MadeUp(194_976, 0.03, 0.508, 0.010, 0.005, 0.0111, 0.0014, 0.005, (0.70, 0.15), 90.0),
    "E06000056": MadeUp(315_877, 0.08, 0.506, 0.011, 0.007, 0.0100, 0.0018, 0.006, (0.85, 0.26), 130.0),
}
PEOPLE_2024 = {place: made.people_2024 for place, made in MADE_UP.items()}
PACE = {
    "local_plan": 1.0,
    "plan_on_schedule": 1.25,
    "slow_delivery": 0.7,
    "trend": 0.85,
    "draft_plans": 1.4,
}
"""Growth of a scenario as a ratio to that of local_plan, whose people every other scenario has."""
STEPS = (
    activity_rates,
    recorded_activity,
    activity_calibration,
    provider_calibration,
    activity_levels,
    social_care_by_age,
    waiting_list_imbalance,
    monthly_series,
    monthly_fits,
    activity_accuracy,
    activity_forecast,
    recorded_level,
    demand_draws,
    demand,
    place_demand_drivers,
    demand_drivers,
    forecast_accuracy,
    demand_of_providers,
    demand_growth,
    recorded_growth,
    growth_beyond_demography,
    recorded_staff_files,
    staffing_base,
    staff_in_post,
    staffing,
    workforce_coverage,
    estates_tables,
)


BESIDE = (
    "places",
    "assumptions",
    "system_totals",
    "census_based_population",
    "births_and_deaths",
    "area_inputs",
)


def shipped_inputs() -> dict[str, pd.DataFrame]:
    """The input tables the services stages read."""
    data = DATA
    places = read_table(INPUT_TABLES["places"], data / "places.csv", None)
    known = list(places["place"])
    wanted = [
        name for name, table in INPUT_TABLES.items() if table.stage in ("demand", "workforce", "estates")
    ]
    tables = {
        name: read_table(INPUT_TABLES[name], data / f"{name}.csv", known) for name in (*wanted, *BESIDE)
    }
    tables["scenarios"] = scenario_table(load_scenarios(data / "scenarios"))
    return tables


def made_up_projection(inputs: dict[str, pd.DataFrame], draws: int) -> dict[str, xr.Dataset]:
    """Population and births by place: the recorded number in 2024, everything else made up and different."""
    england = inputs["england_population"]
    england = england[england["year"] == england["year"].max()]
    by_age = np.stack(
        [england.loc[england["sex"] == sex, "population"].to_numpy() for sex in ("female", "male")]
    )
    since = YEARS - 2024.0
    # Growth slows: no year's growth is another's.
    slowing = since - 0.006 * np.maximum(since, 0.0) ** 2
    distance = (np.arange(91) - 40) / 40
    random = np.random.default_rng(8)
    common = random.standard_normal(draws)
    scenarios = list(inputs["scenarios"]["scenario"])
    pace = np.array([PACE.get(name, 1.0) for name in scenarios])[:, None, None, None]
    projection = {}
    for place, made in MADE_UP.items():
        shape = by_age / by_age.sum(axis=1, keepdims=True) * np.exp(made.older * distance)
        cells = shape / shape.sum(axis=1, keepdims=True) * np.array([[made.women], [1 - made.women]])
        shock, births_shock = 0.6 * common + 0.8 * random.standard_normal((2, draws))
        grown = made.growth + made.ageing * distance
        # (scenario, draw, year, age): what is uncertain is the pace, most where much is built.
        uncertain = made.spread * np.concatenate([[0.0], shock])[:, None, None]
        log_growth = (pace * (grown + uncertain)) * slowing[:, None]
        # People are known to a little: draws differ in 2024 too.
        known = (1 + 0.004 * np.concatenate([[0.0], shock]))[:, None, None, None]
        population = made.people_2024 * known * np.exp(log_growth)[:, :, :, None, :] * cells
        rate = made.births * (1 - 0.004 * since) * (1 + 0.03 * np.concatenate([[0.0], births_shock]))[:, None]
        births = rate * population.sum(axis=(3, 4))
        projection[place] = xr.Dataset(
            {
                "population": (("scenario", "draw", "year", "sex", "age"), population),
                "births": (("scenario", "draw", "year"), births),
            },
            coords={
                "scenario": scenarios,
                "draw": np.arange(draws + 1),
                "year": YEARS,
                "sex": ["female", "male"],
                "age": np.arange(91),
            },
        )
    return projection


def _principal(projection: dict[str, xr.Dataset], variable: str) -> pd.DataFrame:
    frames = [
        data[variable].isel(draw=0).to_dataframe("principal").reset_index().assign(place=place)
        for place, data in projection.items()
    ]
    return pd.concat(frames, ignore_index=True)


def call_stage(asset: Any, made: dict[str, Any]) -> Any:
    """What an asset makes of what has been made so far."""
    stage = unwrap(asset.op.compute_fn.decorated_fn)
    asked = set(inspect.signature(stage).parameters) & {"context", "settings"}
    taken = {
        name: made[key.path[-1]]
        for name, key in asset.keys_by_input_name.items()
        if not asset.op.input_def_named(name).dagster_type.is_nothing
    }
    return stage(**taken, **{name: made[name] for name in asked})


def named_outputs(asset: Any, value: Any) -> dict[str, Any]:
    """What an asset made by the name of each of its tables, every place's held."""
    values = value if isinstance(value, tuple) else (value,)
    held = (_held(each) if isinstance(each, ByPlace) else each for each in values)
    names = [key.path[-1] for key in asset.keys_by_output_name.values()]
    return dict(zip(names, held, strict=True))


def run_services(draws: int = DRAWS) -> dict[str, Any]:
    """Everything the stages made, by asset name, inputs included."""
    made: dict[str, Any] = dict(shipped_inputs())
    whole = made_up_projection(made, draws)
    made |= {
        "context": SimpleNamespace(partition_keys=list(PEOPLE_2024), log=logging.getLogger("tests")),
        "components_by_age": ByPlace(list(PEOPLE_2024), lambda place: _cells(place, whole[place])),
        "people_without_new_homes": ByPlace(
            list(PEOPLE_2024), lambda place: _without_homes(place, whole[place])
        ),
        "population_accuracy": pd.DataFrame(
            {
                "subject": ["E06000042"],
                "measure": ["population"],
                "model": ["placecast"],
                "horizon": ["10 years"],
                "wape": [0.01],
                "origins": [1],
            }
        ),
        # A day on which no record but that of general practice is history.
        "settings": RunSettings(
            data_directory=str(DATA), draws=draws, published_at="2026-07-15T06:00:00+00:00"
        ),
        "projection_draws": ByPlace(list(PEOPLE_2024), whole.__getitem__),
        "population_single_year": _principal(whole, "population"),
        "population": _persons(whole),
        "neighbourhood_population": _neighbourhoods(whole),
        "housing_delivery": _homes(),
        "neighbourhoods": pd.DataFrame(
            {"msoa": NEAR, "neighbourhood": NEAR, "neighbourhood_name": NEAR}, dtype="str"
        ),
        "site_neighbourhoods": pd.DataFrame(
            {"place": list(PEOPLE_2024), "site_reference": "site", "msoa": NEAR}
        ),
        "components_of_change": _principal(whole, "births").assign(component="births"),
    }
    for asset in STEPS:
        value = naive_fits(made) if asset is monthly_fits else call_stage(asset, made)
        made |= named_outputs(asset, value)
    return made


NEAR = [f"{place} Younger" for place in PEOPLE_2024]


def _homes() -> pd.DataFrame:
    """Homes on one site of each place and elsewhere: fewer by the year, more where scenarios build more."""
    sites = [
        {
            "scenario": scenario,
            "place": place,
            "site_reference": site,
            "year": year,
            "principal": made.homes * pace * share * (1 - 0.02 * (year - 2024)),
        }
        for scenario, pace in PACE.items()
        if scenario != "trend"
        for place, made in MADE_UP.items()
        for site, share in (("site", 1.0), ("remainder", 0.6))
        for year in range(2024, 2051)
    ]
    return pd.DataFrame(sites)


def _summary(people: np.ndarray) -> dict[str, np.ndarray]:
    return {name: values.ravel() for name, values in summarise(people)._asdict().items()}


def _persons(projection: dict[str, xr.Dataset]) -> pd.DataFrame:
    """Persons of all ages by place, from the made-up draws."""
    frames = []
    for place, data in projection.items():
        people = data["population"].sum(("sex", "age")).transpose("draw", "scenario", "year")
        index = {name: data[name].to_numpy() for name in ("scenario", "year")}
        frame = pd.MultiIndex.from_product(index.values(), names=list(index)).to_frame(index=False)
        frames.append(frame.assign(place=place, sex="persons", age_band="all", **_summary(people.to_numpy())))
    return pd.concat(frames, ignore_index=True)


def _neighbourhoods(projection: dict[str, xr.Dataset]) -> ByPlace:
    """Two neighbourhoods a place, one of mostly younger and one of mostly older people."""
    edges = [0, 5, 16, 25, 45, 65, 75, 85]
    old = np.arange(91) >= 50
    frames = []
    for place, data in projection.items():
        people = data["population"].sum("sex").transpose("draw", "scenario", "year", "age").to_numpy()
        younger = np.array(MADE_UP[place].young)
        for name, (young_share, old_share) in (("Older", 1 - younger), ("Younger", younger)):
            here = people * np.where(old, old_share, young_share)
            banded = np.add.reduceat(here, edges, axis=-1)
            banded = np.concatenate([banded, banded.sum(axis=-1, keepdims=True)], axis=-1)
            index = {
                "scenario": data["scenario"].to_numpy(),
                "year": data["year"].to_numpy(),
                "age_band": [*NEIGHBOURHOOD_BANDS, "all"],
            }
            frame = pd.MultiIndex.from_product(index.values(), names=list(index)).to_frame(index=False)
            named = f"{place} {name}"
            frames.append(
                frame.assign(place=place, neighbourhood=named, neighbourhood_name=name, **_summary(banded))
            )
    table = pd.concat(frames, ignore_index=True).assign(place_name="")
    return ByPlace(
        list(projection), lambda place: released("neighbourhood_population", [table[table["place"] == place]])
    )


def _cells(place: str, projection: xr.Dataset) -> pd.DataFrame:
    """Principal people by cell, their births at age 0: 105 boys to 100 girls."""
    principal = projection.isel(draw=0)
    frame = principal["population"].to_dataframe("closing").reset_index().assign(place=place, births=0.0)
    births = principal["births"].to_dataframe("births").reset_index()
    newborn = frame["age"] == 0
    at = pd.MultiIndex.from_frame(frame.loc[newborn, ["scenario", "year"]])
    of_both = births.set_index(["scenario", "year"])["births"].reindex(at).to_numpy()
    share = frame.loc[newborn, "sex"].map({"female": 100 / 205, "male": 105 / 205})
    frame.loc[newborn, "births"] = of_both * share
    return frame.drop(columns="draw")


def _without_homes(place: str, projection: xr.Dataset) -> pd.DataFrame:
    """The same people a little fewer and older from 2025 on, as if nobody came for new homes."""
    frame = _cells(place, projection.isel(scenario=[0])).rename(columns={"closing": "population"})
    kept = 1 - MADE_UP[place].fewer * (1 + 0.2 * (frame["age"] < 40) + 0.1 * (frame["sex"] == "female"))
    fewer = kept ** (frame["year"] - 2024).clip(lower=0)
    scaled = frame.assign(population=frame["population"] * fewer, births=frame["births"] * fewer)
    return scaled.drop(columns="scenario")


def naive_fits(made: dict[str, Any]) -> pd.DataFrame:
    """Fits that need no library: every method repeats the year before, each a little off."""
    known = Assumptions(made["assumptions"])
    made_at = {}
    for key, one in prepared(made["monthly_series"], known).items():
        for origin in [*one.origins, len(one.training.logs)] if one.origins else []:
            training = one.until(origin, 24 if origin == len(one.training.logs) else 12)
            naive = forecasts(training, fits(training, ("seasonal_naive",)))["seasonal_naive"]
            methods = {name: naive + 0.004 * index for index, name in enumerate(METHODS)}
            made_at[(*key, origin)] = methods
    return released("monthly_fits", [forecast_rows(made_at)])


def _held(lazy: ByPlace) -> ByPlace:
    values = dict(lazy)
    return ByPlace(list(values), values.__getitem__)


@cache
def services() -> dict[str, Any]:
    """The run the stages' tests share."""
    return run_services()
