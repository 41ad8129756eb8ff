"""Forecasts of parts and of their whole made to add up, each moved the less the surer it is.

Minimum trace reconciliation of Wickramasuriya, Athanasopoulos and Hyndman, Journal of the American
Statistical Association 114 (2019), for one sum and with errors taken to be independent: how closely they go
together is too uncertain to be used, and a part could then be moved away from the sum. How forecasts are
made, and what parts a whole has, is not decided here.
"""

from __future__ import annotations

import numpy as np

from models.arrays import FloatArray


def added_up(forecasts: FloatArray, deviations: FloatArray) -> FloatArray:
    """Forecasts (node, month) of which the last is the sum of the others, from ones that do not add up.

    `deviations` (node, month) are the standard deviations of their errors in the same unit. With W the
    diagonal of their squares and c = (1, …, 1, −1): y − W c (cᵀ W c)⁻¹ cᵀ y.
    """
    over = np.append(np.ones(len(forecasts) - 1), -1.0)[:, None]
    variances = deviations**2
    gap = (over * forecasts).sum(axis=0)
    return forecasts - over * variances * gap / variances.sum(axis=0)
