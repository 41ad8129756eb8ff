"""Growth beside what drivers bring: to the year of the last record, and from there."""

from __future__ import annotations

import numpy as np
import pytest

from models.demand.growth_check import by_drivers, findings, growth_check, level_uncertainty

YEARS = 5
PEOPLE = np.stack([100 * 1.01 ** np.arange(YEARS), 50 * 1.02 ** np.arange(YEARS)], axis=1)
GROWTH = np.stack([1.03 ** np.arange(YEARS), np.ones(YEARS)], axis=1)
UNTIL = np.array([2, 0])
LEVEL = np.array([[1, 1], [0.98, 1], [0.95, 1], [0.95, 1], [0.95, 1]])
# Growth beyond demography runs from the year the level is known to.
VALUES = PEOPLE * LEVEL * GROWTH[np.array([[0, 0], [0, 1], [0, 2], [1, 3], [2, 4]]), [0, 1]]


def test_drivers_are_people_and_all_growth_since_the_base_year() -> None:
    assert by_drivers(VALUES, LEVEL, GROWTH, UNTIL) == pytest.approx(PEOPLE * GROWTH)


def test_growth_is_told_apart_at_the_year_the_record_reaches() -> None:
    found = growth_check(VALUES, PEOPLE * GROWTH, UNTIL, 4, np.array([0.05, 0.1]))
    assert found["growth_to_level"][0] == pytest.approx(100 * (1.01 * 0.95**0.5 - 1))
    assert found["drivers_to_level"][0] == pytest.approx(100 * (1.01 * 1.03 - 1))
    assert found["growth_to_2030"] == pytest.approx([100 * (1.01 * 1.03 - 1), 2.0])
    assert found["drivers_to_2030"] == pytest.approx(found["growth_to_2030"])
    assert found["level_difference"][0] == pytest.approx(100 * (0.95 / 1.03**2 - 1))
    assert found["level_uncertainty"][0] == pytest.approx(5.13, abs=0.01)
    assert np.isnan([found[name][1] for name in ("growth_to_level", "level_difference")]).all()
    assert found["value_2030"] == pytest.approx(VALUES[4])


def test_the_largest_change_is_dated_and_has_its_drivers_beside_it() -> None:
    moved = VALUES.copy()
    moved[2:, 0] *= 0.9
    found = growth_check(moved, PEOPLE * GROWTH, UNTIL, 4, np.zeros(2))
    assert found["largest_change_position"].tolist() == [2, found["largest_change_position"][1]]
    assert found["largest_change"][0] == pytest.approx(100 * (moved[2, 0] / moved[1, 0] - 1))
    assert found["largest_change"][0] < -10
    assert found["drivers_of_that_year"][0] == pytest.approx(100 * (1.01 * 1.03 - 1))


def test_a_level_is_the_less_certain_the_longer_ago_it_was_calibrated() -> None:
    ends, annual = np.array([[1.02, 1.0], [1.02, 1.03]]), np.array([[4.0, 0.0], [4.0, 2.0]])
    now, later = (level_uncertainty(ends, annual, np.array([years, years])) for years in (0, 3))
    assert now == pytest.approx([np.log(1.02), np.hypot(np.log(1.02), np.log(1.03))])
    assert later[0] == pytest.approx(np.sqrt(np.log(1.02) ** 2 + 3 * np.log(1.04) ** 2))
    assert (later > now).all()


def test_findings_name_the_side() -> None:
    found = findings(np.array([4.0, 6.0, -7.0, np.nan]), np.array([5.0, 5.0, 5.0, np.nan]))
    assert found == ["as expected", "above", "below", "no record"]
