"""The population stage on the shipped figures: estimates met, cells balanced, what the model alone says."""

import logging
from dataclasses import replace
from inspect import unwrap
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from assets.demand.demand_drivers import people_without_new_homes
from assets.inputs.assumptions import Assumptions
from assets.inputs.csv_reading import read_table
from assets.inputs.input_tables import INPUT_TABLES
from assets.inputs.scenarios import load_scenarios, scenario_table
from assets.inputs.settings import RunSettings
from assets.population.population_figures import (
    PopulationInputs,
    grid,
    national_figures,
    parameters,
    place_figures,
    spreads,
    spreads_of,
)
from assets.population.population_run import PopulationRun
from assets.population.population_stage import local_rates, projections
from assets.tables.by_place import ByPlace
from assets.tables.declarations import TABLES
from models.demography.area_build import PlaceFigures, build_area
from models.demography.area_inputs import AGES
from models.demography.projection import Projection
from tests.shipped import DATA

DRAWS = 20
HORIZON = 2051
LUTON, MILTON_KEYNES, BEDFORD, CENTRAL_BEDFORDSHIRE = "E06000032", "E06000042", "E06000055", "E06000056"


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    data = DATA
    names = (*PopulationInputs.__annotations__, "assumptions", "net_additional_dwellings")
    return {name: read_table(INPUT_TABLES[name], data / f"{name}.csv", None) for name in names}


@pytest.fixture(scope="module")
def scenarios() -> pd.DataFrame:
    return scenario_table(load_scenarios(DATA / "scenarios"))


def homes(recorded: pd.DataFrame, place: str) -> xr.Dataset:
    """Recorded net additions, then their mean for good: trajectories are the housing stage's to test."""
    by_year = recorded[recorded["place"] == place].set_index("year")["net_additional_dwellings"]
    years = list(range(2021, HORIZON + 1))
    built = np.array([by_year.get(year, by_year.loc[2014:].mean()) for year in years], dtype=float)
    random = np.random.default_rng(0).uniform(0.7, 1.3, (DRAWS + 1, len(years)))
    random[0] = 1.0
    random[:, :3] = 1.0
    paces = {
        "local_plan": 1.0,
        "plan_on_schedule": 1.2,
        "slow_delivery": 0.7,
        "draft_plans": 1.3,
        "new_models_of_care": 1.0,
        "demographic_growth_only": 1.0,
    }
    names = list(paces)
    relative = np.array(list(paces.values()))[:, None, None] * np.ones((1, 1, len(years)))
    relative[..., :3] = 1.0
    return xr.Dataset(
        {
            "net_additional_dwellings": (
                ("scenario", "draw", "year", "site_reference"),
                (relative * random * built)[..., None],
            )
        },
        coords={
            "scenario": names,
            "draw": list(range(DRAWS + 1)),
            "year": years,
            "site_reference": ["everywhere"],
        },
    )


@pytest.fixture(scope="module")
def run(tables: dict[str, pd.DataFrame], scenarios: pd.DataFrame) -> PopulationRun:
    inputs = PopulationInputs(**{name: tables[name] for name in PopulationInputs.__annotations__})
    recorded = tables["net_additional_dwellings"]
    by_place = ByPlace(sorted(recorded["place"].unique()), lambda place: homes(recorded, place))
    return PopulationRun(
        inputs, tables["assumptions"], scenarios, by_place, 2024, RunSettings(draws=DRAWS, seed=1)
    )


@pytest.fixture(scope="module")
def luton(run: PopulationRun) -> dict[str, Projection]:
    return dict(run.projections(LUTON, DRAWS))


@pytest.mark.parametrize("place", [BEDFORD, CENTRAL_BEDFORDSHIRE, MILTON_KEYNES])
def test_from_2021_alone_the_model_stands_within_two_and_a_half_percent_of_mid_2024(
    run: PopulationRun, tables: dict[str, pd.DataFrame], place: str
) -> None:
    estimates = tables["population_estimates"]
    found = estimates[(estimates["place"] == place) & (estimates["year"] == 2024)]["population"].sum()
    alone = dict(run.unrebased(place))
    assert abs(alone["recorded"].population[0, 3].sum() / found - 1) < 0.025
    # What nobody knew in 2021 is not in the run that may be set beside official projections.
    stock = tables["dwelling_stock"].set_index(["place", "year"])["dwellings"]
    tenth = np.log(stock[place, 2021] / stock[place, 2011]) / 10
    kept = tables["assumptions"].set_index("id")["value"]["demography.past_rate_kept"]
    rate = 0.00736 + kept * (tenth - 0.00736)
    assert alone["past_rate"].dwellings[0, 3] == pytest.approx(stock[place, 2021] * np.exp(rate * 3.25))


def test_raked_years_stand_at_their_estimates_in_every_draw_and_scenario(
    luton: dict[str, Projection], tables: dict[str, pd.DataFrame]
) -> None:
    estimates = tables["population_estimates"].groupby(["place", "year"])["population"].sum()
    for projection in luton.values():
        people = projection.population.sum(axis=(2, 3))
        assert people[:, 2] == pytest.approx(estimates[LUTON, 2023])
        assert people[:, 3] == pytest.approx(estimates[LUTON, 2024])


def test_components_sum_to_the_change_in_every_cell_of_every_scenario(luton: dict[str, Projection]) -> None:
    for projection in luton.values():
        births, deaths, net, other = projection.components[1:].swapaxes(0, 1)
        closing = projection.opening + births - deaths + net + other
        assert np.abs(closing - projection.population[0, 1:]).max() < 1e-6


def test_all_scenarios_run_and_share_their_draws(luton: dict[str, Projection]) -> None:
    assert list(luton) == [
        "local_plan", "plan_on_schedule", "slow_delivery", "trend", "draft_plans", "new_models_of_care",
        "demographic_growth_only",
    ]  # fmt: skip
    assert np.array_equal(luton["local_plan"].population, luton["new_models_of_care"].population)
    people = {name: projection.population[:, -1].sum(axis=(1, 2)) for name, projection in luton.items()}
    # More homes mean more people in every single draw only because draws are shared.
    assert (people["plan_on_schedule"] > people["local_plan"]).all()
    assert (people["local_plan"] > people["slow_delivery"]).all()


def test_the_interval_opens_with_the_horizon(luton: dict[str, Projection]) -> None:
    people = luton["local_plan"].population.sum(axis=(2, 3))
    spread = np.std(people[1:], axis=0)
    assert np.abs(spread[:4]).max() < 2500
    assert spread[4] < spread[10] < spread[-1]


def test_a_place_is_projected_the_same_when_asked_for_again(run: PopulationRun) -> None:
    first, second = (dict(run.projections(BEDFORD, 3))["local_plan"].population for _ in range(2))
    assert first.tobytes() == second.tobytes()


def test_local_ratios_say_how_far_national_rates_run_from_local_births_and_deaths(run: PopulationRun) -> None:
    ratios = run.local_ratios(LUTON)
    assert 1.1 < ratios.fertility < 1.35
    assert 1.0 < ratios.mortality < 1.2


def test_scaling_factors_of_every_place_are_reported_with_its_name(run: PopulationRun) -> None:
    ratios = {place: run.local_ratios(place) for place in (LUTON, BEDFORD)}
    given = ByPlace(
        [LUTON, BEDFORD],
        lambda place: pd.DataFrame(
            {"place": [place], "fertility": ratios[place].fertility, "mortality": ratios[place].mortality}
        ),
    )
    places = pd.DataFrame({"place": [BEDFORD, LUTON], "place_name": ["Bedford", "Luton"]})
    table = local_rates(given, places)
    assert isinstance(table, pd.DataFrame)
    assert table["place_name"].tolist() == ["Luton", "Bedford"]
    assert table["fertility"].tolist() == [ratios[place].fertility for place in (LUTON, BEDFORD)]


def test_a_missing_cell_is_named(tables: dict[str, pd.DataFrame]) -> None:
    with pytest.raises(ValueError, match="no population for year 2023, age_band 2"):
        grid(
            tables["population_estimates"][lambda frame: frame["place"] == LUTON],
            "population",
            year=[2023, 2024],
            age_band=["0", "2"],
        )


def test_the_base_is_the_latest_census_and_graduation_keeps_its_total(
    tables: dict[str, pd.DataFrame],
) -> None:
    inputs = PopulationInputs(**{name: tables[name] for name in PopulationInputs.__annotations__})
    figures = place_figures(MILTON_KEYNES, inputs, Assumptions(tables["assumptions"]), 117_000.0)
    assert figures.base_year == 2021
    assert figures.base_population.sum() == pytest.approx(288_201)
    assert set(figures.usual_deaths).isdisjoint({2020, 2021})


def test_flows_and_growth_are_means_of_the_latest_years_and_deaths_of_the_usual_ones(
    tables: dict[str, pd.DataFrame],
) -> None:
    inputs = PopulationInputs(**{name: tables[name] for name in PopulationInputs.__annotations__})
    census = inputs.census_based_population
    of_2001 = census[census["year"] == 2011].assign(
        year=2001, population=lambda rows: 0.9 * rows["population"]
    )
    inputs = replace(inputs, census_based_population=pd.concat([of_2001, census]))
    known = Assumptions(tables["assumptions"])
    figures = place_figures(LUTON, inputs, known, 80_000.0)
    components = tables["past_components_of_change"].set_index(["place", "year"]).loc[LUTON].sort_index()
    latest = components.iloc[-int(known.value("demography.flow_averaging_years")) :].mean(numeric_only=True)
    assert len(components) > known.value("demography.flow_averaging_years")
    for name in ("internal_in", "internal_out", "international_in", "international_out"):
        assert getattr(figures.flows, name) == pytest.approx(latest[name]), name
    recent = components.iloc[-int(known.value("demography.size_drift_years")) :].mean(numeric_only=True)
    gained = recent["births"] - recent["deaths"] + recent["internal_in"] - recent["internal_out"]
    gained += recent["international_in"] - recent["international_out"]
    assert figures.usual_growth == pytest.approx(gained / figures.base_population.sum())
    events = tables["births_and_deaths"].set_index(["place", "year"]).loc[LUTON]
    usual = events.index[events["deaths_usual"] == "yes"]
    assert set(figures.usual_deaths) == set(usual) < set(figures.births)
    assert figures.usual_deaths[usual[-1]] == events.loc[usual[-1], "deaths"]
    # The census before the base, not the one before that.
    assert figures.earlier_year == 2011
    assert (
        figures.earlier_population.sum()
        == census.query("place == @LUTON and year == 2011")["population"].sum()
    )
    # The twelve months to mid-2021 first, from calendar years; mid-2018 as published.
    assert figures.recent_births is not None
    assert figures.recent_births[0] == 0.5 * (events.loc[2020, "births"] + events.loc[2021, "births"])
    assert figures.recent_births[3] == components.loc[2018, "births"]


def test_the_nation_s_emigrants_are_not_its_immigrants(tables: dict[str, pd.DataFrame]) -> None:
    inputs = PopulationInputs(**{name: tables[name] for name in PopulationInputs.__annotations__})
    nation = national_figures(inputs)
    profile = tables["international_migration_profile"].groupby(["flow", "sex"])["migrants"].sum()
    for flow, found in (("in", nation.international_in), ("out", nation.international_out)):
        for row, sex in enumerate(("female", "male")):
            assert found[row].sum() == pytest.approx(profile[flow, sex]), (flow, sex)


def test_births_are_known_to_the_last_year_of_births_and_people_to_the_last_estimate(
    tables: dict[str, pd.DataFrame],
) -> None:
    found = spreads(Assumptions(tables["assumptions"]), births_until=2025, estimates_until=2024)
    until = {name: getattr(found, name).known_until for name in found.__dataclass_fields__}
    assert until == dict.fromkeys(("fertility", "mortality"), 2025) | dict.fromkeys(
        ("turnover", "household_size", "net_migration", "kept_scale", "age_pattern"), 2024
    )


def test_people_whom_later_estimates_find_at_an_age_are_not_sent_away_again(
    luton: dict[str, Projection],
) -> None:
    # The estimates of 2023 and 2024 found 5,000 more people of 25-29 in Luton than the census had. Movers
    # at that age are followed by others: the age group must not fall back by the year to what it was.
    people = luton["local_plan"].population[0, :, :, 25:30].sum(axis=(1, 2))
    assert people[3] > 1.2 * people[0]
    assert people[4:15].min() > 0.9 * people[3]


def test_bedrooms_of_a_trajectory_join_the_communal_population_of_the_scenarios_that_take_them(
    run: PopulationRun, luton: dict[str, Projection], tables: dict[str, pd.DataFrame], scenarios: pd.DataFrame
) -> None:
    bedrooms = pd.DataFrame(
        {
            "plan_status": ["adopted", "draft"],
            "year": [2027, 2028],
            "communal_bedrooms": [100.0, 0.0],
            "student_bedrooms": [0.0, 500.0],
        }
    )
    recorded = tables["net_additional_dwellings"]
    inputs = PopulationInputs(**{name: tables[name] for name in PopulationInputs.__annotations__})
    with_bedrooms = PopulationRun(
        inputs,
        tables["assumptions"],
        scenarios,
        ByPlace([LUTON], lambda place: homes(recorded, place)),
        2024,
        RunSettings(draws=2, seed=1),
        trajectories=ByPlace([LUTON], lambda place: bedrooms),
    )
    for name, projection in with_bedrooms.projections(LUTON, 2):
        people = {"local_plan": 85.0, "draft_plans": 85.0 + 475.0, "trend": 0.0}.get(name)
        if people is None:
            continue
        more = projection.communal_population[0] - luton[name].communal_population[0]
        assert more[:6] == pytest.approx(0.0)
        assert more[-1] == pytest.approx(people, abs=0.1 * people + 1e-9)
        assert np.array_equal(projection.households[0], luton[name].households[0]) or name == "trend"


def test_the_stage_lays_out_what_each_place_s_projection_says(
    tables: dict[str, pd.DataFrame], scenarios: pd.DataFrame, run: PopulationRun
) -> None:
    recorded = tables["net_additional_dwellings"]
    places = [LUTON, BEDFORD]
    by_place = ByPlace(places, lambda place: homes(recorded, place))
    no_sites = pd.DataFrame(columns=TABLES["housing_trajectories"].column_names)
    inputs = {name: tables[name] for name in PopulationInputs.__annotations__}
    stage = unwrap(projections.op.compute_fn.decorated_fn)
    draws, cells, unrebased, ratios = stage(
        context=SimpleNamespace(partition_keys=places, log=logging.getLogger("tests")),
        settings=RunSettings(draws=DRAWS, seed=1),
        assumptions=tables["assumptions"],
        scenarios=scenarios,
        housing_delivery_draws=by_place,
        housing_trajectories=ByPlace(places, lambda _: no_sites),
        net_additional_dwellings=recorded,
        **inputs,
    )
    for place in places:
        made, frame = draws[place], cells[place].set_index(["scenario", "year", "sex", "age"])
        assert list(frame["place"].unique()) == [place]
        for scenario, projection in run.projections(place, DRAWS):
            here = made.sel(scenario=scenario)
            assert np.array_equal(here["population"], projection.population)
            for name in ("births", "deaths", "net_migration", "other", "households", "dwellings"):
                assert np.array_equal(here[name], getattr(projection, name)), name
            rows = frame.loc[scenario]
            years = np.arange(projection.base_year, projection.base_year + projection.population.shape[1])
            for step in (0, 1, 9):
                at = rows.loc[years[step]]
                girls = at.loc["female"].sort_index()
                assert girls["closing"].to_numpy() == pytest.approx(projection.population[0, step, 0])
                assert girls["births"].sum() == pytest.approx(projection.components[step, 0, 0].sum())
                change = at["opening"] + at["births"] - at["deaths"] + at["net_migration"] + at["other"]
                assert (change - at["closing"]).abs().max() < 1e-6
        alone = unrebased[place].set_index(["homes", "year"])["population"]
        for name, projection in run.unrebased(place):
            people = projection.population[0].sum(axis=(1, 2))
            assert alone[name].to_numpy() == pytest.approx(people)
        of_place = run.local_ratios(place)
        assert ratios[place][["fertility", "mortality"]].to_numpy()[0] == pytest.approx(
            [of_place.fertility, of_place.mortality]
        )


def test_people_without_new_homes_are_those_of_the_estimates_and_then_fewer(
    tables: dict[str, pd.DataFrame], scenarios: pd.DataFrame, run: PopulationRun
) -> None:
    places = [LUTON, BEDFORD]

    def delivery(place: str) -> pd.DataFrame:
        net = homes(tables["net_additional_dwellings"], place)["net_additional_dwellings"]
        of_plan = net.sel(scenario="local_plan").isel(draw=0).sum("site_reference")
        frame = pd.DataFrame({"year": of_plan["year"].to_numpy(), "principal": of_plan.to_numpy()})
        total = frame.assign(scenario="local_plan", site_reference="all")
        # Neither another scenario's homes nor those of single sites are counted.
        others = (total.assign(site_reference="one"), total.assign(scenario="slow_delivery"))
        return pd.concat([total, *(each.assign(principal=5e4) for each in others)], ignore_index=True)

    made = unwrap(people_without_new_homes.op.compute_fn.decorated_fn)(
        context=SimpleNamespace(partition_keys=places, log=logging.getLogger("tests")),
        settings=RunSettings(draws=DRAWS, seed=1),
        assumptions=tables["assumptions"],
        scenarios=scenarios,
        place_housing_delivery=ByPlace(places, delivery),
        net_additional_dwellings=tables["net_additional_dwellings"],
        **{name: tables[name] for name in PopulationInputs.__annotations__},
    )
    estimates = tables["population_estimates"].groupby(["place", "year"])["population"].sum()
    for place in places:
        frame = made[place]
        people = frame.groupby("year")["population"].sum()
        assert people[2024] == pytest.approx(estimates[place, 2024])
        housed = dict(run.projections(place, 0))["local_plan"].population[0].sum(axis=(1, 2))
        without = people.to_numpy()
        assert without[:4] == pytest.approx(housed[:4])
        assert (without[6:] < housed[6 : len(without)]).all()
        assert frame.groupby("year")["births"].sum().gt(0).iloc[1:].all()


def test_what_a_place_s_own_cohorts_did_goes_on_whichever_two_counts_there_are(
    tables: dict[str, pd.DataFrame],
) -> None:
    inputs = PopulationInputs(**{name: tables[name] for name in PopulationInputs.__annotations__})
    known = Assumptions(tables["assumptions"])
    figures, method = place_figures(LUTON, inputs, known, 80_000.0), parameters(known)
    nation = national_figures(inputs)

    def fixed(place: PlaceFigures, *, rebased: bool = True) -> np.ndarray:
        return build_area(place, nation, method, 10, rebased=rebased).flows.fixed_rate

    usual = fixed(figures)
    # Had there been a fifth fewer of them when they were about 50, ten years younger, they came since: the
    # cohort now aged 60 by the log of 1 / 0.8 in ten years, of which the weight goes on.
    assert figures.earlier_population is not None
    fewer = 1.0 - 0.2 * np.exp(-(((np.arange(AGES) - 50) / 10.0) ** 2))
    came = fixed(replace(figures, earlier_population=figures.earlier_population * fewer)) - usual
    assert came[:, 51:61].sum(axis=1) == pytest.approx(
        np.full(2, method.own_change_weight * np.log(1 / 0.8)), rel=0.1
    )
    assert np.abs(came[:, 5:15]).max() < 0.002
    # Counted once, a place has the latest estimate: more of an age there, more of it come.
    once = replace(figures, earlier_population=None, earlier_year=None)
    latest = max(once.estimates)
    more = once.estimates[latest].copy()
    more[12] *= 1.05
    same = replace(once, estimates={latest: once.estimates[latest]})
    found = fixed(replace(once, estimates={latest: more})) - fixed(same)
    # The cohort now aged 57, in the middle of its band, passed 55 to 57 in the three years.
    assert found[:, 55:58].sum(axis=1) == pytest.approx(
        np.full(2, method.own_change_weight * np.log(1.05)), rel=0.35
    )
    assert np.abs(found[:, 20:45]).max() < 0.001
    # From the base alone no later count moves who is old enough to have been counted.
    alone = [fixed(place, rebased=False) for place in (replace(once, estimates={latest: more}), same)]
    assert np.array_equal(alone[0][:, 5:], alone[1][:, 5:])


def test_london_and_places_counted_once_are_wider_by_age(tables: dict[str, pd.DataFrame]) -> None:
    known = Assumptions(tables["assumptions"])
    general = spreads(known, 2025, 2024)
    usual = spreads_of(LUTON, general, known, counted_before=True)
    london = spreads_of("E09000007", general, known, counted_before=True)
    once = spreads_of(LUTON, general, known, counted_before=False)
    assert np.array_equal(usual.age_pattern.after_horizon, general.age_pattern.after_horizon)
    assert (london.age_pattern.after_horizon > 1.5 * usual.age_pattern.after_horizon).all()
    assert (once.age_pattern.after_horizon > 1.5 * usual.age_pattern.after_horizon).all()
    size = [1 - each.household_size.low for each in (usual, london, once)]
    assert size[1] > 2 * size[0] == pytest.approx(2 * size[2])
