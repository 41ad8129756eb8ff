"""What a whole-time equivalent costs an employer in a year, and what bank and agency staff cost beside it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray


def with_on_costs(
    pay_gbp: float | FloatArray,
    pension_percent: float,
    insurance_percent: float,
    insurance_from_gbp: float,
    levy_percent: float,
) -> FloatArray:
    """Pay a year with the employer's pension, National Insurance above its threshold, and levy."""
    insured = np.maximum(np.asarray(pay_gbp) - insurance_from_gbp, 0.0)
    return np.asarray(
        pay_gbp * (1 + (pension_percent + levy_percent) / 100) + insured * insurance_percent / 100
    )


def pay_bill(
    substantive: FloatArray,
    bank: FloatArray,
    agency: FloatArray,
    cost_gbp: FloatArray,
    premium_percent: float,
) -> FloatArray:
    """GBP a year of staff in post, bank and agency (WTE): an agency's costs `premium_percent` more."""
    return np.asarray((substantive + bank + agency * (1 + premium_percent / 100)) * cost_gbp)


def affordable_wte(budget_gbp: float, posts: FloatArray, cost_gbp: FloatArray) -> float:
    """WTE that a budget pays at the mean cost of the posts (group,); NaN where a cost is not known."""
    if np.isnan(cost_gbp).any() or posts.sum() <= 0:
        return float("nan")
    return float(budget_gbp * posts.sum() / (posts * cost_gbp).sum())


def unpriced_scales(lowest: FloatArray, highest: FloatArray, whole: FloatArray) -> NDArray[np.bool_]:
    """Where neither a whole cost nor a scale that rises from its lowest to its highest point is given."""
    return np.isnan(whole) & ~(lowest <= highest)
