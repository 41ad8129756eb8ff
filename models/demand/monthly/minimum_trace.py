"""Forecasts of parts and of their whole made to add up, each moved the less the surer it is.

Minimum trace reconciliation of Wickramasuriya, Athanasopoulos and Hyndman, Journal of the American
Statistical Association 114 (2019), for one sum. How forecasts are made, and what parts a whole has, is not
decided here.
"""

from __future__ import annotations

import numpy as np

from models.arrays import FloatArray

_FEWEST = 12
"""Months in common below which errors are taken to be independent of each other."""


def shrunk_correlation(errors: FloatArray) -> FloatArray:
    """Correlation (node, node) of errors (month, node) about zero, shrunk to none as far as it is chance.

    Schäfer and Strimmer, Statistical Applications in Genetics and Molecular Biology 4 (2005): the share
    shrunk is the sampling variance of the correlations over their squares. Rows with a nan are left out.
    """
    whole = errors[np.isfinite(errors).all(axis=1)]
    months, nodes = whole.shape
    if months < _FEWEST:
        return np.eye(nodes)
    scaled = whole / np.sqrt((whole**2).mean(axis=0))
    products = scaled[:, :, None] * scaled[:, None, :]
    correlation = products.mean(axis=0)
    between = ~np.eye(nodes, dtype=bool)
    chance = products.var(axis=0, ddof=1)[between].sum() / months
    shrunk = min(1.0, chance / max((correlation[between] ** 2).sum(), np.finfo(float).tiny))
    return np.where(between, (1 - shrunk) * correlation, 1.0)


def added_up(forecasts: FloatArray, deviations: FloatArray, correlation: FloatArray) -> FloatArray:
    """Forecasts (node, month) of which the last is the sum of the others, from ones that do not add up.

    `deviations` (node, month) are the standard deviations of their errors in the same unit. With W their
    covariance and c = (1, …, 1, −1): y − W c (cᵀ W c)⁻¹ cᵀ y.
    """
    over = np.append(np.ones(len(forecasts) - 1), -1.0)
    covered = np.einsum("im,ij,jm,j->im", deviations, correlation, deviations, over)
    gap = over @ forecasts
    return forecasts - covered * gap / (over @ covered)
