"""A place's usual flows add up to its published migrants, each kind and direction to its own total."""

from __future__ import annotations

import numpy as np
import pytest

from models.demography.area_inputs import AGES, Flows
from models.demography.migration import GrossFlows, ModelSchedule, usual_flows

AGE = np.arange(AGES)
SCHEDULE = ModelSchedule(0.02, 0.1, 0.06, 20.0, 0.1, 0.4, 0.003).rates()
TOTALS = GrossFlows(11_000.0, 9_000.0, 5_000.0, 2_000.0)


def people(old: float, women: float) -> np.ndarray:
    """(2, AGES) of 60,000 people, no two cells alike."""
    cells = np.exp(-(((AGE + old) / 70) ** 3)) * np.array([[women], [1 - women]]) * (1 + 0.01 * (AGE % 7))
    return 60_000 * cells / cells.sum()


def flows() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, Flows]:
    place, nation = people(5, 0.51), 1000 * people(15, 0.505)
    arriving = np.exp(-(((AGE - 24) / 8) ** 2)) * np.array([[3.0], [4.0]])
    leaving = np.exp(-(((AGE - 31) / 12) ** 2)) * np.array([[2.0], [1.0]])
    structural = (np.full((2, AGES), 1.5), np.full((2, AGES), -0.002))
    tilt = 1 + 0.01 * AGE
    made = usual_flows(place, SCHEDULE, TOTALS, nation, arriving, leaving, tilt, 2.1, structural)
    return place, nation, arriving, leaving, tilt, made


def test_each_flow_has_its_own_published_total() -> None:
    place, *_, made = flows()
    assert (place * made.inflow_rate).sum() == pytest.approx(TOTALS.internal_in)
    assert made.inflow_count.sum() == pytest.approx(TOTALS.international_in)
    assert (place * made.outflow_rate).sum() == pytest.approx(TOTALS.internal_out + TOTALS.international_out)


def test_movers_over_borders_have_the_nation_s_rates_by_age_and_sex() -> None:
    place, nation, arriving, leaving, _, made = flows()
    assert made.inflow_count == pytest.approx(
        TOTALS.international_in * arriving * place / nation / (arriving * place / nation).sum()
    )
    within = SCHEDULE / (place * SCHEDULE).sum() * TOTALS.internal_out
    abroad = leaving / nation * TOTALS.international_out / (place * leaving / nation).sum()
    assert made.outflow_rate == pytest.approx(within + abroad)


def test_whoever_comes_to_new_homes_moves_at_the_place_s_own_ages_tilted() -> None:
    place, _, _, _, tilt, made = flows()
    expected = place * SCHEDULE * tilt
    assert made.new_home_profile == pytest.approx(expected / expected.sum())
    assert made.newcomers_per_dwelling == 2.1
    assert made.fixed_count[1, 30] == 1.5
    assert made.fixed_rate[0, 30] == -0.002
