"""How good forecasts were: MASE, WAPE, bias, coverage and Winkler score of tried forecasts.

Measures only; how the trials were made, and which errors an interval may know, is `rolling_origin`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray

MONTHS = 12


@dataclass(frozen=True)
class Accuracy:
    """The measures of one method; nan for coverage and Winkler score where no interval could be judged."""

    mase: float
    wape: float
    bias: float
    coverage_80: float
    coverage_95: float
    winkler_80: float
    origins: int


def seasonal_scale(values: FloatArray) -> float:
    """Mean absolute change from the same month a year before (month,), over clean pairs: MASE's unit.

    Raises ValueError without any such pair.
    """
    changes = np.abs(values[MONTHS:] - values[:-MONTHS])
    if not np.isfinite(changes).any():
        raise ValueError("no month is clean in two years running")
    return float(np.nanmean(changes))


def winkler(actual: FloatArray, low: FloatArray, high: FloatArray, level: float) -> FloatArray:
    """Width of an interval, and 2/(1 − level) times how far outside it the actual value lies (…)."""
    outside = np.maximum(low - actual, 0) + np.maximum(actual - high, 0)
    return high - low + 2 / (1 - level) * outside


def accuracy(
    actual: FloatArray, errors: FloatArray, width_80: FloatArray, width_95: FloatArray, scale: float
) -> Accuracy:
    """Measures over (origin, step): `errors` are logs of actual over forecast, widths half widths in logs.

    `scale` is that of `seasonal_scale`. Entries that are not finite do not count.
    """
    known = np.isfinite(errors) & np.isfinite(actual)
    forecast = actual / np.exp(errors)
    miss = (forecast - actual)[known]
    total = actual[known].sum()
    judged = known & np.isfinite(width_80)
    error, half, wide = errors[judged], width_80[judged], width_95[judged]
    centre = forecast[judged]
    return Accuracy(
        mase=float(np.abs(miss).mean() / scale),
        wape=float(np.abs(miss).sum() / total),
        bias=float(miss.sum() / total),
        coverage_80=_mean(np.abs(error) <= half),
        coverage_95=_mean(np.abs(error) <= wide),
        winkler_80=_mean(winkler(actual[judged], centre * np.exp(-half), centre * np.exp(half), 0.8)),
        origins=int(known.any(axis=1).sum()),
    )


def _mean(values: NDArray[np.bool_] | FloatArray) -> float:
    return float(np.mean(values)) if len(values) else float("nan")


def relative(mase: FloatArray, naive: FloatArray) -> FloatArray:
    """MASE over the seasonal naive's of the same months (…)."""
    return mase / naive
