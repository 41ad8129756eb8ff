"""What net additional dwellings did against the requirement of the adopted plans, pooled over places.

The record is short (some ten years a place), so a place's own bias and spread are drawn towards those of all
places together, as far as the record says the places differ. Arrays in, numbers out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEAST_RATIO = 0.1
"""A year in which hardly a home was built, or more were lost, counts so: no logarithm tells nought."""

History = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Net additional dwellings and homes required, year by year from the plan's first to the last recorded."""


@dataclass(frozen=True)
class DeliveryAgainstPlan:
    """How delivery has stood to the plan, for one place.

    `ratio`: homes expected for each home required. `ratio_spread`: standard deviation of its logarithm, since
    a short record leaves it uncertain; it holds through all years of a draw. `annual_spread`: standard
    deviation of the logarithm of one year's factor about it, and `autocorrelation` from one year to the next.
    `ratio_shared` is the part of the ratio's variance that all places share, because the pooled ratio is.
    `own_ratio` and `own_spread` are the place's before pooling, `years` the length of its record.
    """

    ratio: float
    ratio_spread: float
    ratio_shared: float
    annual_spread: float
    autocorrelation: float
    own_ratio: float
    own_spread: float
    years: int


def calibrate(histories: Mapping[str, History], pooling_years: float) -> dict[str, DeliveryAgainstPlan]:
    """The calibration of every place in `histories`.

    The spread of one year is the place's own and the pooled one, the pooled weighing as `pooling_years` of
    record. The autocorrelation is pooled, corrected for the short series (Kendall 1954). The bias is all
    places' homes ÷ all homes required, and a place departs from it by its own departure × τ² / (τ² + v), τ²
    the variance between places (DerSimonian and Laird 1986) and v that of the place's mean.

    Raises ValueError where a place has fewer than three years of record.
    """
    names = sorted(histories)
    ratios, logs = {}, {}
    for name in names:
        additions, required = histories[name]
        if len(additions) < 3 or len(additions) != len(required):
            raise ValueError(f"{name}: {len(additions)} recorded years under its plan, at least 3 are needed")
        ratios[name] = max(float(additions.sum() / required.sum()), LEAST_RATIO)
        logs[name] = np.log(np.maximum(additions / required, LEAST_RATIO))
    deviations = {name: values - values.mean() for name, values in logs.items()}
    freedom = sum(len(values) - 1 for values in deviations.values())
    pooled_variance = sum(float(values @ values) for values in deviations.values()) / freedom
    autocorrelation = _pooled_autocorrelation(list(deviations.values()))

    spread, mean_variance = {}, {}
    longer = (1 + autocorrelation) / (1 - autocorrelation)
    for name in names:
        own = deviations[name]
        variance = (pooling_years * pooled_variance + float(own @ own)) / (pooling_years + len(own) - 1)
        spread[name] = float(np.sqrt(variance))
        mean_variance[name] = ratios[name] ** 2 * variance / len(own) * longer
    total_required = sum(float(histories[name][1].sum()) for name in names)
    share = {name: float(histories[name][1].sum()) / total_required for name in names}
    pooled_ratio = sum(share[name] * ratios[name] for name in names)
    pooled_ratio_variance = sum(share[name] ** 2 * mean_variance[name] for name in names)
    between = _between_variance([ratios[name] for name in names], [mean_variance[name] for name in names])

    result = {}
    for name in names:
        own_weight = between / (between + mean_variance[name])
        ratio = pooled_ratio + own_weight * (ratios[name] - pooled_ratio)
        common = (1 - own_weight) ** 2 * pooled_ratio_variance
        variance = own_weight * mean_variance[name] + common
        result[name] = DeliveryAgainstPlan(
            ratio=ratio,
            ratio_spread=float(np.sqrt(variance)) / ratio,
            ratio_shared=common / variance if variance > 0 else 0.0,
            annual_spread=spread[name],
            autocorrelation=autocorrelation,
            own_ratio=ratios[name],
            own_spread=float(logs[name].std(ddof=1)),
            years=len(logs[name]),
        )
    return result


def _pooled_autocorrelation(series: list[NDArray[np.float64]]) -> float:
    """Lag-one autocorrelation of all series together, corrected for their length, kept within 0 and 0.9."""
    squares = sum(float(values @ values) for values in series)
    if squares == 0:
        return 0.0
    raw = sum(float(values[1:] @ values[:-1]) for values in series) / squares
    length = sum(len(values) for values in series) / len(series)
    return float(np.clip(raw + (1 + 3 * raw) / length, 0.0, 0.9))


def _between_variance(means: list[float], variances: list[float]) -> float:
    """Variance between places of their true ratios: DerSimonian and Laird's moment estimate, 0 at least."""
    if len(means) < 2 or min(variances) == 0:
        return 0.0
    weights = 1 / np.array(variances)
    values = np.array(means)
    centre = float(weights @ values / weights.sum())
    heterogeneity = float(weights @ (values - centre) ** 2)
    scale = weights.sum() - float(weights @ weights) / weights.sum()
    return max(0.0, (heterogeneity - (len(means) - 1)) / float(scale))
