"""Shares of recent building, worked out by hand, and what they do to homes of no site."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.demography.small_area_people import homes_by_neighbourhood, where_homes_go
from models.neighbourhoods.recent_building import recent_building
from tests.models.demography.test_small_area_people import METHOD

CENSUS = np.array([1000.0, 2000.0, 3000.0, 4000.0])
LATEST = np.array([1500.0, 2100.0, 2900.0, 3500.0])
NATURAL = np.array([20.0, -20.0, 0.0, 30.0])
"""Came: 480, 120, none and none; in all 600 of 10,000 people, so 6 % is usual."""


def test_shares_are_of_people_who_came_and_a_site_s_small_area_is_held_to_the_usual_growth() -> None:
    found = recent_building(CENSUS, LATEST, NATURAL, np.array([True, False, True, False]))
    assert found.recorded == pytest.approx([0.8, 0.2, 0, 0])
    assert found.ahead == pytest.approx(np.array([90, 120, 0, 0]) / 210)
    slow = recent_building(CENSUS, LATEST, NATURAL, np.array([False, True, False, False]))
    assert slow.ahead == pytest.approx([0.8, 0.2, 0, 0]), "slower than usual stays as it is"


def test_where_nobody_came_shares_are_of_people() -> None:
    found = recent_building(CENSUS, CENSUS - 10, NATURAL * 0, np.zeros(4, dtype=bool))
    assert found.recorded == pytest.approx((CENSUS - 10) / 9960)
    assert found.ahead == pytest.approx(found.recorded)


def test_homes_of_no_site_go_half_by_what_was_built_and_half_by_the_measure() -> None:
    base = np.full((3, 91), 50.0)
    homes, normals = np.array([1000.0, 2000.0, 1000.0]), np.zeros((1, 3))
    built = np.array([0.7, 0.0, 0.3])
    before = where_homes_go(base, homes, METHOD, normals)[0]
    found = where_homes_go(base, homes, replace(METHOD, built_weight=0.5), normals, built)[0]
    assert found == pytest.approx((before + built) / 2)


def test_homes_on_record_are_spread_over_several_small_areas_and_no_others_are() -> None:
    homes = np.array([[[100.0, 40.0, 60.0]]])
    where, of_homes = np.array([[0.25, 0.75]]), np.array([0.9, 0.1])
    sites = np.array([1, -1, -1])
    made = homes_by_neighbourhood(homes, sites, where, of_homes, {2: np.array([0.2, 0.8])})
    assert made[0, 0] == pytest.approx([10 + 12, 100 + 30 + 48])
