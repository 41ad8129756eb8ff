"""Children's migration is what is left between births recorded and children counted."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.demography.area_inputs import Factors
from models.demography.children import gain_since_birth, with_children_moving
from models.demography.projection import project_area
from tests.models.demography.areas import growing_dwellings, town

BIRTHS = np.array([1000.0, 1100.0, 950.0, 1000.0, 900.0])
SURVIVAL = np.array([0.996, 0.995, 0.995, 0.994, 0.994])


@settings(max_examples=50)
@given(rate=st.floats(-0.25, 0.25))
def test_the_rate_at_which_children_left_is_found_again(rate: float) -> None:
    children = (BIRTHS * SURVIVAL * np.exp(rate * (np.arange(5) + 0.5))).sum()
    assert gain_since_birth(children, BIRTHS, SURVIVAL) == pytest.approx(rate, abs=1e-9)


def test_without_children_or_births_there_is_no_rate() -> None:
    for children, births in ((0.0, BIRTHS), (10.0, np.zeros(5))):
        with pytest.raises(ValueError, match="above 0"):
            gain_since_birth(children, births, SURVIVAL)


@pytest.mark.parametrize("rate", [-0.05, 0.03])
def test_children_move_at_the_rate_in_all_and_nobody_older_is_touched(rate: float) -> None:
    area = town()
    flows = with_children_moving(area.flows, area.base_population, rate, 5)
    people = area.base_population
    net = (flows.inflow_rate - flows.outflow_rate + flows.fixed_rate) * people
    net += flows.inflow_count + flows.fixed_count
    assert net[:, :5].sum() == pytest.approx(rate * people[:, :5].sum())
    assert np.array_equal(flows.fixed_count[:, 5:], area.flows.fixed_count[:, 5:])
    assert np.array_equal(flows.fixed_rate[:, 5:], area.flows.fixed_rate[:, 5:])


def test_where_families_leave_fewer_children_are_left_in_the_same_homes() -> None:
    homes = growing_dwellings(0, 6)

    def children(rate: float) -> float:
        area = town()
        area = replace(area, flows=with_children_moving(area.flows, area.base_population, rate, 5))
        return float(project_area(area, Factors.central(6), homes).population[0, -1, :, :5].sum())

    assert children(-0.06) < 0.95 * children(0.0)
