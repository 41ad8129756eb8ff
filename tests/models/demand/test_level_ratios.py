"""Levels of places from their providers' totals: solved, carried on, held."""

from __future__ import annotations

import numpy as np
import pytest

from models.arrays import FloatArray
from models.demand.level_ratios import held, level_of_providers, level_ratios

FIRST = [[90.0, 5, 5], [50, 10, 10], [8, 70, 2]]
SECOND = [[40.0, 1, 4], [20, 2, 3], [1, 30, 4]]
PACE = np.array([[1.02, 1.03, 1.02], [1.02, 1.06, 1.01], [1.04, 1.03, 1.05]])
SENT = np.array([[part * PACE**year for year in range(3)] for part in (np.array(FIRST), np.array(SECOND))])
"""Two parts of a measure, three years, three places; two trusts, and one elsewhere."""
OUTSIDE = np.array([[[6.0, 9, 0]] * 3, [[3.0, 2, 0]] * 3])


def faced(ratios: FloatArray) -> FloatArray:
    """What providers face (year, provider) by residents at their level and people from outside at its own."""
    residents = np.einsum("kyph,yp->kyh", SENT, ratios)
    level = np.divide(residents, SENT.sum(axis=2))
    return np.asarray((residents + OUTSIDE * level).sum(axis=0))


def totals(*trusts: tuple[float, float, float]) -> FloatArray:
    elsewhere = np.full(3, np.nan)
    return np.stack([*(np.array(trust) for trust in trusts), elsewhere], axis=1)


BASE = faced(np.ones((3, 3)))[0]


def test_providers_come_to_their_totals_and_places_of_one_trust_share_its_level() -> None:
    wanted = totals((BASE[0], 250.0, 245.0), (BASE[1], 120.0, 130.0))
    ratios = level_ratios(SENT, OUTSIDE, wanted)
    assert ratios[0].tolist() == pytest.approx([1, 1, 1])
    assert (ratios[:, 0] == ratios[:, 1]).all()
    assert (ratios[1:, 0] != ratios[1:, 2]).all()
    assert faced(ratios)[:, :2] == pytest.approx(wanted[:, :2])


def test_a_trust_without_a_total_keeps_the_level_of_the_year_before() -> None:
    wanted = totals((BASE[0], 250.0, np.nan), (BASE[1], 120.0, 130.0))
    ratios = level_ratios(SENT, OUTSIDE, wanted)
    # Its own places' level moves only by what the other trust's places send it.
    assert ratios[2, 0] == pytest.approx(ratios[1, 0], rel=0.02)
    assert faced(ratios)[2, 1] == pytest.approx(130.0)


def test_without_a_record_in_the_base_year_levels_are_those_of_the_rates() -> None:
    assert (level_ratios(SENT, OUTSIDE, totals((np.nan, 250.0, 245.0), (np.nan, 1, 1))) == 1).all()
    only = level_ratios(SENT, OUTSIDE, totals((np.nan, 250.0, 245.0), (BASE[1], 120.0, 130.0)))
    assert (only == only[:, :1]).all()


def test_a_base_year_off_its_record_is_no_change_of_level() -> None:
    """Where a place's calibration was held at an end, later years count from where the record was."""
    twice = 2 * np.stack([BASE, BASE, BASE])
    still = level_ratios(SENT[:, [0, 0, 0]], OUTSIDE, np.where([True, True, False], twice, np.nan))
    assert still == pytest.approx(np.ones((3, 3)))


def test_a_level_below_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="not positive"):
        level_ratios(SENT, OUTSIDE, totals((BASE[0], 1.0, 1.0), (BASE[1], 500.0, 500.0)))


def test_the_last_level_is_held() -> None:
    years = np.array([2024, 2025, 2026, 2030])
    assert held(np.array([1.0, 1.1, 0.9]), years, 2024).tolist() == [1.0, 1.1, 0.9, 0.9]


def test_a_provider_is_at_the_level_of_the_residents_it_treats() -> None:
    ratios = np.array([[[1.0], [1.0]], [[1.2], [0.9]]])
    residents = np.array([[[100.0], [300.0]], [[120.0], [270.0]]])
    shares = np.array([[[0.8], [0.2], [0.0]], [[0.1], [0.9], [0.0]]])
    level = level_of_providers(residents, ratios, shares)[..., 0]
    assert level[0].tolist() == [1, 1, 1]
    assert level[1].tolist() == pytest.approx([(96 + 27) / (80 + 30), (24 + 243) / (20 + 270), 1.0])
