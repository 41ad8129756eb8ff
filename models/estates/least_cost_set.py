"""The least-cost set of options that closes each area's gaps: one mixed-integer linear programme.

Whole-or-nothing comes in because a building has a smallest size: such an option is semi-continuous. What
options gain adds; where levers of time overlap, what is given for each must be what it gains beside the
others. Areas do not touch one another; all at once they are solved in a tenth of the time of one by one.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_diag

from models.arrays import FloatArray

CLOSE = 1e-6
_CONTINUOUS, _SEMI_CONTINUOUS = 0, 2


def least_cost_set(
    gaps: FloatArray, gains: FloatArray, most: FloatArray, least: FloatArray, costs: FloatArray
) -> FloatArray:
    """Amounts (area, option) that close `gaps` (area, need) at the least cost, as far as the options reach.

    gains: (area, option, need) of a unit, none below 0; most, least: (area, option) units at most, and at
    least where the option is used at all; costs: (area, option) of a unit, none below 0. Where even every
    option at its most leaves a need open, as much of it is closed as can be. Raises ValueError where no set
    is found.
    """
    if (gains < 0).any() or (costs < 0).any() or (least > most + CLOSE).any():
        raise ValueError("options gain and cost at least nothing, and may be as large as their least")
    reach = np.einsum("ao,aon->an", most, gains)
    wanted = np.minimum(np.maximum(gaps, 0.0), reach)
    amounts = np.zeros(most.shape)
    at = np.flatnonzero((wanted > CLOSE).any(axis=-1))
    if not at.size:
        return amounts
    found = milp(
        (costs[at] / max(float(costs[at].max()), CLOSE)).ravel(),
        integrality=np.where(least[at] > 0, _SEMI_CONTINUOUS, _CONTINUOUS).ravel(),
        bounds=Bounds(least[at].ravel(), most[at].ravel()),
        constraints=LinearConstraint(
            block_diag([of_area.T for of_area in gains[at]], format="csr"),
            lb=wanted[at].ravel() * (1 - CLOSE),
        ),
        options={"mip_rel_gap": 0.0},
    )
    if found.status != 0:
        raise ValueError(f"no set of options was found: {found.message}")
    amounts[at] = np.clip(found.x.reshape(len(at), -1), 0.0, most[at])
    return np.where(amounts > CLOSE * np.maximum(most, 1.0), amounts, 0.0)
