"""Input tables of the population stage as the arrays its models take: reshaping only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import dagster as dg
import numpy as np
import pandas as pd

from assets.inputs.assumptions import Assumptions
from assets.tables.declarations.named_values import ESTIMATE_BANDS, RATE_BANDS
from models.areas.regional_flows import mean_net_migration
from models.demography.area_build import NationalFigures, Parameters, PlaceFigures
from models.demography.area_inputs import AGES, PATTERN_AGES
from models.demography.graduation import band_of_age, graduate
from models.demography.households import dwellings_at_past_rate
from models.demography.migration import (
    GrossFlows,
    ModelSchedule,
    mid_year_events,
    residual_net_migration,
    usual_growth,
)
from models.demography.projection_factors import PatternSpread, Spread, Spreads

SEXES = ["female", "male"]
LONDON_BOROUGH = "E09"
"""How the official code of a London borough, or of the City, starts."""
BANDS = list(ESTIMATE_BANDS)
STRUCTURE_AGES = [0, 10, 15, 18, 25, 30, 40, 65, 75]
NEW_HOME_AGES = ["0_4", "5_15", "16_24", "25_44", "45_64", "65_and_over"]


@dataclass(frozen=True)
class PopulationInputs:
    """The input tables of the stage, as they arrive."""

    census_based_population: pd.DataFrame
    population_estimates: pd.DataFrame
    past_components_of_change: pd.DataFrame
    births_and_deaths: pd.DataFrame
    census_households: pd.DataFrame
    dwelling_stock: pd.DataFrame
    household_representative_rates: pd.DataFrame
    national_fertility: pd.DataFrame
    national_mortality: pd.DataFrame
    national_deaths: pd.DataFrame
    international_migration_profile: pd.DataFrame
    england_population: pd.DataFrame

    @property
    def base_year(self) -> int:
        """The latest mid-year that stands on a census."""
        return int(self.census_based_population["year"].max())


POPULATION_INPUTS = {name: dg.AssetIn() for name in PopulationInputs.__annotations__}
"""Inputs of an asset that projects people: the bundle its function takes as keywords."""


def grid(frame: pd.DataFrame, value: str, **axes: Sequence[object]) -> np.ndarray:
    """Values of a tidy frame as an array with the given axes; ValueError where one is missing or twice."""
    values = by_keys(frame, value, axes)
    missing = np.argwhere(np.isnan(values))
    if len(missing):
        raise ValueError(f"no {value} for {_cell(axes, missing[0])} ({len(missing)} missing)")
    return values


def by_keys(frame: pd.DataFrame, value: str, axes: Mapping[str, Sequence[object]]) -> np.ndarray:
    """As `grid`, with NaN where a value is missing."""
    shape = [len(labels) for labels in axes.values()]
    at = [pd.Index(list(labels)).get_indexer(pd.Index(frame[name])) for name, labels in axes.items()]
    inside = np.logical_and.reduce([positions >= 0 for positions in at])
    cells = np.ravel_multi_index([positions[inside] for positions in at], shape)
    twice = np.argwhere((np.bincount(cells, minlength=int(np.prod(shape))) > 1).reshape(shape))
    if len(twice):
        raise ValueError(f"more than one {value} for {_cell(axes, twice[0])}")
    values = np.full(int(np.prod(shape)), np.nan)
    values[cells] = frame[value].to_numpy(dtype=np.float64)[inside]
    return values.reshape(shape)


def _cell(axes: Mapping[str, Sequence[object]], position: np.ndarray) -> str:
    labels = [labels[at] for labels, at in zip(axes.values(), position, strict=True)]
    return ", ".join(f"{name} {label}" for name, label in zip(axes, labels, strict=True))


def parameters(known: Assumptions) -> Parameters:
    """Numbers of the method from the assumptions table."""

    def schedule(name: str) -> float:
        return known.value(f"demography.schedule_{name}")

    tilt = np.empty(AGES)
    for ages in NEW_HOME_AGES:
        first = int(ages.split("_", maxsplit=1)[0])
        tilt[first:] = known.value(f"demography.new_home_tilt_{ages}")
    return Parameters(
        sex_ratio_at_birth=known.value("demography.sex_ratio_at_birth"),
        growth_of_the_oldest=known.value("demography.growth_of_the_oldest"),
        communal_share_from=int(known.value("demography.communal_share_from_age")),
        constant_size_weight=known.value("demography.constant_household_size_weight"),
        newcomers_per_dwelling=known.value("demography.newcomers_per_dwelling"),
        new_home_tilt=tilt,
        structure_kept=np.interp(
            np.arange(AGES),
            STRUCTURE_AGES,
            [known.value(f"demography.structure_kept_{age}") for age in STRUCTURE_AGES],
        ),
        usual_turnover=known.value("demography.usual_turnover"),
        turnover_power=np.interp(
            np.arange(AGES),
            [known.value(f"demography.turnover_power_{end}_age") for end in ("last", "none")],
            [known.value("demography.turnover_power"), 0.0],
        ),
        structure_window=int(known.value("demography.structure_window")),
        structure_prior_people=known.value("demography.structure_prior_people"),
        first_adult_age=int(known.value("demography.first_adult_age")),
        child_share_drift=known.value("demography.child_share_drift"),
        growth_absorbed=known.value("demography.growth_absorbed"),
        drift_years=int(known.value("demography.size_drift_years")),
        own_change_weight=known.value("demography.own_change_weight"),
        own_change_smoothing=known.value("demography.own_change_smoothing"),
        own_change_most=known.value("demography.own_change_most"),
        schedule=ModelSchedule(
            childhood_level=schedule("childhood_level"),
            childhood_descent=schedule("childhood_descent"),
            labour_level=schedule("labour_level"),
            labour_mean_age=schedule("labour_mean_age"),
            labour_descent=schedule("labour_descent"),
            labour_ascent=schedule("labour_ascent"),
            constant=schedule("constant"),
        ),
    )


def spreads(known: Assumptions, births_until: int, estimates_until: int) -> Spreads:
    """The uncertain factors; births and deaths are known to one year, people to another."""

    def spread(name: str, level: str, known_until: int, persistence: str | None = None) -> Spread:
        value, low, high = known.range(f"demography.{level}")
        return Spread(
            factor=name,
            value=value,
            low=low,
            high=high,
            persistence=known.value(f"demography.{persistence}") if persistence else 0.0,
            shared_variance=known.value(f"demography.{name}_shared_variance"),
            known_until=known_until,
        )

    return Spreads(
        fertility=spread("fertility", "fertility_level", births_until, "fertility_persistence"),
        mortality=spread("mortality", "mortality_level", births_until, "mortality_persistence"),
        turnover=spread(
            "migration_turnover", "migration_turnover", estimates_until, "migration_turnover_persistence"
        ),
        household_size=replace(
            spread("household_size", "household_size", estimates_until, "household_size_persistence"),
            horizon=int(known.value("demography.spread_horizon_years")),
        ),
        net_migration=spread("net_migration", "net_migration", estimates_until, "net_migration_persistence"),
        kept_scale=spread("kept_household_scale", "kept_household_scale", estimates_until),
        age_pattern=PatternSpread(
            after_horizon=np.array([known.value(f"demography.age_pattern_{age}") for age in PATTERN_AGES]),
            persistence=known.value("demography.age_pattern_persistence"),
            shared_variance=known.value("demography.age_pattern_shared_variance"),
            known_until=estimates_until,
            horizon=int(known.value("demography.spread_horizon_years")),
        ),
    )


def spreads_of(place: str, general: Spreads, known: Assumptions, *, counted_before: bool) -> Spreads:
    """The factors of one place: London's boroughs are a class of their own, and so are places whose people by
    age are known at one count only."""
    size, pattern = 1.0, 1.0
    if place.startswith(LONDON_BOROUGH):
        size *= known.value("demography.london_household_size_ratio")
        pattern *= known.value("demography.london_age_pattern_ratio")
    if not counted_before:
        pattern *= known.value("demography.one_count_age_pattern_ratio")
    return general.widened(size, pattern)


def past_rate_spread(known: Assumptions, base_year: int) -> Spread:
    """How far dwellings come to lie from those of the past rate."""
    value, low, high = known.range("demography.past_rate_dwellings")
    return Spread(
        factor="past_rate_dwellings",
        value=value,
        low=low,
        high=high,
        persistence=known.value("demography.past_rate_persistence"),
        shared_variance=known.value("demography.household_size_shared_variance"),
        known_until=base_year,
        horizon=int(known.value("demography.spread_horizon_years")),
    )


def past_rate_path(
    place: str, dwelling_stock: pd.DataFrame, base_year: int, steps: int, known: Assumptions, usual: float
) -> np.ndarray:
    """(steps + 1,) a place's dwellings at mid-years as its record up to the base year would have them.

    usual: yearly growth elsewhere, in logs. Of a shorter record than the assumed years, what there is counts.
    Raises ValueError without any stock before the base year.
    """
    stock = _of(dwelling_stock, place)
    first = max(int(stock["year"].min()), base_year - int(known.value("demography.past_rate_years")))
    if first >= base_year:
        raise ValueError(f"dwelling_stock.csv holds no year before {base_year} of {place}")
    return dwellings_at_past_rate(
        _at(stock, place, "dwellings", year=first),
        _at(stock, place, "dwellings", year=base_year),
        base_year - first,
        known.value("demography.past_rate_kept"),
        usual,
        steps,
    )


def national_figures(inputs: PopulationInputs) -> NationalFigures:
    """National rates and profiles as arrays on single years of age."""
    mortality = inputs.national_mortality
    years = sorted(mortality["year"].unique())
    oldest = max(int(age) for age in mortality["age"].unique() if age != "birth")
    ages = ["birth", *(str(age) for age in range(oldest + 1))]
    deaths = inputs.national_deaths
    past_years = sorted(deaths["year"].unique())
    counted = {
        name: grid(deaths, name, year=past_years, sex=SEXES, age_band=BANDS)
        for name in ("deaths", "population")
    }
    fertility = inputs.national_fertility
    fertility_years = sorted(fertility["year"].unique())
    mothers = sorted(fertility["age"].unique())
    births = np.zeros((len(fertility_years), AGES))
    births[:, mothers[0] : mothers[-1] + 1] = grid(
        fertility, "births_per_1000_women", year=fertility_years, age=mothers
    )
    rates = inputs.household_representative_rates
    rate_band = band_of_age(list(RATE_BANDS), AGES)
    profile = inputs.international_migration_profile

    def migrants(flow: str) -> np.ndarray:
        chosen = profile[profile["flow"] == flow]
        return graduate(grid(chosen, "migrants", sex=SEXES, age_band=BANDS), BANDS)

    return NationalFigures(
        mortality_years=np.array(years),
        death_probability=grid(mortality, "deaths_per_100000", year=years, sex=SEXES, age=ages) / 100_000,
        past_mortality_years=np.array(past_years),
        past_death_rate=counted["deaths"] / counted["population"],
        past_population=counted["population"],
        fertility_years=np.array(fertility_years),
        fertility=births / 1000,
        representative_rate=grid(rates, "household_representative_rate", age_band=RATE_BANDS)[rate_band],
        communal_share=grid(rates, "communal_share", age_band=RATE_BANDS)[rate_band],
        international_in=migrants("in"),
        international_out=migrants("out"),
        population=_england(inputs),
    )


def _england(inputs: PopulationInputs) -> np.ndarray:
    """(2, AGES) of England in the base year."""
    nation = inputs.england_population
    nation = nation[nation["year"] == inputs.base_year].rename(columns={"age_from": "age"})
    return grid(nation, "population", sex=SEXES, age=list(range(AGES)))


def place_figures(
    place: str, inputs: PopulationInputs, known: Assumptions, base_dwellings: float
) -> PlaceFigures:
    """A place's figures as arrays; flows and usual growth are means of their latest years."""
    averaging_years = int(known.value("demography.flow_averaging_years"))
    growth_years = int(known.value("demography.size_drift_years"))
    base_year = inputs.base_year
    census_based = _of(inputs.census_based_population, place)
    before = census_based.loc[census_based["year"] < base_year, "year"]
    earlier_year = int(before.max()) if len(before) else None
    by_sex = {
        year: grid(census_based[census_based["year"] == year], "population", sex=SEXES, age_band=BANDS)
        for year in (earlier_year, base_year)
        if year is not None
    }
    estimates = _of(inputs.population_estimates, place)
    events = _of(inputs.births_and_deaths, place)
    components = _of(inputs.past_components_of_change, place)
    flows = components.nlargest(averaging_years, "year").mean(numeric_only=True)
    return PlaceFigures(
        code=place,
        base_year=base_year,
        base_population=graduate(by_sex[base_year], BANDS, pattern=_england(inputs)),
        band_of_age=band_of_age(BANDS, AGES),
        earlier_year=earlier_year,
        earlier_population=None
        if earlier_year is None
        else graduate(by_sex[earlier_year], BANDS, pattern=_england(inputs)),
        estimates={
            int(year): grid(estimates[estimates["year"] == year], "population", age_band=BANDS)
            for year in sorted(estimates["year"].unique())
            if year > base_year
        },
        births=_by_year(events, "births"),
        usual_deaths=_by_year(events[events["deaths_usual"] == "yes"], "deaths"),
        flows=GrossFlows(
            float(flows["internal_in"]),
            float(flows["internal_out"]),
            float(flows["international_in"]),
            float(flows["international_out"]),
        ),
        census_households=_at(inputs.census_households, place, "households", census_year=base_year),
        census_dwellings=_at(inputs.dwelling_stock, place, "dwellings", year=base_year),
        base_dwellings=base_dwellings,
        usual_growth=yearly_growth(
            components, by_sex[base_year].sum(), int(components["year"].max()) - growth_years + 1
        ),
        recent_births=recent_births(
            base_year, _by_year(components, "births"), _by_year(events, "births"), known
        ),
    )


def recent_births(
    base_year: int, by_mid_year: dict[int, float], by_calendar_year: dict[int, float], known: Assumptions
) -> np.ndarray | None:
    """Births of the twelve months to the base, to the year before and so on; None where one is not known."""
    years = [base_year - age for age in range(int(known.value("demography.children_ages")))]
    try:
        return np.array(mid_year_events(years, by_mid_year, by_calendar_year))
    except KeyError:
        return None


def yearly_growth(components: pd.DataFrame, residents: float, first_year: int) -> float:
    """People gained a year by births, deaths and migration since first_year, of each resident."""
    since = components[components["year"] >= first_year].mean(numeric_only=True)
    return usual_growth(
        GrossFlows(
            float(since["internal_in"]),
            float(since["internal_out"]),
            float(since["international_in"]),
            float(since["international_out"]),
        ),
        float(since["births"]),
        float(since["deaths"]),
        residents,
    )


def stock_at_base(place: str, inputs: PopulationInputs) -> float:
    """Dwellings at the 31 March of the base year."""
    return _at(inputs.dwelling_stock, place, "dwellings", year=inputs.base_year)


def past_net_migration(place: str, inputs: PopulationInputs) -> float:
    """Net migrants a year between the two censuses, as their populations, births and deaths leave it.

    Of a place whose people by age are known at one census only, the mean of its published flows.
    """
    census_based = _of(inputs.census_based_population, place).groupby("year")["population"].sum()
    components = _of(inputs.past_components_of_change, place)
    before = census_based.index[census_based.index < inputs.base_year]
    if before.empty:
        flows = components[["internal_in", "international_in", "internal_out", "international_out"]]
        return mean_net_migration(flows.to_numpy(float).T)
    earlier_year = int(before.max())
    events = _of(inputs.births_and_deaths, place)
    natural = [
        mid_year_events(
            range(earlier_year + 1, inputs.base_year + 1), _by_year(components, name), _by_year(events, name)
        )
        for name in ("births", "deaths")
    ]
    return residual_net_migration(
        float(census_based[earlier_year]), float(census_based[inputs.base_year]), natural[0], natural[1]
    )


def _by_year(frame: pd.DataFrame, value: str) -> dict[int, float]:
    return {int(year): float(number) for year, number in zip(frame["year"], frame[value], strict=True)}


def _of(frame: pd.DataFrame, place: str) -> pd.DataFrame:
    chosen = frame[frame["place"] == place]
    if chosen.empty:
        raise ValueError(f"no row of place {place} in the table with columns {', '.join(frame.columns)}")
    return chosen


def _at(frame: pd.DataFrame, place: str, value: str, **keys: int) -> float:
    chosen = _of(frame, place)
    for name, key in keys.items():
        chosen = chosen[chosen[name] == key]
    if len(chosen) != 1:
        raise ValueError(f"{len(chosen)} rows of {value} for {place} at {keys}, expected one")
    return float(chosen[value].iloc[0])
