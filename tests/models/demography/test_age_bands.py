"""Many areas at once: bands of the block-by-block run, additivity, order, draws that stay their own."""

import dataclasses

import numpy as np
import pytest

from models.demography.age_bands import project_bands
from models.demography.area_inputs import PATTERN_AGES, SizeDrift
from models.demography.households import size_path
from models.demography.projection import ImpossibleTrajectory, project_area
from models.demography.projection_factors import PatternSpread, Spread, Spreads, draw_factors
from tests.models.demography.areas import growing_dwellings, town

FIVE = np.arange(0, 91, 5)
STEPS, DRAWS = 5, 40


def spreads() -> Spreads:
    def spread(factor: str, horizon: int | None = None) -> Spread:
        return Spread(factor, 1.0, 0.95, 1.06, 0.6, 0.5, 2021, horizon)

    return Spreads(
        fertility=spread("fertility"),
        mortality=spread("mortality"),
        turnover=spread("turnover"),
        household_size=spread("household_size", 10),
        net_migration=spread("net_migration"),
        kept_scale=dataclasses.replace(spread("kept"), value=0.95, low=0.9, high=1.0),
        age_pattern=PatternSpread(np.linspace(0.02, 0.08, len(PATTERN_AGES)), 0.3, 0.3, 2021, 10),
    )


def run(codes: list[str], draws: int = DRAWS) -> dict[str, np.ndarray]:
    found = {}
    for code in codes:
        area = town(steps=STEPS, seed=int(code[1:]), code=code)
        factors = draw_factors(spreads(), 9, code, draws, 2021, STEPS)
        found[code] = project_bands(area, factors, growing_dwellings(draws, STEPS), FIVE)
    return found


def test_bands_are_those_of_the_whole_projection() -> None:
    area = town(steps=STEPS, seed=3, raked=(2,))
    factors = draw_factors(spreads(), 9, area.code, DRAWS, 2021, STEPS)
    homes = growing_dwellings(DRAWS, STEPS)
    whole = project_area(area, factors, homes).population
    banded = np.add.reduceat(whole, FIVE, axis=-1)
    assert np.allclose(np.moveaxis(project_bands(area, factors, homes, FIVE), -1, 0), banded, rtol=1e-12)


def test_a_places_draws_are_its_own_whatever_else_is_run_and_in_what_order() -> None:
    alone, together, backwards = run(["T1"]), run(["T2", "T1", "T3"]), run(["T3", "T1", "T2"])
    assert alone["T1"].tobytes() == together["T1"].tobytes() == backwards["T1"].tobytes()
    assert not np.array_equal(together["T2"], together["T3"])


def test_areas_add_up_draw_by_draw_in_any_order() -> None:
    found = run(["T1", "T2", "T3"])
    total = sum(found.values())
    assert np.allclose(total, sum(reversed(list(found.values()))), rtol=1e-13)
    assert np.allclose(total.sum(axis=(1, 2)), sum(bands.sum(axis=(1, 2)) for bands in found.values()))


def test_a_draw_is_the_same_however_many_are_drawn() -> None:
    assert np.array_equal(run(["T1"], 10)["T1"], run(["T1"], 40)["T1"][..., :11])


def test_an_impossible_trajectory_is_refused_here_too() -> None:
    area = town(steps=2)
    homes = np.array([[40_000.0, 400.0, 400.0]])
    factors = draw_factors(spreads(), 1, "T01", 0, 2021, 2)
    with pytest.raises((ImpossibleTrajectory, ValueError)):
        project_bands(area, factors, homes * np.array([[1, 1e-3, 1e-3]]), FIVE)


def test_homes_with_children_fill_and_a_gap_is_part_taken_in_then_both_stay() -> None:
    drift = SizeDrift(yearly=0.002, usual_growth=0.01, absorbed=0.2, years=3)
    still = np.full((1, 6), 100.0)
    path = size_path(drift, still, housing_led=True)[0]
    assert path[:4] == pytest.approx(np.exp((0.002 + 0.2 * 0.01) * np.arange(4)))
    assert path[4:] == pytest.approx(path[3])
    grown = still * np.exp(0.01 * np.arange(6))
    assert size_path(drift, grown, housing_led=True)[0, 3] == pytest.approx(np.exp(0.006))
    assert size_path(drift, grown, housing_led=False)[0, 3] == pytest.approx(np.exp(0.006))


def test_a_share_of_a_gap_must_leave_more_homes_with_more_people() -> None:
    with pytest.raises(ValueError, match="absorbed"):
        SizeDrift(absorbed=1.0)
