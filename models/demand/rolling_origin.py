"""Rolling-origin evaluation of monthly forecasts: origins, fits, errors, intervals, choice of method.

Nothing is judged by what was not yet known: at an origin, methods are chosen and intervals calibrated on
errors of months up to it. Logs throughout, so that errors are shares of the level.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np

from models.arrays import BoolArray, FloatArray, IntArray
from models.demand.monthly_candidates import COMBINATION, NORMAL_P97_5, Fit, Training, fits
from models.ending_with_parent import end_with_parent
from models.uncertainty.ensemble import NORMAL_P90

MONTHS = 12
FEWEST_SCORES = 30
"""Errors known before an interval is calibrated on them, and before a method is chosen by them."""
SELECTED = "selected"
LEVEL_80, LEVEL_95 = 0.80, 0.95
_NORMAL_95_OVER_80 = NORMAL_P97_5 / NORMAL_P90
_ENOUGH_FOR_95 = 39
_WORTH_A_POOL = 6
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def origins(clean: BoolArray, fewest: int, horizon: int, most: int) -> list[int]:
    """Origins (months of history) at which a forecast is tried, at most `most`, evenly from the last back.

    An origin has at least `fewest` clean months behind it, nine of the last twelve and the last itself among
    them, and at least nine clean months among the `horizon` ahead, all of which lie in the record.
    """
    settled = horizon * 3 // 4
    possible = [
        at
        for at in range(MONTHS, len(clean) - horizon + 1)
        if clean[:at].sum() >= fewest
        and clean[at - 1]
        and clean[at - MONTHS : at].sum() >= min(settled, MONTHS)
        and clean[at : at + horizon].sum() >= settled
    ]
    if len(possible) <= most:
        return possible
    chosen = np.linspace(0, len(possible) - 1, most).round().astype(int)
    return [possible[index] for index in chosen]


def fit_all(trainings: Sequence[Training], workers: int = 2) -> list[dict[str, Fit]]:
    """Fits of every training in order; in processes of their own where there are many.

    Processes start afresh rather than as copies: a copy of a process with threads can hang.
    """
    if workers < 2 or len(trainings) < _WORTH_A_POOL:
        return [fits(training) for training in trainings]
    before = {name: os.environ.get(name) for name in _THREADS}
    # Matrices this small lose by threads, and sums in one order are the same to the bit in every run.
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(workers, mp_context=spawn, initializer=end_with_parent) as pool:
            return list(pool.map(fits, trainings, chunksize=4))
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@dataclass(frozen=True)
class Trial:
    """A series' trials: errors (origin, step) in logs, actual less forecast, by method; nan where not clean.

    `origin_month` (origin,) is the number of the last month known, on a calendar that series share.
    `actual` (origin, step) in the series' own unit.
    """

    origin_month: IntArray
    errors: dict[str, FloatArray]
    actual: FloatArray

    @property
    def target_month(self) -> IntArray:
        """Number of the month forecast (origin, step)."""
        return self.origin_month[:, None] + 1 + np.arange(self.actual.shape[1])


def with_selection(trial: Trial, margin: float) -> Trial:
    """The trial with the method chosen at each origin by what was known then beside the candidates.

    Judged by errors of months up to the origin; the combination until enough are known.
    """
    chosen = np.empty_like(trial.actual)
    for row, month in enumerate(trial.origin_month):
        known = trial.target_month <= month
        method = COMBINATION
        if known.sum() >= FEWEST_SCORES:
            errors = {name: float(np.nanmean(np.abs(e[known]))) for name, e in trial.errors.items()}
            method = choice(errors, margin)
        chosen[row] = trial.errors[method][row]
    return Trial(trial.origin_month, {**trial.errors, SELECTED: chosen}, trial.actual)


def choice(errors: dict[str, float], margin: float) -> str:
    """The method chosen by mean error: the combination, unless a single one is better by the margin.

    The best of many methods on a few origins is partly luck, and the combination is best on average; a share
    `margin` of its error is what a single method has to win by.
    """
    best = min(errors, key=lambda name: errors[name])
    return best if errors[best] < (1 - margin) * errors[COMBINATION] else COMBINATION


OPENING = 0.25
"""How fast intervals open: variance a month ahead over that of a forecast's first error."""


def opening(steps: IntArray, rate: float = OPENING) -> FloatArray:
    """How much wider an interval is so many months ahead: the square root of 1 + `rate` × them."""
    return np.sqrt(1 + steps * rate)


def scores(trials: Sequence[Trial], method: str, rate: float = OPENING) -> FloatArray:
    """Absolute errors of a method brought to one step ahead, pooled."""
    return _scores(trials, method, rate)[0]


def _scores(trials: Sequence[Trial], method: str, rate: float) -> tuple[FloatArray, IntArray]:
    """Scores pooled, and the number of the month that each is of."""
    scaled = np.concatenate(
        [
            (np.abs(trial.errors[method]) / opening(np.arange(1, trial.actual.shape[1] + 1), rate)).ravel()
            for trial in trials
        ]
    )
    known = np.isfinite(scaled)
    return scaled[known], np.concatenate([trial.target_month.ravel() for trial in trials])[known]


def half_width(pooled: FloatArray, level: float) -> float:
    """Half the width in logs, one step ahead, that holds `level` of errors: split conformal prediction.

    The rank is that of a new error among the pooled, (n + 1) × level rounded up. With fewer errors than the
    95 % level needs, it is the 80 % one widened as a normal's would be.
    """
    if level > LEVEL_80 and len(pooled) < _ENOUGH_FOR_95:
        return half_width(pooled, LEVEL_80) * _NORMAL_95_OVER_80
    rank = min(int(np.ceil((len(pooled) + 1) * level)), len(pooled))
    return float(np.sort(pooled)[rank - 1])


def widths(
    trials: Sequence[Trial], trial: Trial, method: str, level: float, rate: float = OPENING
) -> FloatArray:
    """Half widths (origin, step) of a series' intervals, each calibrated on the pool as known at its origin.

    nan at origins with fewer than the fewest scores known.
    """
    steps = opening(np.arange(1, trial.actual.shape[1] + 1), rate)
    found = np.full(trial.actual.shape, np.nan)
    every, of_month = _scores(trials, method, rate)
    for row, month in enumerate(trial.origin_month):
        pooled = every[of_month <= month]
        if len(pooled) >= FEWEST_SCORES:
            found[row] = half_width(pooled, level) * steps
    return found


def interval(
    logs: FloatArray, half: FloatArray, wide: FloatArray, factor: FloatArray
) -> dict[str, FloatArray]:
    """Mean, median and interval ends (month,) from log forecasts, half widths in logs and a factor.

    The mean of what is spread evenly in logs lies above its median by half the variance. Rounded to a tenth.
    """
    variance = (half / NORMAL_P90) ** 2
    ends = {
        "mean": logs + variance / 2,
        "p10": logs - half,
        "p50": logs,
        "p90": logs + half,
        "p2_5": logs - wide,
        "p97_5": logs + wide,
    }
    return {name: np.round(np.exp(values) * factor, 1) for name, values in ends.items()}
