"""Monthly forecasts: cleaning, candidates, honest evaluation."""

from __future__ import annotations

import numpy as np
import pytest

from models.demand.monthly import monthly_candidates as candidates
from models.demand.monthly.local_level import SPEEDS, USUAL_NOISE, foretold
from models.demand.monthly.monthly_candidates import (
    CANDIDATES,
    COMBINATION,
    LOCAL_LEVEL,
    Training,
    fits,
    forecasts,
    local_level,
    spread,
)
from models.demand.monthly.rolling_origin import (
    SELECTED,
    Ratios,
    Trial,
    choice,
    fit_all,
    holds,
    interval,
    origins,
    with_selection,
)
from models.demand.monthly.series_cleaning import jumps, monthly_people, planned_change, suppressed
from models.evaluation.forecast_scores import accuracy, seasonal_scale, winkler

SEASON = 0.1 * np.sin(2 * np.pi * np.arange(12) / 12)


def series(months: int, ahead: int = 12, growth: float = 0.0, noise: float = 0.0) -> Training:
    at = np.arange(months)
    shocks = np.random.default_rng(4).standard_normal(months) * noise
    people = np.log(1000 + growth * np.arange(months + ahead))
    return Training(2.0 + people[:months] + SEASON[at % 12] + shocks, people, 0)


def test_a_slip_of_ten_times_and_a_zero_are_found_and_a_gap_is_not() -> None:
    values = np.full(30, 100.0)
    values[[3, 10, 20]] = [1000.0, np.nan, 0.0]
    assert jumps(values) == [3, 20]
    assert jumps(np.full(30, 100.0) * np.linspace(1, 3, 30)) == []


def test_a_month_is_held_against_the_median_of_the_months_around_it_and_not_against_itself() -> None:
    """At the ends there are fewer months around; missing ones do not count; alone a month is no jump."""
    assert jumps(np.array([1000.0, np.nan, 90.0, 110.0])) == [0]
    assert jumps(np.array([np.nan, 5.0, np.nan])) == []
    assert jumps(np.array([0.0, 100.0, 100.0])) == [0]
    far = np.full(60, 100.0)
    far[30:] = 5000.0
    # Twelve months at 100 and twelve at 5,000 around the last of the low ones: 2,550 is usual there.
    assert jumps(far) == [29]


def test_people_of_a_month_lie_between_mid_years() -> None:
    people = monthly_people(np.array([2021, 2022]), np.array([100.0, 110.0]), 2021, 6, 12)
    assert 100 < people[0] < people[-1] < 110
    before = monthly_people(np.array([2021, 2022]), np.array([100.0, 110.0]), 2020, 6, 12)
    assert before[:11] == pytest.approx(100.0)
    with pytest.raises(ValueError, match="mid-2022"):
        monthly_people(np.array([2021, 2022]), np.array([100.0, 110.0]), 2022, 0, 12)


def test_a_planned_change_is_complete_in_its_last_month() -> None:
    assert planned_change(12, 13, -10, np.arange(10, 16)).round(3).tolist() == [1, 1, 0.95, 0.9, 0.9, 0.9]


def test_counts_of_one_to_seven_are_suppressed() -> None:
    assert suppressed(np.array([0.0, 1, 7, 8]), 1, 7).tolist() == [False, True, True, False]


def test_seasonal_naive_repeats_the_latest_clean_year() -> None:
    training = series(36)
    training.logs[30] = np.nan
    assert candidates.seasonal_naive(training).base[6] == pytest.approx(training.logs[18])
    assert candidates.seasonal_naive(training).base[5] == pytest.approx(training.logs[29])


def test_every_candidate_follows_a_plain_season_and_growth_in_people_through_a_gap() -> None:
    training = series(48, growth=2.0, noise=0.004)
    training.logs[20:26] = np.nan
    truth = 2.0 + training.log_people[48:] + SEASON
    made = forecasts(training, fits(training))
    assert set(made) == {*CANDIDATES, COMBINATION}
    for name in ("ets", "prophet", LOCAL_LEVEL, COMBINATION):
        assert np.abs(made[name] - truth).mean() < 0.03, name


def test_a_gap_is_filled_on_the_trend_with_its_season() -> None:
    at = np.arange(60)
    truth = 3.0 + 0.02 * at + SEASON[at % 12]
    known = truth.copy()
    known[[0, *range(27, 32), 40]] = np.nan
    assert candidates.filled(known, at % 12)[1:] == pytest.approx(truth[1:], abs=0.02)
    assert candidates.filled(known, at % 12)[41:] == pytest.approx(truth[41:], abs=1e-12)


def test_a_trend_is_carried_on_and_dies_away() -> None:
    plain = series(60, ahead=36, noise=0.004)
    rising = Training(plain.logs + 0.01 * np.arange(60), plain.log_people, plain.first_month)
    trend = candidates.ets(rising).base - np.tile(SEASON, 3)
    in_first_year, in_last_year = trend[11] - trend[0], trend[35] - trend[24]
    assert in_first_year > 0.05
    assert 0 <= in_last_year < 0.95 * in_first_year


def test_prophet_follows_a_trend_to_the_last_month_and_stays_there() -> None:
    plain = series(48, ahead=24)
    rising = Training(plain.logs + 0.01 * np.arange(48), plain.log_people, plain.first_month)
    trend = candidates.prophet(rising).base - SEASON[np.arange(48, 72) % 12]
    assert trend == pytest.approx(trend[0], abs=0.01)
    assert trend[0] == pytest.approx(rising.logs[-12:].mean() + 0.055, abs=0.02)


def test_fits_are_the_same_every_time_alone_or_in_processes_of_their_own() -> None:
    trainings = [series(26 + months, noise=0.02) for months in range(6)]
    alone = fit_all(trainings, workers=1)
    together = fit_all(trainings, workers=2)
    for one, other in zip(alone, together, strict=True):
        for name in one:
            assert np.allclose(one[name].base, other[name].base, atol=2e-6), name
            assert one[name].elasticity == pytest.approx(other[name].elasticity, abs=2e-5), name


def test_people_of_the_months_ahead_move_forecasts_and_no_fit() -> None:
    training = series(48, growth=2.0, noise=0.004)
    more = training.log_people.copy()
    more[48:] += np.linspace(0.0, 0.05, len(more) - 48)
    other = Training(training.logs, more, training.first_month)
    before, after = fits(training), fits(other)
    for name in CANDIDATES:
        assert np.array_equal(before[name].base, after[name].base), name
        assert before[name].elasticity == after[name].elasticity, name
    moved = forecasts(other, after)["ets"] - forecasts(training, before)["ets"]
    assert np.allclose(moved, more[48:] - training.log_people[48:], atol=2e-6)
    assert (forecasts(other, after)["seasonal_naive"] == forecasts(training, before)["seasonal_naive"]).all()


def test_eight_origins_or_more_wherever_31_clean_months_exist() -> None:
    assert len(origins(np.ones(31, dtype=bool), 12, 12, 14)) == 8
    assert len(origins(np.ones(120, dtype=bool), 13, 12, 14)) == 14
    assert origins(np.ones(23, dtype=bool), 13, 12, 14) == []


def test_no_origin_stands_right_after_months_that_are_not_clean() -> None:
    clean = np.ones(80, dtype=bool)
    clean[30:44] = False
    found = origins(clean, 13, 12, 80)
    assert not [at for at in found if 22 <= at <= 52]


def trial(errors: np.ndarray, worse: float = 3.0) -> Trial:
    count = len(errors)
    by_method = {**dict.fromkeys((*CANDIDATES, COMBINATION), errors * worse), LOCAL_LEVEL: errors}
    filled = np.full(errors.shape, 100.0)
    return Trial(np.arange(count) + 100, by_method, filled, np.full(errors.shape, 0.03))


def test_a_method_is_chosen_by_what_was_known_and_not_by_what_came_later() -> None:
    late = np.full((20, 12), 0.01)
    late[8:] = 9.0
    chosen = with_selection(trial(late, worse=0.5), 0.4).errors[SELECTED]
    whole = with_selection(trial(np.full((20, 12), 0.01), worse=0.5), 0.4).errors[SELECTED]
    assert np.array_equal(chosen[:8], whole[:8])


def test_the_local_level_stands_until_another_method_wins_by_the_margin() -> None:
    assert choice({"ets": 0.65, LOCAL_LEVEL: 1.0}, 0.4) == LOCAL_LEVEL
    assert choice({"ets": 0.55, LOCAL_LEVEL: 1.0}, 0.4) == "ets"
    chosen = with_selection(trial(np.full((20, 12), 0.02), worse=0.5), 0.4).errors[SELECTED]
    assert chosen[0, 0] == 0.02
    assert chosen[-1, 0] == 0.01


def test_the_value_that_holds_eight_of_ten_is_the_rank_of_a_new_score() -> None:
    scores = np.append(np.arange(1.0, 10.0), np.nan)
    assert holds(scores, 0.8) == 8
    assert holds(scores, 0.95) == 9
    assert holds(np.arange(1.0, 100.0), 0.95) == 95


def test_an_interval_is_the_spread_times_the_ratio_of_its_months_ahead() -> None:
    ratios = Ratios(np.array([1, 4, 7]), np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0]))
    half, wide = ratios.widths(np.full((2, 14), 0.1))
    assert half[0].round(3).tolist() == [0.1] * 3 + [0.2] * 3 + [0.3] * 8
    assert np.array_equal(wide, 2 * half)
    ends = interval(np.zeros(14), half[0], wide[0], np.full(14, 50.0))
    assert ends["p90"] == pytest.approx(50 * np.exp(half[0]))
    assert ends["p2_5"] == pytest.approx(50 * np.exp(-wide[0]))
    assert ends["mean"] == pytest.approx(50 * np.exp((half[0] / 1.2815515655) ** 2 / 2))


def noisy(months: int, noise: float, wander: float, seed: int = 7) -> Training:
    random = np.random.default_rng(seed)
    level = np.cumsum(wander * random.standard_normal(months))
    logs = 3.0 + level + SEASON[np.arange(months) % 12] + noise * random.standard_normal(months)
    return Training(logs, np.zeros(months + 12), 0)


def test_the_spread_goes_with_the_noise_of_a_series_and_with_how_fast_it_wanders() -> None:
    calm, rough = spread(noisy(72, 0.005, 0.0)), spread(noisy(72, 0.1, 0.0))
    assert rough[0] > 3 * calm[0]
    steady, wandering = spread(noisy(72, 0.03, 0.0)), spread(noisy(72, 0.03, 0.05))
    assert wandering[11] / wandering[0] > 1.3 * steady[11] / steady[0]
    assert (np.diff(wandering) > -1e-3).all()


def test_the_spread_narrows_within_a_year_of_calm_and_not_at_once() -> None:
    """Two years at 8 % noise and one at 1 %: the last twelve errors decide, beside the usual noise."""
    rough, calm = noisy(36, 0.08, 0.0), noisy(36, 0.01, 0.0)
    later = Training(np.append(rough.logs[:24], calm.logs[24:]), rough.log_people, 0)
    assert spread(later)[0] < 0.7 * spread(rough)[0]
    earlier = Training(later.logs[:26], later.log_people[:38], 0)
    assert spread(earlier)[0] > 0.8 * spread(Training(rough.logs[:26], rough.log_people[:38], 0))[0]


def test_a_level_that_jumps_is_followed_and_noise_is_not() -> None:
    jumped = noisy(60, 0.01, 0.0)
    jumped.logs[48:] += 0.3
    base = local_level(jumped).base - SEASON
    assert base.mean() == pytest.approx(3.3, abs=0.03)
    odd = noisy(60, 0.01, 0.0)
    odd.logs[-1] += 0.3
    assert (local_level(odd).base - SEASON).mean() == pytest.approx(3.0, abs=0.12)


def test_a_series_that_wanders_follows_its_last_month_further_than_one_that_stays() -> None:
    """The same last month, a tenth above: followed the more, the likelier it is that levels last."""
    followed = []
    for noise, wander in ((0.04, 0.0), (0.01, 0.06)):
        plain = noisy(96, noise, wander)
        raised = Training(np.append(plain.logs[:-1], plain.logs[-1] + 0.1), plain.log_people, 0)
        followed.append((local_level(raised).base - local_level(plain).base).mean() / 0.1)
    assert followed[0] < 0.25
    assert followed[1] > 0.5


def test_the_local_level_by_hand_for_one_month_and_for_none() -> None:
    """One month known: the level is that month, and the spread the usual noise of what is not known."""
    found = foretold(np.array([2.0]), np.arange(3) % 12)
    assert found.mean.tolist() == [2.0, 2.0]
    speed = np.array(SPEEDS)
    known = 25 + 11 / 12 + 1
    shared = 25 - 1 / 12
    own = 25 + speed + 11 / 12 + 1 - shared**2 / known
    assert found.deviation[0] == pytest.approx(USUAL_NOISE * np.sqrt(own.mean()))
    with pytest.raises(ValueError, match="no clean month"):
        foretold(np.array([np.nan]), np.arange(3))


def test_measures_by_hand() -> None:
    actual = np.array([[100.0, 200.0]])
    errors = np.log(actual / np.array([[110.0, 190.0]]))
    found = accuracy(actual, errors, np.full((1, 2), 0.08), np.full((1, 2), 0.2), 20.0)
    assert found.mase == pytest.approx(0.5)
    assert found.wape == pytest.approx(20 / 300)
    assert found.bias == pytest.approx(0, abs=1e-12)
    assert found.coverage_80 == 0.5
    assert found.coverage_95 == 1
    assert winkler(np.array([12.0]), np.array([8.0]), np.array([10.0]), 0.8).tolist() == pytest.approx([22.0])
    assert seasonal_scale(np.concatenate([np.full(12, 10.0), np.full(12, 13.0)])) == 3


def test_a_short_series_is_held_near_the_level_of_its_months() -> None:
    turns = np.resize([0.02, -0.02], 7)
    found = local_level(Training(1.5 + turns, np.zeros(31), 0)).base
    assert found == pytest.approx(1.5, abs=0.02)
