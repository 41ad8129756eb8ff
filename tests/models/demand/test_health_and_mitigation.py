"""Health status shifts curves; mitigation turns published targets into factors."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from models.arrays import FloatArray
from models.demand.activity import expected_by_sex
from models.demand.health_status import (
    bounded_metalog,
    change_of_activity,
    gained_at_ages,
    healthy_life_gained,
    rates_by_step,
    shifted_rates,
    steadily_gained,
)
from models.demand.mitigation import (
    Exchange,
    achieved_effect,
    avoided,
    avoided_of_type,
    effect,
    steps_taken,
)
from tests.shipped import DATA

CURVE = np.arange(91, dtype=float)
YEARS = np.arange(2024, 2051)


ELICITED = pd.read_csv(DATA / "health_status_elicitation.csv").set_index(["year", "sex"])


def shifted(curve: FloatArray, years: float) -> FloatArray:
    """A curve of one sex, everybody from 45 on the same years healthier."""
    gained = np.where(np.arange(91) >= 45, years, 0.0)
    return shifted_rates(curve, gained, 92.5)


def test_a_year_gained_gives_everybody_the_rate_of_those_a_year_younger() -> None:
    assert shifted(CURVE, 1.0)[80] == 79
    assert shifted(CURVE, 1.0)[44] == 44
    assert shifted(CURVE, -0.5)[80] == 80.5


def test_no_years_gained_change_nothing() -> None:
    assert shifted(CURVE, 0.0) == pytest.approx(CURVE)


def test_a_year_gained_does_not_make_everybody_over_90_those_of_89() -> None:
    curve = CURVE.copy()
    curve[90] = 124.0
    # The group stands at 92.5: 3.5 years and 35 above those of 89, 10 a year.
    assert shifted(curve, 1.0)[90] == pytest.approx(114.0)
    assert shifted(curve, -1.0)[89] == pytest.approx(99.0)


def test_beyond_the_oldest_age_the_curve_is_flat() -> None:
    assert shifted(CURVE, -1.0)[90] == 90


def test_the_median_of_a_metalog_is_its_first_term_and_its_ends_are_its_bounds() -> None:
    terms = np.array([0.4, 0.5, 0, 0, 0, 0, 0, 0, 0])
    middle, tenth = bounded_metalog(terms, np.array([0.5, 0.1]), 20.0, 60.0)
    assert middle == pytest.approx(20 + 40 / (1 + np.exp(-0.4)))
    assert tenth == pytest.approx(20 + 40 / (1 + np.exp(-0.4 + 0.5 * np.log(9))))
    ends = bounded_metalog(terms, np.array([1e-15, 1 - 1e-15]), 20.0, 60.0)
    assert ends == pytest.approx([20, 60], abs=1e-3)


def test_each_term_of_a_metalog_has_its_own_place() -> None:
    """By hand at p = 0.8: the logit is ln 4, and the distance from a half 0.3."""
    logit, off = np.log(4), 0.3
    basis = [1, logit, off * logit, off, off**2, off**2 * logit, off**3, off**3 * logit, off**4]
    for place, expected in enumerate(basis):
        terms = np.eye(9)[place]
        found = bounded_metalog(terms, np.array([0.8]), 0.0, 1.0)[0]
        assert np.log(found / (1 - found)) == pytest.approx(expected), place


@pytest.mark.parametrize(("sex", "p10", "p90"), [("female", 44.0, 76.3), ("male", 45.0, 78.5)])
def test_the_distributions_carried_are_those_their_makers_print_for_2045(
    sex: str, p10: float, p90: float
) -> None:
    found = bounded_metalog(ELICITED.loc[(2045, sex)].to_numpy(), np.array([0.1, 0.9]), 0.0, 100.0)
    assert found == pytest.approx([p10, p90], abs=0.2)


def test_a_distribution_never_falls_as_its_probability_rises() -> None:
    quantiles = bounded_metalog(ELICITED.to_numpy(), np.linspace(0.001, 0.999, 999), 0.0, 100.0)
    assert (np.diff(quantiles, axis=0) > 0).all()


def test_years_gained_are_healthy_life_less_that_of_the_draw_s_own_first_year() -> None:
    share = np.array([[[0.5, 0.6], [0.6, 0.6]], [[0.4, 0.5], [0.4, 0.6]]])
    life = np.array([[20.0, 18.0], [21.0, 19.0]])
    gained = healthy_life_gained(share, life)
    assert gained[0].tolist() == [[0, 0], pytest.approx([2.6, 0.6])]
    assert gained[1].tolist() == [[0, 0], pytest.approx([0.4, 2.4])]


def test_years_gained_a_decade_grow_evenly_from_the_base_year() -> None:
    gained = steadily_gained(np.array([0.5]), (YEARS - 2024.0))[0]
    assert gained[0].tolist() == [0, 0]
    assert gained[10] == pytest.approx([0.5, 0.5])


def test_other_ages_gain_as_their_life_expectancy_does_and_the_young_nothing() -> None:
    first = np.tile(np.arange(91, 0, -1.0), (2, 1))
    rise = np.linspace(2.0, 1.0, 91)
    found = gained_at_ages(first, first + rise, 65, 55)
    assert found[:, 65].tolist() == [1, 1]
    assert found[0, 90] == pytest.approx(1 / rise[65])
    assert (found[:, :55] == 0).all()
    with pytest.raises(ValueError, match="does not rise"):
        gained_at_ages(first, first, 65, 55)


@pytest.mark.parametrize("years", [-4.0, -1.5, -0.4, 0.0, 0.7, 2.5, 3.0, 8.0])
def test_activity_with_years_gained_is_that_of_the_shifted_curve(years: float) -> None:
    """On a straight stretch of a curve also between the ends of a step; each sex has its own years."""
    rates = np.stack([CURVE, 2 * CURVE])[None]
    at_ages = np.tile(np.where(np.arange(91) >= 55, 1.0, 0.0), (2, 1))
    people = np.ones((1, 2, 2, 91)) * ((np.arange(91) >= 65) & (np.arange(91) < 80))
    by_step = expected_by_sex(people, rates_by_step(rates, at_ages, 200.0))
    found = change_of_activity(by_step, np.array([[[years, 0.0]]]))[0, 0, 0]
    expected = shifted_rates(rates[0], np.stack([years * at_ages[0], 0 * at_ages[1]]), 200.0) - rates[0]
    assert found == pytest.approx(expected[:, 65:80].sum())


def test_a_target_steps_from_the_year_after_to_its_full_year() -> None:
    steps = steps_taken(YEARS, 2025, 2030)
    assert steps[:4].tolist() == [0, 0, 1, 2]
    assert steps[-1] == 5
    with pytest.raises(ValueError, match="complete"):
        steps_taken(YEARS, 2030, 2030)


def test_fifty_a_year_for_each_100_000_of_a_million_are_2_500_after_five_years() -> None:
    fall = avoided(np.array([1e6]), -50, 100_000, np.array([5.0]))
    assert fall.tolist() == [2500]


def test_a_type_avoids_its_share_of_a_service_less_what_remains_in_equal_steps() -> None:
    """A tenth of 1,000, of which 80 % remain by 2039: 20 from then on, and half of it in 2032."""
    before = np.full(len(YEARS), 1000.0)
    fall = avoided_of_type(before, 0.1, 0.8, YEARS, 2025, 2039)
    at = dict(zip(YEARS.tolist(), fall, strict=True))
    assert [at[year] for year in (2025, 2032, 2039, 2050)] == pytest.approx([0, 10, 20, 20])


def test_what_is_avoided_moves_by_its_rate_and_takes_what_follows_with_it() -> None:
    """100 of 1,000 avoided: 5 contacts each on 2,000, a tenth of the bed days, and of the last nothing."""
    before = np.array([[1000.0, 2000.0, 4000.0, 7.0]])
    exchanges = [Exchange(0, 1, "moves", 5.0), Exchange(0, 2, "follows", 1.0), Exchange(3, 2, "moves", 9.0)]
    shares = effect(0, np.array([100.0]), exchanges, before)
    assert shares[0] == pytest.approx([-0.1, 0.25, -0.1, 0])


def test_more_than_all_cannot_be_avoided() -> None:
    with pytest.raises(ValueError, match="avoids all"):
        achieved_effect(np.array([[[-0.9]]]), np.array([[1.0], [1.2]]))
    with pytest.raises(ValueError, match="avoids all"):
        achieved_effect(np.array([[[-0.6]], [[-0.6]]]), np.ones((1, 2)))


def test_each_measure_has_its_own_achievement_and_they_add_up() -> None:
    effects = np.array([[[-0.2]], [[-0.1]]])
    found = achieved_effect(effects, np.array([[1.0, 1.0], [0.5, 2.0]]))
    assert found[:, 0, 0] == pytest.approx([0.7, 0.7])
    assert achieved_effect(effects, np.array([[0.5, 1.0]]))[0, 0, 0] == pytest.approx(0.8)
