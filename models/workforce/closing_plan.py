"""Which amounts of which levers close the gaps of staff groups: two linear programmes, one after the other.

The first finds the least that must stay open within the limits. The second finds the cheapest amounts that
leave no more than that open. Effects are those of one lever at a time and are taken to add.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import linprog

from models.arrays import FloatArray

LEAST_FIRST = 100.0
"""GBP by which a lever at its limit counts as dearer than one not used: of equal costs, less is done."""
CLOSE = 1e-6
"""WTE within which an amount is taken to stand at a limit, or a gap to be closed."""


class ClosingPlan(NamedTuple):
    """amounts (option,) of the levers; closed (option, group) WTE; remaining (group,) WTE still missing."""

    amounts: FloatArray
    closed: FloatArray
    remaining: FloatArray


def closing_plan(gaps: FloatArray, effects: FloatArray, limits: FloatArray, costs: FloatArray) -> ClosingPlan:
    """The amounts that close most of `gaps` (group,) WTE, and of those the cheapest.

    `effects` (option, group) are WTE closed by one unit of an option, `limits` (option,) its units at most,
    `costs` (option,) GBP a year of a unit. A group that has more staff than posts needs nothing. Raises
    ValueError where an amount exceeds its limit or what is closed and what remains do not make the gap.
    """
    options, groups = effects.shape
    # amounts, then what remains of each gap: gap − closed ≤ remaining.
    closes = np.hstack([-effects.T, -np.eye(groups)])
    bounds = [(0.0, float(limit)) for limit in limits] + [(0.0, None)] * groups
    open_gaps = np.concatenate([np.zeros(options), np.ones(groups)])
    still_open = float(open_gaps @ _solution(linprog(open_gaps, closes, -gaps, bounds=bounds)))
    cost = np.concatenate([costs + LEAST_FIRST / np.maximum(limits, CLOSE), np.zeros(groups)])
    cheapest = linprog(
        cost, np.vstack([closes, open_gaps]), np.append(-gaps, still_open + CLOSE), bounds=bounds
    )
    amounts = np.clip(_solution(cheapest)[:options], 0.0, limits)
    closed = amounts[:, None] * effects
    remaining = np.maximum(gaps - closed.sum(axis=0), 0.0)
    if not abs(remaining.sum() - still_open) <= 1e-3 + CLOSE * groups:
        raise ValueError(f"the plan leaves {remaining.sum():g} WTE open and not {still_open:g}")
    return ClosingPlan(amounts, closed, remaining)


def _solution(result: Any) -> FloatArray:
    """What a programme found; raises ValueError where it found nothing."""
    if result.status != 0:
        raise ValueError(f"no plan was found: {result.message}")
    return np.asarray(result.x)


def share_closed(left: FloatArray) -> FloatArray:
    """Share of the draws of what is left of gaps (group, draw) that leave none; draw 0 is not counted."""
    return np.asarray((left[:, 1:] <= CLOSE).mean(axis=-1))
