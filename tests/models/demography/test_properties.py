"""What holds of any projection: additive over areas, blind to their order and to what else is in the run."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.demography.area_inputs import AGES, PATTERN_AGES, Factors
from models.demography.cohort_component import project_step
from models.demography.households import place_households
from models.demography.projection import Projection, project_area
from models.demography.projection_factors import PatternSpread, Spread, Spreads, draw_factors
from tests.models.demography.areas import growing_dwellings, town

STEPS, DRAWS = 3, 4


def spreads() -> Spreads:
    def one(name: str) -> Spread:
        return Spread(name, 1.0, 0.9, 1.1, 0.8, 0.5, 2021)

    return Spreads(
        fertility=one("fertility"),
        mortality=one("mortality"),
        turnover=one("turnover"),
        household_size=one("household_size"),
        net_migration=one("net_migration"),
        kept_scale=Spread("kept", 0.98, 0.95, 1.0, 0.0, 0.5, 2021),
        age_pattern=PatternSpread(np.linspace(0.02, 0.08, len(PATTERN_AGES)), 0.3, 0.3, 2021, 10),
    )


def projected(seed: int, code: str) -> Projection:
    area = town(STEPS, seed, code=code)
    factors = draw_factors(spreads(), 7, code, DRAWS, 2021, STEPS)
    return project_area(area, factors, growing_dwellings(DRAWS, STEPS), threads=1)


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), exposure=st.sampled_from(["mid_period", "start", "aged_on"]))
def test_areas_projected_apart_and_together_come_to_the_same(seed: int, exposure: str) -> None:
    random = np.random.default_rng(seed)
    people = random.uniform(1, 1000, (5, 2, AGES))
    migrants = random.normal(0, 0.05, people.shape) * people
    survive = random.uniform(0.7, 1.0, (2, AGES))
    fertility = np.where((np.arange(AGES) >= 15) & (np.arange(AGES) < 46), random.uniform(0, 0.2, AGES), 0)

    def step(counted: np.ndarray, moving: np.ndarray) -> np.ndarray:
        return project_step(
            counted,
            survive,
            fertility,
            moving,
            births_exposure=exposure,  # type: ignore[arg-type]
        ).population

    assert np.allclose(step(people, migrants).sum(axis=0), step(people.sum(axis=0), migrants.sum(axis=0)))


@settings(max_examples=8)
@given(seed=st.integers(0, 1000))
def test_a_place_is_the_same_to_the_byte_in_any_order_and_company(seed: int) -> None:
    codes = {"A": seed, "B": seed + 1, "C": seed + 2}
    alone = {code: projected(number, code).population.tobytes() for code, number in codes.items()}
    for order in list(permutations(codes))[1::2]:
        for code in order:
            assert projected(codes[code], code).population.tobytes() == alone[code]


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000), growth=st.floats(-0.004, 0.03))
def test_components_balance_whatever_is_built(seed: int, growth: float) -> None:
    area = town(STEPS, seed)
    homes = 40_000.0 * (1 + growth) ** np.arange(STEPS + 1) * np.ones((DRAWS + 1, 1))
    found = project_area(area, draw_factors(spreads(), seed, "T", DRAWS, 2021, STEPS), homes, threads=1)
    people = found.population.sum(axis=(2, 3))
    change = found.births - found.deaths + found.net_migration + found.other
    assert np.diff(people, axis=1) == pytest.approx(change[:, 1:], abs=1e-6)
    births, deaths, net, other = found.components[1:].swapaxes(0, 1)
    closing = found.opening + births - deaths + net + other
    assert closing == pytest.approx(found.population[0, 1:], abs=1e-6)


def test_communal_population_stays_in_number_below_75_and_in_share_from_there() -> None:
    population = np.full((2, AGES), 100.0)
    communal = np.where(np.arange(AGES) >= 75, 0.2, 0.01)
    made = place_households(population, np.full(AGES, 0.4), communal, 75, 7000.0, 7300.0, 0.3)
    assert made.communal_constant.sum() == pytest.approx(2 * 75 * 1.0)
    assert made.communal_constant[:, 75:].sum() == 0
    assert made.communal_share[:, :75].sum() == 0
    # Twice as many of every age: as many in establishments below 75, twice as many from 75.
    in_share = (made.communal_share * population).sum()
    assert (made.communal_share * 2 * population).sum() == pytest.approx(2 * in_share)
    area = town(STEPS)
    found = project_area(area, Factors.central(STEPS), growing_dwellings(0, STEPS))
    expected = area.households.communal_constant.sum()
    expected += (area.households.communal_share * found.population[0, -1]).sum()
    assert found.communal_population[0, -1] == pytest.approx(expected)
