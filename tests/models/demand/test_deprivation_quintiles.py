"""People and demand by quintile: each neighbourhood by its own small areas, nothing lost or made up."""

from __future__ import annotations

import numpy as np
import pytest

from models.demand.deprivation_quintiles import demand_by_quintile, people_by_quintile, quintile_shares

# Three parts, the second and third one neighbourhood; two age bands, nobody old in the first.
PEOPLE = np.array([[100.0, 0.0], [300.0, 10.0], [100.0, 90.0]])
AREAS = np.array([[3.0, 1, 0, 0, 0], [0, 2.0, 2.0, 0, 0], [0, 0, 0, 1.0, 4.0]])
OF = np.array([0, 1, 1])


def test_a_neighbourhood_of_several_parts_has_each_by_its_people_of_the_band() -> None:
    shares = quintile_shares(PEOPLE, AREAS, OF)
    assert shares.sum(axis=1) == pytest.approx(np.ones((2, 2)))
    assert shares[0, :, 0] == pytest.approx([0.75, 0.25, 0, 0, 0])
    # Nobody is old there today: whoever is later is told apart as all ages are.
    assert shares[0, :, 1] == pytest.approx([0.75, 0.25, 0, 0, 0])
    assert shares[1, :, 0] == pytest.approx([0, 0.375, 0.375, 0.05, 0.2])
    assert shares[1, :, 1] == pytest.approx([0, 0.05, 0.05, 0.18, 0.72])


def test_people_and_demand_of_quintiles_add_up_to_the_place_and_follow_ages() -> None:
    people = np.array([[[100.0, 8.0], [400.0, 100.0]], [[50.0, 40.0], [500.0, 60.0]]])
    found = people_by_quintile(people, quintile_shares(PEOPLE, AREAS, OF))
    assert found.sum(axis=1) == pytest.approx(people.sum(axis=1))
    assert found[0, 0] == pytest.approx([75.0, 6.0])
    assert found[1, 4] == pytest.approx([100.0, 43.2])
    rates = np.array([[1.0, 1.0], [0.0, 2.0]])
    demand = np.array([[700.0, 27.0], [900.0, 50.0]])
    split = demand_by_quintile(found, rates, demand)
    assert split.sum(axis=1) == pytest.approx(demand)
    assert split[0, 0] == pytest.approx([700 * 81 / 608, 27 * 6 / 108])


def test_a_part_without_small_areas_and_demand_of_nobody_are_refused() -> None:
    with pytest.raises(ValueError, match="every part needs small areas"):
        quintile_shares(PEOPLE, AREAS * [[1], [0], [1]], OF)
    with pytest.raises(ValueError, match="no age needs"):
        demand_by_quintile(np.ones((5, 2)), np.zeros((1, 2)), np.array([3.0]))
