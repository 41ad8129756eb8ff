"""Levels step by step, and a shape by age that keeps England's total."""

from __future__ import annotations

import numpy as np
import pytest

from models.demand.level_explained import at_shape, explained

PEOPLE = np.array([[300.0, 100.0], [500.0, 100.0]])
RATES = np.array([[0.1, 0.5], [0.05, 0.4]])


def test_a_level_is_england_s_rates_then_need_then_the_place_s_own_rates_then_the_record() -> None:
    found = explained(PEOPLE, RATES, 1.1, expected=160.0, calibrated=200.0)
    # 30 + 50 + 25 + 40 of 1 000 people.
    assert found.by_age == pytest.approx(145.0)
    assert found.by_need == pytest.approx(159.5)
    assert found.by_own_rates == pytest.approx(160.0)
    assert found.level == pytest.approx(200.0)
    assert found.factor == pytest.approx(1.25)
    assert found.beyond_need == pytest.approx(200 / 159.5)


def test_nobody_has_no_level() -> None:
    with pytest.raises(ValueError, match="nobody lives"):
        explained(0 * PEOPLE, RATES, 1.0, 1.0, 1.0)


def test_a_shape_keeps_england_s_total_and_its_own_ratios_from_an_age_on() -> None:
    shape = np.array([[9.0, 1.0, 3.0], [9.0, 2.0, 4.0]])
    people = np.array([[50.0, 20.0, 10.0], [50.0, 20.0, 5.0]])
    rates = at_shape(shape, people, 55.0, from_age=1)
    assert (rates[:, 0] == 0).all()
    assert (rates * people).sum() == pytest.approx(55.0)
    assert rates[0, 2] / rates[0, 1] == pytest.approx(3.0)
    with pytest.raises(ValueError, match="without anybody from 1"):
        at_shape(0 * shape, people, 55.0, from_age=1)
