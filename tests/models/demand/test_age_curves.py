"""Curves by single year give back what was published for the band, the average or the total."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.demand.age_curves import (
    AGES,
    even_single_years,
    rest_at_one_rate,
    rising_curve,
    scaled_to_total,
    spread_band_totals,
    stepped,
)

PEOPLE = np.linspace(900.0, 100.0, AGES)


def test_a_band_keeps_its_rate_at_each_of_its_ages_and_no_other() -> None:
    curve = stepped([18, 65], [64, 90], [12.0, 250.0], first=18, per=1000)
    assert curve[17] == 0
    assert curve[18] == curve[64] == 0.012
    assert curve[65] == curve[90] == 0.25


@pytest.mark.parametrize(
    ("age_from", "age_to", "said"),
    [
        ([0, 20], [18, 90], "age 19 is in no age band"),
        ([0, 18], [18, 90], "age 18 is in two age bands"),
        ([0, 50], [49, 95], "50-95 does not lie within"),
        ([0, 49], [50, 20], "49-20 does not lie within"),
    ],
)
def test_bands_that_do_not_tile_the_ages_are_refused_with_the_age(
    age_from: list[int], age_to: list[int], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        stepped(age_from, age_to, [1.0, 2.0])


@given(st.lists(st.integers(1, 90), min_size=1, max_size=8, unique=True), st.data())
def test_spreading_people_over_single_years_keeps_every_band(cuts: list[int], data: st.DataObject) -> None:
    starts = [0, *sorted(cuts)]
    ends = [start - 1 for start in starts[1:]] + [90]
    people = data.draw(
        st.lists(st.floats(0, 1e6), min_size=len(starts), max_size=len(starts)), label="people in bands"
    )
    ages = even_single_years(starts, ends, people)
    for start, end, total in zip(starts, ends, people, strict=True):
        assert ages[start : end + 1].sum() == pytest.approx(total, rel=1e-12, abs=1e-9)


@given(st.floats(0.1, 50), st.floats(0.1, 5))
def test_shared_out_totals_come_back_band_by_band(total: float, steepness: float) -> None:
    population = np.stack([PEOPLE, PEOPLE * 1.1])
    shape = np.stack([np.linspace(1, steepness, AGES), np.linspace(steepness, 1, AGES)])
    rates = spread_band_totals([0, 40], [39, 90], [total, 2 * total], population, shape)
    assert (rates * population)[:, :40].sum() == pytest.approx(total)
    assert (rates * population)[:, 40:].sum() == pytest.approx(2 * total)


def test_a_two_point_curve_has_the_published_average_and_the_published_rate_at_old_age() -> None:
    curve = rising_curve(PEOPLE, mean=5.8, old_rate=15.2, rise_from=65, rise_to=87)
    assert (curve * PEOPLE).sum() / PEOPLE.sum() == pytest.approx(5.8)
    assert curve[87] == curve[90] == pytest.approx(15.2)
    assert (curve[:65] == curve[0]).all()


def test_an_average_too_low_for_the_known_rates_is_refused() -> None:
    with pytest.raises(ValueError, match="leaves no rate below age 65"):
        rising_curve(PEOPLE, mean=0.1, old_rate=15.2, rise_from=65, rise_to=87)
    known = np.where(np.arange(AGES) >= 80, 0.5, 0.0)
    with pytest.raises(ValueError, match="negative rate"):
        rest_at_one_rate(PEOPLE, mean=0.001, known=known)


def test_the_ages_without_a_known_rate_share_the_one_that_makes_the_average() -> None:
    known = np.where(np.arange(AGES) >= 80, 0.1, 0.0)
    shares = rest_at_one_rate(PEOPLE, mean=0.066, known=known)
    assert (shares * PEOPLE).sum() / PEOPLE.sum() == pytest.approx(0.066)
    assert (shares[80:] == 0.1).all()


def test_a_curve_is_scaled_to_the_national_total() -> None:
    shape = np.where(np.arange(AGES) >= 65, 3.0, 1.0)
    rates = scaled_to_total(shape, PEOPLE, 69_500.0)
    assert (rates * PEOPLE).sum() == pytest.approx(69_500.0)
    assert rates[70] == pytest.approx(3 * rates[10])
