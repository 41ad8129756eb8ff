"""Rolling-origin evaluation of monthly forecasts: origins, fits, errors, intervals, choice of method.

Nothing is judged by what was not yet known: at an origin, methods are chosen by errors of months up to it,
and intervals rest on the series' own last errors and on how far errors of other trusts went over their
spread. Logs throughout, so that errors are shares of the level.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from models.arrays import BoolArray, FloatArray, IntArray
from models.demand.monthly.monthly_candidates import LOCAL_LEVEL, Fit, Training, fits
from models.ending_with_parent import end_with_parent
from models.uncertainty.ensemble import NORMAL_P90

MONTHS = 12
FEWEST_SCORES = 30
"""Errors known before a method is chosen by them."""
SELECTED = "selected"
LEVEL_80, LEVEL_95 = 0.80, 0.95
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
    `actual` (origin, step) in the series' own unit. `spread` (origin, step) is the standard deviation of
    errors that was expected at the origin.
    """

    origin_month: IntArray
    errors: dict[str, FloatArray]
    actual: FloatArray
    spread: FloatArray

    @property
    def target_month(self) -> IntArray:
        """Number of the month forecast (origin, step)."""
        return self.origin_month[:, None] + 1 + np.arange(self.actual.shape[1])


def with_selection(trial: Trial, margin: float) -> Trial:
    """The trial with the method chosen at each origin by what was known then beside the candidates.

    Judged by errors of months up to the origin; the local level until enough are known.
    """
    chosen = np.empty_like(trial.actual)
    for row, month in enumerate(trial.origin_month):
        known = trial.target_month <= month
        method = LOCAL_LEVEL
        if known.sum() >= FEWEST_SCORES:
            errors = {name: float(np.nanmean(np.abs(e[known]))) for name, e in trial.errors.items()}
            method = choice(errors, margin)
        chosen[row] = trial.errors[method][row]
    return replace(trial, errors={**trial.errors, SELECTED: chosen})


def choice(errors: dict[str, float], margin: float) -> str:
    """The method chosen by mean error: the local level, unless another one is better by the margin.

    The best of many methods on a few origins is mostly luck; a share `margin` of the local level's error is
    what another method has to win by.
    """
    best = min(errors, key=lambda name: errors[name])
    return best if errors[best] < (1 - margin) * errors[LOCAL_LEVEL] else LOCAL_LEVEL


@dataclass(frozen=True)
class Ratios:
    """How far errors go over their spread: half widths that hold 80 and 95 % (group,) of series of a kind.

    A group of months ahead begins with its `first_month` (group,), the last one goes on.
    """

    first_month: IntArray
    ratio_80: FloatArray
    ratio_95: FloatArray

    def widths(self, spread: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Half widths in logs (…, step) of 80 and 95 % from the spread of months ahead (…, step)."""
        group = np.searchsorted(self.first_month, np.arange(1, spread.shape[-1] + 1), side="right") - 1
        return spread * self.ratio_80[group], spread * self.ratio_95[group]


def holds(scores: FloatArray, level: float) -> float:
    """The value that holds `level` of absolute scores (…), nan left out: split conformal prediction.

    The rank is that of a new score among them, (n + 1) × level rounded up.
    """
    known = np.sort(scores[np.isfinite(scores)])
    return float(known[min(int(np.ceil((len(known) + 1) * level)), len(known)) - 1])


def interval(
    logs: FloatArray, half: FloatArray, wide: FloatArray, factor: FloatArray
) -> dict[str, FloatArray]:
    """Mean, median and interval ends (month,) from log forecasts, half widths in logs and a factor.

    The mean of what is spread evenly in logs lies above its median by half the variance.
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
    return {name: np.exp(values) * factor for name, values in ends.items()}
