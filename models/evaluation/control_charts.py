"""Actuals against what was expected of them: XmR charts with NHS England's four rules, and intervals kept.

XmR: individual values with limits from their own moving range. Limits and rules are those of
NHSRplotthedots 0.2.2, the programme's published code (`ptd_spc_standard`, `ptd_calculate_point_type`;
outliers not screened, as in its Excel tool): limits at mean ± 2.66 × mean moving range; special cause is
(1) a point outside the limits, (2) seven or more points in succession on one side of the mean, (3) seven
or more points in succession rising or falling, (4) two of three points in succession beyond two thirds of
the way to a limit, all three on its side of the mean. The Excel tool lets its user take six points for
(2) and (3) instead (the package's issue 202); seven is the code's own and gives fewer false alarms.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from models.arrays import FloatArray

REACH = 2.66
"""Mean moving ranges from the mean to a limit: three sigma, a moving range of two being 1.128 of them."""
CLOSE_TO_LIMIT = 2.0 / 3.0
RUN, TREND, NEAR, NEAR_OF = 7, 7, 2, 3

NO_SIGNAL = "none"
OUTSIDE, SHIFT, DRIFT, CLOSE = "outside_limits", "run_one_side", "trend", "two_of_three_near_limit"
SIGNALS = (NO_SIGNAL, OUTSIDE, SHIFT, DRIFT, CLOSE)
"""What a point may show; one that shows several is said to show the first of them after none."""


class Limits(NamedTuple):
    """Lower natural process limit, mean, upper natural process limit."""

    lower: float
    centre: float
    upper: float


def process_limits(values: ArrayLike) -> Limits:
    """Limits of a series in order; nan values are months left out and make no moving range.

    Raises ValueError with fewer than two values in succession: there is no moving range.
    """
    series = np.asarray(values, dtype=np.float64)
    ranges = np.abs(np.diff(series))
    ranges = ranges[~np.isnan(ranges)]
    if not len(ranges):
        raise ValueError("no two values in succession: a series without a moving range has no limits")
    centre = float(np.nanmean(series))
    reach = REACH * float(ranges.mean())
    return Limits(centre - reach, centre, centre + reach)


def signals(values: ArrayLike, limits: Limits) -> list[str]:
    """Which rule each point of a series meets, as one of SIGNALS; nan values meet none and break no run.

    All points of a run or a trend carry its signal, as the published charts colour them.
    """
    series = np.asarray(values, dtype=np.float64)
    at = np.flatnonzero(~np.isnan(series))
    known = series[at]
    side = np.sign(known - limits.centre)
    third = (limits.upper - limits.centre) * CLOSE_TO_LIMIT
    found = np.full(len(known), NO_SIGNAL, dtype=object)
    near_above = (known > limits.centre + third) & (known <= limits.upper)
    near_below = (known < limits.centre - third) & (known >= limits.lower)
    for near, of_side in ((near_above, side > 0), (near_below, side < 0)):
        for first in range(len(known) - NEAR_OF + 1):
            window = slice(first, first + NEAR_OF)
            if near[window].sum() >= NEAR and of_side[window].all():
                found[window][near[window]] = CLOSE
    step = np.sign(np.diff(known))
    for first, last in _stretches(step, TREND - 1):
        found[first : last + 2] = DRIFT
    for first, last in _stretches(side, RUN):
        found[first : last + 1] = SHIFT
    found[(known > limits.upper) | (known < limits.lower)] = OUTSIDE
    every = np.full(len(series), NO_SIGNAL, dtype=object)
    every[at] = found
    return [str(signal) for signal in every]


class ChartPart(NamedTuple):
    """Months of a chart from `first` to before `after`; `limits` is None where too few are known."""

    first: int
    after: int
    limits: Limits | None
    signals: list[str]


def parts_of_chart(values: ArrayLike, steps: Sequence[int], fewest: int) -> list[ChartPart]:
    """A chart split where its level is known to have stepped: each part with its own limits and signals.

    `steps` are the positions of first months of a new level; those outside the series change nothing. A
    part of fewer than `fewest` known months has no limits and shows no signal. A chart without a step is
    one part, of which two months are enough.
    """
    series = np.asarray(values, dtype=np.float64)
    edges = [0, *sorted({step for step in steps if 0 < step < len(series)}), len(series)]
    found = []
    for first, after in pairwise(edges):
        part = series[first:after]
        wanted = fewest if len(edges) > 2 else 2
        ranges = np.isfinite(np.diff(part)).any()
        enough = ranges and np.count_nonzero(np.isfinite(part)) >= wanted
        limits = process_limits(part) if enough else None
        shown = signals(part, limits) if limits else [NO_SIGNAL] * len(part)
        found.append(ChartPart(first, after, limits, shown))
    return found


def _stretches(signs: FloatArray, at_least: int) -> list[tuple[int, int]]:
    """First and last index of every stretch of one sign, zero apart, that is long enough."""
    found = []
    first = 0
    for index in range(1, len(signs) + 1):
        if index == len(signs) or signs[index] != signs[first]:
            if signs[first] != 0 and index - first >= at_least:
                found.append((first, index - 1))
            first = index
    return found


def inside(actual: ArrayLike, low: ArrayLike, high: ArrayLike) -> FloatArray:
    """1 where the actual lies within the interval, 0 where it does not, nan where there is none."""
    values, lower, upper = (np.asarray(each, dtype=np.float64) for each in (actual, low, high))
    unknown = np.isnan(values) | np.isnan(lower) | np.isnan(upper)
    return np.where(unknown, np.nan, ((values >= lower) & (values <= upper)).astype(np.float64))


def forecasts_of_trials(
    actual: ArrayLike, errors: ArrayLike, half_widths: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Forecast and ends of its interval; error (actual less forecast) and half width are in logs."""
    recorded, error, half = (np.asarray(each, dtype=np.float64) for each in (actual, errors, half_widths))
    forecast = recorded * np.exp(-error)
    return forecast, forecast * np.exp(-half), forecast * np.exp(half)


def percent_of_forecast(actual: ArrayLike, forecast: ArrayLike) -> FloatArray:
    """How far the actual stands above the forecast, in percent of the forecast."""
    expected = np.asarray(forecast, dtype=np.float64)
    return np.asarray((np.asarray(actual, dtype=np.float64) - expected) / expected * 100.0)
