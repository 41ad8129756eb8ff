"""The plan in every draw: how likely it leaves no gap, and how much it leaves or has too many of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from assets.inputs.assumptions import Assumptions
from assets.workforce.staff_draws import WITH_HOSPITALS
from assets.workforce.workforce_inputs import Group
from assets.workforce.workforce_levers import SIZES, LeverEffects
from models.arrays import FloatArray
from models.uncertainty.ensemble import summarise
from models.workforce.closing_plan import share_closed


def with_chances(
    left: pd.DataFrame,
    plan: pd.DataFrame,
    known: Assumptions,
    effects: Sequence[LeverEffects],
    gaps: Mapping[Group, FloatArray],
) -> pd.DataFrame:
    """The rows of `workforce_plan_gaps` with what the plan leaves of the gap in the draws, lever by lever.

    `gaps` (year, draw) of the system's groups, draw 0 the principal run.
    """
    at = [int(year) for year in effects[0].years].index(int(left["year"].iloc[0]))
    after = {group: gap[at].copy() for group, gap in gaps.items()}
    keys = zip(plan["lever"], plan["sector"], plan["staff_group"], strict=True)
    amounts = dict(zip(keys, plan["amount"], strict=True))
    for each in effects:
        for row, ((area, sector, group), lever) in enumerate(zip(each.units, each.levers, strict=True)):
            if area == each.system:
                used = float(amounts[lever, sector, group]) / known.value(SIZES[lever])
                after[sector, group] -= each.values[row, :, at] * used
    after[WITH_HOSPITALS] = np.asarray(sum(after.values()))
    draws = np.stack(
        [after[sector, group] for sector, group in zip(left["sector"], left["staff_group"], strict=True)]
    )
    summary = summarise(draws, axis=-1)
    return left.assign(
        probability_closed=share_closed(draws),
        left_p10=summary.p10,
        left_p50=summary.p50,
        left_p90=summary.p90,
    )
