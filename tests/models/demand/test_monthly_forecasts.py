"""Monthly forecasts: cleaning, candidates, honest evaluation."""

from __future__ import annotations

import numpy as np
import pytest

from models.demand import monthly_candidates as candidates
from models.demand.monthly_candidates import CANDIDATES, COMBINATION, Training, fits, forecasts, recent_level
from models.demand.rolling_origin import (
    SELECTED,
    Trial,
    choice,
    fit_all,
    half_width,
    opening,
    origins,
    scores,
    widths,
    with_selection,
)
from models.demand.series_cleaning import jumps, monthly_people, planned_change, suppressed
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
    for name in ("ets", "sarimax", "prophet", COMBINATION):
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


@pytest.mark.parametrize(("months", "carried_on"), [(48, True), (30, False)])
def test_prophet_carries_a_trend_on_from_three_years_of_months_and_not_from_fewer(
    months: int, carried_on: bool
) -> None:
    plain = series(months, ahead=24)
    rising = Training(plain.logs + 0.01 * np.arange(months), plain.log_people, plain.first_month)
    season = SEASON[np.arange(months, months + 24) % 12]
    trend = candidates.prophet(rising).base - season
    assert (trend[-12:].mean() - trend[:12].mean() > 0.05) == carried_on


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


def test_prophet_finds_how_far_use_departs_from_going_with_people() -> None:
    plain = series(72)
    people = plain.log_people + np.where(np.arange(len(plain.log_people)) % 24 < 12, 0.1, 0.0)
    season = plain.logs - plain.log_people[:72]
    one_and_a_half = Training(season + 1.5 * people[:72], people, plain.first_month)
    assert candidates.prophet(one_and_a_half).elasticity == pytest.approx(1.5, abs=0.1)


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
    by_method = dict.fromkeys(CANDIDATES, errors * worse) | {COMBINATION: errors}
    return Trial(np.arange(count) + 100, by_method, np.full(errors.shape, 100.0))


def test_intervals_know_nothing_after_their_origin() -> None:
    errors = np.full((20, 12), 0.01)
    whole = trial(errors)
    late = errors.copy()
    late[8:] = 9.0
    found = widths([trial(late)], trial(late), COMBINATION, 0.8)
    assert np.array_equal(widths([whole], whole, COMBINATION, 0.8)[:9], found[:9], equal_nan=True)
    assert found[19, 0] > found[8, 0]


def test_eighty_means_eighty_on_errors_of_one_kind() -> None:
    inside = []
    for seed in range(12):
        errors = np.random.default_rng(seed).normal(0, 0.03, (40, 12)) * opening(np.arange(1, 13))
        one = trial(errors)
        half = widths([one], one, COMBINATION, 0.8)
        inside.append((np.abs(errors) <= half)[np.isfinite(half)].mean())
    assert np.mean(inside) == pytest.approx(0.8, abs=0.02)


def test_few_errors_give_a_95_percent_interval_as_a_normal_would() -> None:
    pooled = np.linspace(0.01, 0.30, 30)
    assert half_width(pooled, 0.95) / half_width(pooled, 0.8) == pytest.approx(1.529, abs=0.001)
    assert half_width(pooled, 0.8) == pytest.approx(0.25)


def test_the_combination_stands_until_another_method_wins_by_the_margin() -> None:
    assert choice({"ets": 0.95, COMBINATION: 1.0}, 0.1) == COMBINATION
    assert choice({"ets": 0.85, COMBINATION: 1.0}, 0.1) == "ets"
    chosen = with_selection(trial(np.full((20, 12), 0.02), worse=0.5), 0.1).errors[SELECTED]
    assert chosen[0, 0] == 0.02
    assert chosen[-1, 0] == 0.01


def test_scores_of_missing_months_do_not_count() -> None:
    errors = np.full((2, 12), 0.1)
    errors[0, 0] = np.nan
    assert len(scores([trial(errors)], COMBINATION)) == 23


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


def test_a_short_series_is_held_level_a_person() -> None:
    training = series(17, noise=0.05)
    level, half, wide = recent_level(training)
    assert np.ptp(level) == 0
    assert (wide > half).all()
    # Twelve months a tenth above and below by turns: their sample standard deviation, at the normal's points.
    turns = np.resize([0.1, -0.1], 17)
    level, half, wide = recent_level(Training(1.5 + turns, np.zeros(29), 0))
    spread = 0.1 * np.sqrt(12 / 11)
    assert level == pytest.approx(1.5)
    assert half == pytest.approx(1.2816 * spread, rel=1e-4)
    assert wide == pytest.approx(1.9600 * spread, rel=1e-4)
