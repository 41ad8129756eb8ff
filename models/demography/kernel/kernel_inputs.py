"""An area as the kernel takes it: contiguous arrays, and what its sums need of rates and weights alone.

Households at the year's end are linear in who stays, comes and goes. A resident who stays counts for the
household weight of the next age times the chance of reaching it; a migrant, half of whom come at the
start and half at the end, for the mean of that and the weight of the own age; a woman, besides, for the
weight of the children she will have. The kernel needs the coefficients every year in every draw, and only
mortality and fertility differ between draws, so the rest is multiplied out here, once.
"""

from __future__ import annotations

import numpy as np

from models.arrays import FloatArray
from models.demography.area_inputs import AGES, PATTERN_AGES, AreaInputs
from models.demography.communal import communal_moves
from models.demography.kernel import kernel_layout


def kernel_area(area: AreaInputs, *, housing_led: bool) -> kernel_layout.KernelArea:
    """Pack an area for a housing-led run or, without housing constraint, for a given net migration.

    In the second, what must be met is people, not households: everybody who moves counts one, nobody who
    stays counts.
    """
    flows, households = area.flows, area.households
    weight = households.resident_weight
    dying = 1.0 - area.survivorship
    next_weight = np.concatenate([weight[:, 1:], weight[:, -1:]], axis=1)
    next_dying = np.concatenate([dying[..., 1:], dying[..., -1:]], axis=-1)
    if housing_led:
        stay_plain, stay_dying = next_weight, np.ones((2, AGES))
        move_plain, move_dying = 0.5 * (weight + next_weight), np.full((2, AGES), 0.5)
        newborn_weight = weight[:, 0]
    else:
        stay_plain, stay_dying = np.zeros((2, AGES)), np.zeros((2, AGES))
        move_plain, move_dying = np.ones((2, AGES)), np.zeros((2, AGES))
        newborn_weight = np.zeros(2)
    dying_weight = next_dying * next_weight
    new_homes = flows.new_home_profile * flows.newcomers_per_dwelling * housing_led

    fertile = np.flatnonzero(area.fertility.max(axis=0) > 0)
    if len(fertile) == 0:
        fertile = np.array([1])
    if fertile[0] < 1 or fertile[-1] > AGES - 2:
        raise ValueError(f"{area.code}: fertility outside ages 1 to {AGES - 2}")
    now = 0.5 * area.fertility
    then = np.zeros_like(now)
    then[:, :-1] = 0.25 * area.fertility[:, 1:]

    constants = np.zeros((area.steps, 3, 4))
    for flow, count in (
        (kernel_layout.INFLOW, flows.inflow_count),
        (kernel_layout.FIXED, flows.fixed_count),
        (kernel_layout.NEW_HOMES, new_homes),
    ):
        constants[:, flow, kernel_layout.PLAIN] = (count * move_plain).sum()
        constants[:, flow, kernel_layout.DYING] = (count * move_dying * dying_weight).sum(axis=(1, 2))
        constants[:, flow, kernel_layout.BORN] = ((now + then) * count[0]).sum(axis=1)
        constants[:, flow, kernel_layout.BORN_DYING] = (then * next_dying[:, 0] * count[0]).sum(axis=1)
    new = np.zeros((area.steps + 1, 2, AGES))
    if housing_led and area.new_communal is not None:
        new = area.new_communal
    moves = communal_moves(new, area.survivorship)
    fixed = constants[:, kernel_layout.FIXED]
    fixed[:, kernel_layout.PLAIN] += (moves * move_plain).sum(axis=(1, 2))
    fixed[:, kernel_layout.DYING] += (moves * move_dying * dying_weight).sum(axis=(1, 2))
    fixed[:, kernel_layout.BORN] += ((now + then) * moves[:, 0]).sum(axis=1)
    fixed[:, kernel_layout.BORN_DYING] += (then * next_dying[:, 0] * moves[:, 0]).sum(axis=1)
    move_weights = np.zeros((area.steps, 4, 2, AGES))
    move_weights[:, kernel_layout.PLAIN] = move_plain
    move_weights[:, kernel_layout.DYING] = move_dying * dying_weight
    move_weights[:, kernel_layout.BORN, 0] = now + then
    move_weights[:, kernel_layout.BORN_DYING, 0] = then * next_dying[:, 0]
    weights = np.zeros((area.steps + 1, 2, AGES, kernel_layout.WEIGHTS))
    bearing = now + then
    for who, staying, moving in (
        (kernel_layout.STAY, 1.0, flows.fixed_rate),
        (kernel_layout.COME, 0.0, flows.inflow_rate),
        (kernel_layout.GO, 0.0, flows.outflow_rate),
    ):
        # Who stays bears at the start and, at the end, at the age reached; a migrant is there for half of it.
        born = staying * (now + 2.0 * then) + moving[0] * bearing
        born_dying = (2.0 * staying + moving[0]) * then * next_dying[:, 0]
        for term, weighed in (
            (kernel_layout.PLAIN, staying * stay_plain + moving * move_plain),
            (kernel_layout.DYING, dying_weight * (staying * stay_dying + moving * move_dying)),
            (kernel_layout.BORN, np.stack([born, np.zeros_like(born)], axis=1)),
            (kernel_layout.BORN_DYING, np.stack([born_dying, np.zeros_like(born)], axis=1)),
        ):
            weights[:-1, ..., 3 * term + who] = weighed
    weights[..., kernel_layout.COMMUNAL_SHARE] = households.communal_share
    weights[..., kernel_layout.HOUSEHOLD_WEIGHT] = weight
    weights[..., kernel_layout.EVERYBODY] = 1.0
    dying_then = np.zeros_like(dying)
    dying_then[..., :-1] = dying[..., 1:]

    ages = np.arange(AGES)
    below = np.clip(np.searchsorted(PATTERN_AGES, ages, side="right") - 1, 0, len(PATTERN_AGES) - 2)
    first, last = PATTERN_AGES[below], PATTERN_AGES[below + 1]

    return kernel_layout.KernelArea(
        base_population=_in_one_run(area.base_population),
        weights=weights.reshape(area.steps + 1, 2 * AGES, kernel_layout.WEIGHTS),
        constants=constants,
        dying=_in_one_run(dying),
        dying_next=_in_one_run(dying_then),
        fertility=_packed(area.fertility),
        flows=_in_one_run(
            np.array(
                [
                    flows.inflow_count,
                    flows.inflow_rate,
                    flows.outflow_rate,
                    flows.fixed_count,
                    flows.fixed_rate,
                    new_homes,
                ]
            )
        ),
        estimates=_packed(area.estimates),
        raked=np.ascontiguousarray(area.raked, dtype=np.bool_),
        band_of_age=np.ascontiguousarray(area.band_of_age, dtype=np.int64),
        node_below=below.astype(np.int64),
        node_share=_packed((ages - first) / (last - first)),
        move_weights=_in_one_run(move_weights),
        newborn_weight=(float(newborn_weight[0]), float(newborn_weight[1])),
        female_share=1.0 / (1.0 + area.sex_ratio_at_birth),
        first_fertile=int(fertile[0]),
        last_fertile=int(fertile[-1]),
        communal_households=households.communal_households,
        communal_constant=float(households.communal_constant.sum()),
        communal_moves=_in_one_run(moves),
        new_communal=(new * (1.0 - households.communal_share)).sum(axis=(1, 2)),
        new_communal_households=(new * households.resident_weight).sum(axis=(1, 2)),
        occupied_share=float(households.occupied_share),
        housing_led=housing_led,
        dwellings_known=int(area.dwellings_known),
    )


def _packed(values: FloatArray) -> FloatArray:
    return np.ascontiguousarray(values, dtype=np.float64)


def _in_one_run(values: FloatArray) -> FloatArray:
    """(…, 2 × ages) of (…, 2, ages): women's cells, then men's."""
    return _packed(values).reshape(*values.shape[:-2], -1)
