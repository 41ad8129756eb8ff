"""The fused kernel held to the reference step, to its dwellings, and to its balances."""

import dataclasses
import hashlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.demography import projection
from models.demography.area_inputs import PATTERN_AGES, AreaInputs, Factors
from models.demography.cohort_component import project_step
from models.demography.kernel import fused_kernel, kernel_layout
from models.demography.projection import ImpossibleTrajectory, Projection, project_area
from tests.models.demography.areas import growing_dwellings, town


def factors(draws: int, steps: int, seed: int = 7) -> Factors:
    random = np.random.default_rng(seed)

    def wander(width: float) -> np.ndarray:
        values = random.uniform(1 - width, 1 + width, (draws + 1, steps + 1))
        values[0] = 1.0
        return values

    kept = random.uniform(0.9, 1.0, draws + 1)
    pattern = random.normal(0.0, 0.01, (draws + 1, steps + 1, len(PATTERN_AGES)))
    pattern[0] = 0.0
    return Factors(wander(0.2), wander(0.2), wander(0.3), wander(0.05), kept, pattern)


def migrants_by_cell(projection: Projection, step: int) -> np.ndarray:
    """Undo the even timing: what is recorded at an age is half its own and half the age below's."""
    recorded = projection.components[step, 2]
    migrants = np.zeros_like(recorded)
    migrants[:, 0] = 2 * recorded[:, 0]
    for age in range(1, recorded.shape[1] - 1):
        migrants[:, age] = 2 * recorded[:, age] - migrants[:, age - 1]
    migrants[:, -1] = recorded[:, -1] - 0.5 * migrants[:, -2]
    return migrants


def resident_households(area: AreaInputs, population: np.ndarray) -> np.ndarray:
    households = area.households
    return (households.resident_weight * population).sum(axis=(-2, -1)) - households.communal_households


def test_a_new_layout_makes_compiled_code_of_an_earlier_version_unusable() -> None:
    layout = Path(kernel_layout.__file__).read_bytes()
    assert hashlib.sha256(layout).hexdigest()[:16] == fused_kernel.LAYOUT, (
        "renew kernel.LAYOUT with the layout"
    )


@settings(max_examples=25)
@given(
    seed=st.integers(0, 10_000),
    yearly=st.floats(-150, 1500),
    fertility=st.floats(0.5, 1.5),
    mortality=st.floats(0.5, 1.5),
    trend=st.booleans(),
)
def test_the_kernel_steps_as_the_reference_step_does(
    seed: int, yearly: float, fertility: float, mortality: float, trend: bool
) -> None:
    area = town(steps=3, seed=seed)
    central = Factors.central(3)
    varied = dataclasses.replace(
        central,
        fertility=central.fertility * fertility,
        mortality=central.mortality * mortality,
        age_pattern=np.random.default_rng(seed).normal(0.0, 0.01, central.age_pattern.shape),
    )
    net = np.full((1, 4), yearly) if trend else None
    run = project_area(area, varied, growing_dwellings(0, 3, yearly), net)
    for step in range(1, 4):
        reference = project_step(
            run.population[0, step - 1],
            1 - mortality * (1 - area.survivorship[step - 1]),
            fertility * area.fertility[step - 1],
            migrants_by_cell(run, step),
            sex_ratio_at_birth=area.sex_ratio_at_birth,
        )
        assert np.allclose(run.population[0, step], reference.population, rtol=0, atol=1e-7)
        assert np.allclose(run.components[step, 1], reference.deaths, rtol=0, atol=1e-7)
        assert np.allclose(run.components[step, 0, :, 0], reference.births, rtol=0, atol=1e-7)


def test_the_drawn_pattern_brings_people_of_its_age_and_the_homes_still_set_how_many() -> None:
    area = town(steps=3)
    homes = growing_dwellings(1, 3)
    homes[1] = homes[0]
    central = Factors.central(3, draws=1)
    pattern = central.age_pattern.copy()
    pattern[1, :, PATTERN_AGES == 70] = 0.02
    run = project_area(area, dataclasses.replace(central, age_pattern=pattern), homes)
    more = run.population[1, -1] - run.population[0, -1]
    # Two in a hundred a year of those aged about 70, homes being the same; others leave for them.
    assert 0.03 < more[:, 65:75].sum() / run.population[0, -1, :, 65:75].sum() < 0.06
    assert more[:, 20:40].sum() < 0
    made = resident_households(area, run.population)
    assert np.allclose(made[1], made[0], rtol=1e-11)


@settings(max_examples=20)
@given(seed=st.integers(0, 10_000), yearly=st.floats(-150, 1500))
def test_people_make_up_the_households_of_the_dwellings_in_every_draw(seed: int, yearly: float) -> None:
    area = town(steps=5, seed=seed)
    given_factors = factors(8, 5, seed)
    run = project_area(area, given_factors, growing_dwellings(8, 5, yearly, seed))
    made = resident_households(area, run.population) / given_factors.household_size
    assert np.allclose(made[:, 1:], run.households[:, 1:], rtol=1e-11)
    assert np.allclose(run.households, 0.96 * run.dwellings, rtol=1e-12)


@pytest.mark.parametrize("yearly", [900.0, 0.0, -120.0])
@pytest.mark.parametrize("turnover", [1.0, 1.2])
def test_migrants_are_usual_flows_scaled_both_ways_and_newcomers_to_homes_that_were_built(
    yearly: float, turnover: float
) -> None:
    area = town(steps=3, newcomers=1.7)
    flows, homes = area.flows, growing_dwellings(0, 3, yearly)
    central = Factors.central(3)
    run = project_area(area, dataclasses.replace(central, turnover=central.turnover * turnover), homes)
    for step in range(1, 4):
        people = run.population[0, step - 1]
        built = max(homes[0, step] - homes[0, step - 1], 0.0)
        others = flows.fixed_count + flows.fixed_rate * people
        others += built * flows.newcomers_per_dwelling * flows.new_home_profile
        found = migrants_by_cell(run, step) - others
        coming = turnover * (flows.inflow_count + flows.inflow_rate * people)
        going = turnover * flows.outflow_rate * people
        # One scale up and down for every age and sex; what it is follows from the total.
        net = found.sum()
        scale = (net + np.sqrt(net**2 + 4 * coming.sum() * going.sum())) / (2 * coming.sum())
        assert found == pytest.approx(scale * coming - going / scale, abs=1e-6)


def test_people_missing_from_a_cell_or_a_total_are_refused() -> None:
    area = town(steps=2)
    run = project_area(area, Factors.central(2), growing_dwellings(0, 2))
    lost = run.components.copy()
    lost[1, 1, 0, 40] += 0.001
    with pytest.raises(AssertionError, match=r"females aged 40 to 2022 by 0\.001"):
        projection._assert_cells_balance(dataclasses.replace(run, components=lost))
    totals = projection.run_kernel(area, Factors.central(2), growing_dwellings(0, 2), None).totals.copy()
    totals[0, 2, kernel_layout.DEATHS] += 0.001
    with pytest.raises(AssertionError, match=r"the change to 2023 by 0\.001"):
        projection._assert_balance(area, totals)


def test_people_live_in_households_or_in_communal_establishments() -> None:
    area = town(steps=4)
    run = project_area(area, factors(6, 4), growing_dwellings(6, 4))
    in_care = (area.households.communal_share * run.population).sum(axis=(2, 3))
    communal = in_care + area.households.communal_constant.sum()
    assert np.allclose(run.communal_population, communal, rtol=1e-11)
    assert np.allclose(run.household_population, run.population.sum(axis=(2, 3)) - communal, rtol=1e-11)


def test_components_balance_in_every_draw_and_in_every_cell_also_where_raked() -> None:
    area = town(steps=6, raked=(2, 3))
    run = project_area(area, factors(20, 6), growing_dwellings(20, 6))
    people = run.population.sum(axis=(2, 3))
    change = run.births - run.deaths + run.net_migration + run.other
    assert np.abs(np.diff(people, axis=1) - change[:, 1:]).max() < 1e-6
    births, deaths, net, other = run.components[1:].swapaxes(0, 1)
    cells = run.opening + births - deaths + net + other
    assert np.abs(cells - run.population[0, 1:]).max() < 1e-6
    for name, index in (("births", 0), ("deaths", 1), ("net_migration", 2), ("other", 3)):
        assert np.allclose(run.components[:, index].sum(axis=(1, 2)), getattr(run, name)[0], atol=1e-6)


def test_a_raked_year_stands_at_the_estimate_and_the_difference_is_other_not_migration() -> None:
    area = town(steps=4, raked=(2,))
    plain = dataclasses.replace(area, raked=np.zeros(5, dtype=bool))
    homes = growing_dwellings(5, 4)
    run, before = (project_area(item, factors(5, 4), homes) for item in (area, plain))
    bands = np.add.reduceat(run.population.sum(axis=2), np.arange(0, 91, 5), axis=-1)
    assert np.allclose(bands[:, 2], area.estimates[2], rtol=1e-12)
    assert np.array_equal(run.net_migration[:, :3], before.net_migration[:, :3])
    assert np.count_nonzero(run.other[:, [0, 1, 3, 4]]) == 0


def test_people_found_by_an_estimate_are_not_expelled_the_next_year() -> None:
    area = town(steps=3, raked=(1,))
    found = 1.04 * np.add.reduceat(
        project_area(town(steps=3), Factors.central(3), growing_dwellings(0, 3)).population[0, 1].sum(axis=0),
        np.arange(0, 91, 5),
    )
    estimates = area.estimates.copy()
    estimates[1] = found
    area = dataclasses.replace(area, estimates=estimates)
    homes = growing_dwellings(0, 3)
    kept = project_area(area, Factors.central(3), homes)
    lost = project_area(area, Factors.central(3, kept_scale=0.0), homes)
    usual = project_area(town(steps=3), Factors.central(3), homes)
    assert kept.net_migration[0, 2] == pytest.approx(usual.net_migration[0, 2], rel=0.25)
    assert lost.net_migration[0, 2] < kept.net_migration[0, 2] - 0.8 * kept.other[0, 1]


def test_a_trend_run_meets_its_net_migration_and_houses_whoever_comes() -> None:
    area = town(steps=4)
    net = np.full((3, 5), 900.0)
    run = project_area(area, factors(2, 4), growing_dwellings(2, 4), net)
    assert np.allclose(run.net_migration[:, 1:], 900.0, rtol=1e-12)
    assert np.allclose(run.dwellings[:, 1:] * 0.96, run.households[:, 1:], rtol=1e-12)
    made = resident_households(area, run.population) / factors(2, 4).household_size
    assert np.allclose(made[:, 1:], run.households[:, 1:], rtol=1e-12)


def test_the_same_bytes_whatever_the_number_of_threads_and_draws() -> None:
    area = town(steps=5, raked=(2,))
    homes, given_factors = growing_dwellings(30, 5), factors(30, 5)
    alone = project_area(area, given_factors, homes, threads=1)
    for threads in (2, 3, 7):
        other = project_area(area, given_factors, homes, threads=threads)
        assert other.population.tobytes() == alone.population.tobytes()
        assert other.deaths.tobytes() == alone.deaths.tobytes()
    fewer = Factors(*(getattr(given_factors, f.name)[:11] for f in dataclasses.fields(Factors)))
    assert project_area(area, fewer, homes[:11]).population.tobytes() == alone.population[:11].tobytes()


@settings(max_examples=20)
@given(seed=st.integers(0, 1000), yearly=st.floats(0, 1000), more=st.floats(1, 800))
def test_more_homes_never_make_fewer_people(seed: int, yearly: float, more: float) -> None:
    area = town(steps=6, seed=seed)
    few, many = (
        project_area(area, Factors.central(6), growing_dwellings(0, 6, rate))
        for rate in (yearly, yearly + more)
    )
    gap = many.population[0].sum(axis=(1, 2)) - few.population[0].sum(axis=(1, 2))
    assert gap[0] == 0
    assert (np.diff(gap) > 0).all()


@settings(max_examples=20)
@given(seed=st.integers(0, 1000), yearly=st.floats(-200, 2000))
def test_nobody_is_negative(seed: int, yearly: float) -> None:
    run = project_area(town(steps=6, seed=seed), factors(10, 6, seed), growing_dwellings(10, 6, yearly, seed))
    assert run.population.min() >= 0
    assert run.limited_draws == 0


def test_an_impossible_trajectory_is_refused_with_place_year_cell_and_amount() -> None:
    homes = np.array([[40_000.0, 40_100.0, 12_000.0, 12_000.0]])
    with pytest.raises(
        ImpossibleTrajectory, match=r"T01: the dwellings of 2023 \(12,000\).*residents aged \d+"
    ):
        project_area(town(steps=3), Factors.central(3), homes)


@pytest.mark.parametrize(("row", "sex"), [(0, "female"), (1, "male")])
@pytest.mark.parametrize("age", [0, 40, 89])
def test_the_residents_who_would_be_missing_are_named_by_sex_and_age(row: int, sex: str, age: int) -> None:
    area = town(steps=3)
    leaving = area.flows.fixed_rate.copy()
    leaving[row, age] = -1.9
    flows = dataclasses.replace(area.flows, fixed_rate=leaving)
    with pytest.raises(ImpossibleTrajectory, match=f" {sex} residents aged {age}$"):
        project_area(dataclasses.replace(area, flows=flows), Factors.central(3), growing_dwellings(0, 3))


def test_an_impossible_draw_stops_at_nobody_is_counted_and_still_balances() -> None:
    homes = growing_dwellings(3, 3)
    homes[2] = [40_000.0, 40_100.0, 12_000.0, 12_000.0]
    run = project_area(town(steps=3), Factors.central(3, draws=3), homes)
    assert run.limited_draws == 1
    assert run.limited_people > 0
    assert run.population.min() >= 0
    change = run.births - run.deaths + run.net_migration + run.other
    assert np.abs(np.diff(run.population.sum(axis=(2, 3)), axis=1) - change[:, 1:]).max() < 1e-6


def test_areas_that_cannot_be_are_refused_with_the_reason() -> None:
    area = town()
    base = area.base_population.copy()
    base[1, 40] = -3
    with pytest.raises(ValueError, match=r"T01: base_population holds -3 at \[1, 40\]"):
        dataclasses.replace(area, base_population=base)
    with pytest.raises(ValueError, match="above 1"):
        dataclasses.replace(area, survivorship=area.survivorship + 0.1)
    central = Factors.central(6)
    with pytest.raises(ValueError, match="probability of dying"):
        project_area(
            area, dataclasses.replace(central, mortality=9 * central.mortality), growing_dwellings(0, 6)
        )
    with pytest.raises(ImpossibleTrajectory, match="dwellings in 2027"):
        project_area(area, central, np.linspace(40_000, -5, 7)[None])
