"""Homes of a plan for one council: its yearly rate, and its part of a plan it shares with others."""

from __future__ import annotations

import numpy as np

from models.arrays import FloatArray


def share_by_stock(homes: float, own_stock: float, stocks: FloatArray) -> float:
    """A council's homes of a joint plan by its dwellings among those of all its councils (council,).

    Raises ValueError where there are no dwellings.
    """
    if stocks.sum() <= 0:
        raise ValueError("councils without dwellings share no plan")
    return homes * own_stock / float(stocks.sum())


def rates_together(homes: FloatArray, years: FloatArray) -> float:
    """Homes a year of several plans (plan,) that hold side by side, each over its own years."""
    return float(np.sum(homes / years))
