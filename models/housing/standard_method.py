"""Local housing need by the standard method: a share of the stock, more where homes are dear for earnings."""

from __future__ import annotations


def affordability_step(ratio: float, threshold: float, step: float) -> float:
    """What the stock's share is multiplied by: 1 up to the threshold, then `step` for each part above it.

    ratio: median price of a home over median earnings of those who work there, a mean of five years.
    A ratio of 10 against a threshold of 5 and a step of 0.95 gives 1.95.
    """
    return 1.0 + max(ratio - threshold, 0.0) / threshold * step


def local_housing_need(stock: float, share: float, multiplier: float = 1.0) -> float:
    """Homes a year: a share (0.008) of the dwellings times the affordability step."""
    return stock * share * multiplier
