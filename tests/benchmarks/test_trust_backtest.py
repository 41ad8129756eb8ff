"""The backtest on England's trusts: the list drawn, what is known at an origin, ratios and scores."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from assets.demand.monthly.activity_forecast import EVERY, METHODS, Series
from assets.demand.monthly.monthly_series import BEDS
from assets.inputs.assumptions import Assumptions
from benchmarks.monthly.english_trusts import CHOSEN_ON, DATA, DRAWN, LIST, SCORED_ON, drawn
from benchmarks.monthly.trust_backtest import RATIOS, RESULTS, ratios, scores
from benchmarks.monthly.trust_series import MEASURES, TrustSeries, series_of
from models.demand.monthly.monthly_candidates import Training
from models.demand.monthly.rolling_origin import SELECTED, Trial


def test_the_list_is_what_the_seed_draws() -> None:
    listed = pd.read_csv(LIST)
    assert drawn().equals(listed)
    assert listed["trust"].is_unique
    assert (listed["half"] == CHOSEN_ON).sum() == DRAWN


def test_series_leave_the_pandemic_out_and_sum_trusts_that_merged() -> None:
    found = series_of(["RC9"], Assumptions(pd.read_csv(DATA / "assumptions.csv")))
    luton = found["RC9", "ae_attendances"]
    by_month = pd.Series(luton.values, luton.months.astype(str))
    assert by_month["2019-04"] == 7293 + 12258
    assert by_month["2020-03":"2021-03"].isna().all()
    assert np.isnan(by_month["2022-04"])
    assert by_month.notna().sum() == 86 - 14
    beds = found["RC9", BEDS]
    assert str(beds.months[-1]) == "2025-08"
    assert not beds.training.log_people.any()
    assert len(luton.origins) == 10


def test_nothing_after_an_origin_is_known_there() -> None:
    people = np.linspace(0.0, 0.5, 60)
    later = np.where(np.arange(60) < 40, people, 9.0)
    logs = np.where(np.arange(60) < 40, 1.0, 9.0)
    months = pd.period_range("2019-04", periods=60, freq="M")
    one, other = (
        TrustSeries(Training(values, log_people, 3), months, values, np.ones(60), [40])
        for values, log_people in ((np.ones(60), people), (logs, later))
    )
    before, after = one.until(40, 12), other.until(40, 12)
    assert np.array_equal(before.logs, after.logs)
    assert np.array_equal(before.log_people, after.log_people)
    # The year before went up by twelve steps of 0.5/59, and so does the year ahead.
    assert before.log_people[-1] - before.log_people[39] == pytest.approx(12 * 0.5 / 59, abs=1e-4)


def made_up() -> tuple[dict[tuple[str, str], Series], dict[tuple[str, str], Trial]]:
    random = np.random.default_rng(2)
    months = pd.period_range("2019-04", periods=60, freq="M")
    series: dict[tuple[str, str], Series] = {}
    trials = {}
    for trust in ("R1", "R2"):
        for measure in MEASURES:
            values = 100 + random.standard_normal(60)
            series[trust, measure] = Series(
                Training(np.log(values), np.zeros(60), 3), months, values, np.ones(60), [20] * 100
            )
            errors = 0.1 * random.standard_normal((100, 12)) * np.repeat([1.0, 2.0, 3.0], [3, 3, 6])
            methods = dict.fromkeys((*METHODS, SELECTED), errors)
            spread, shown = np.full((100, 12), 0.1), np.full((100, 12), 100.0)
            trials[trust, measure] = Trial(np.arange(100), methods, shown, spread)
    return series, trials


def test_ratios_hold_eight_of_ten_by_measure_and_months_ahead_and_scores_say_so() -> None:
    series, trials = made_up()
    table = ratios(trials)
    wide = table.set_index(["measure", "first_month"])
    assert set(table["measure"]) == {*MEASURES, EVERY}
    for first, normal in ((1, 1.28), (4, 2.56), (7, 3.84)):
        assert wide.loc[(EVERY, first), "ratio_80"] == pytest.approx(normal, rel=0.06)
    assert (table["ratio_95"] > table["ratio_80"]).all()
    assert set(table["trusts"]) == {2}
    scored = scores(series, trials, table, CHOSEN_ON).set_index(["measure", "model", "horizon"])
    for horizon in ("1-3 months", "4-6 months", "7-12 months", "1-12 months"):
        assert scored.loc[(BEDS, SELECTED, horizon), "coverage_80"] == pytest.approx(0.8, abs=0.003)
    assert scored.loc[(EVERY, SELECTED, "1-3 months"), "series"] == 6
    assert scored.loc[(EVERY, SELECTED, "1-12 months"), "over_ets"] == pytest.approx(1.0)


def test_the_scores_on_file_are_of_both_halves_and_of_the_ratios_that_ship() -> None:
    listed, table = pd.read_csv(LIST)["half"].value_counts(), pd.read_csv(RESULTS)
    whole = table[(table["measure"] == BEDS) & (table["horizon"] == "1-12 months")].set_index(
        ["half", "model"]
    )
    for half in (CHOSEN_ON, SCORED_ON):
        assert whole.loc[(half, SELECTED), "series"] == listed[half]
    # What the ratios were measured on, they hold.
    chosen = table[(table["half"] == CHOSEN_ON) & (table["model"] == SELECTED)]
    assert chosen["coverage_80"].to_numpy() == pytest.approx(0.8, abs=0.005)
    assert set(pd.read_csv(RATIOS)["trusts"]) == {DRAWN}
