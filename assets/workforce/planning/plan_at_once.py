"""The plan run at once: what its levers leave open when all of them act on the same staff, principal run.

The plan adds effects of levers that were each tried alone. This says how far that is from the truth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from assets.inputs.assumptions import Assumptions
from assets.inputs.settings import RunSettings
from assets.workforce.norm_matrices import headroom
from assets.workforce.staff_draws import AreaStaff
from assets.workforce.training_places import PROFESSIONS
from assets.workforce.workforce_inputs import Group, StaffingTables, Unit
from assets.workforce.workforce_levers import (
    HOURS,
    LEAVERS,
    MINUTES,
    MOVED,
    RECRUITS,
    SICKNESS,
    SIZES,
    TRAINING,
    LeverEffects,
)
from models.arrays import FloatArray
from models.workforce.action_years import first_action_year, first_intake_year
from models.workforce.lever_effects import additional_joiners, gap_at_once
from models.workforce.supply_outlook import SOURCES, SupplyBase, SupplyDraws, Variant, fewer_leavers, outlook


class PrincipalStaff(NamedTuple):
    """Of the areas of a kind, what a projection of the principal run takes: required (year, unit)."""

    units: list[Unit]
    years: NDArray[np.int64]
    base: SupplyBase
    drawn: SupplyDraws
    variant: Variant
    required: FloatArray
    vacancy_percent: FloatArray


def principal_staff(staff: AreaStaff) -> PrincipalStaff:
    """The principal run's part of the areas' staff, in memory of its own."""
    drawn = staff.supply.drawn
    first = {field.name: getattr(drawn, field.name)[:1].copy() for field in fields(drawn)}
    required = [
        of_area.required[position, 0, :, 0] for of_area in staff.areas.values() for position in staff.columns
    ]
    vacancies = np.tile(staff.needed.vacancies[0, staff.columns], len(staff.areas))
    return PrincipalStaff(
        staff.supply.units,
        staff.needed.years,
        staff.supply.base,
        SupplyDraws(**first),
        staff.supply.variants[0],
        np.stack(required, axis=-1),
        vacancies,
    )


def gaps_at_once(
    given: StaffingTables,
    settings: RunSettings,
    plan: pd.DataFrame,
    runs: Sequence[tuple[PrincipalStaff, LeverEffects]],
) -> dict[Group, FloatArray]:
    """The system's gap (year,) of each group with the whole plan in force."""
    keys = zip(plan["lever"], plan["sector"], plan["staff_group"], strict=True)
    amounts = {
        (lever, (sector, group)): amount
        for (lever, sector, group), amount in zip(keys, plan["amount"], strict=True)
    }
    found: dict[Group, FloatArray] = {}
    for staff, effects in runs:
        gaps = _gaps(given.known, settings, staff, effects, amounts)
        for position, (_, *group) in enumerate(staff.units):
            key: Group = (group[0], group[1])
            found[key] = found.get(key, np.zeros(len(staff.years))) + gaps[:, position]
    return found


def _gaps(
    known: Assumptions,
    settings: RunSettings,
    staff: PrincipalStaff,
    effects: LeverEffects,
    amounts: Mapping[tuple[str, Group], float],
) -> FloatArray:
    """Gap (year, unit) with the plan's amounts; a number for the system is shared out by staff."""
    start, intake = first_action_year(settings.today), first_intake_year(settings.today)
    begun = (staff.years >= start)[:, None]
    heads = staff.base.heads.sum(axis=1)
    of_group: dict[Group, float] = {}
    for (_, *group), people in zip(staff.units, heads, strict=True):
        of_group[group[0], group[1]] = of_group.get((group[0], group[1]), 0.0) + float(people)

    def amount(lever: str) -> FloatArray:
        return np.array([amounts.get((lever, unit[1:]), 0.0) for unit in staff.units])

    extra = np.zeros((len(staff.years), len(staff.units), len(SOURCES)))
    share = heads / np.array([of_group[unit[1:]] for unit in staff.units])
    trained, recruited = amount(TRAINING) * share, amount(RECRUITS) * share
    for position, (*_, profession) in enumerate(staff.units):
        if profession in PROFESSIONS:
            extra[:, position, SOURCES.index("training")] = additional_joiners(
                float(trained[position]) * known.value("workforce.training_take_up"),
                known.value(f"workforce.training_attrition_{profession}"),
                staff.years,
                intake + int(known.value(f"workforce.years_in_training_{profession}")),
            )
        extra[:, position, SOURCES.index("international")] = additional_joiners(
            float(recruited[position]), 0.0, staff.years, start
        )
    usual = staff.variant
    kept = np.where(begun, fewer_leavers(staff.base, amount(LEAVERS)), 1.0)
    changed = replace(
        usual, policy=replace(usual.policy, leaving=usual.policy.leaving * kept), extra_joiners=extra
    )
    freed = np.zeros_like(staff.required)
    at = {unit: position for position, unit in enumerate(staff.units)}
    for row, (unit, lever) in enumerate(zip(effects.units, effects.levers, strict=True)):
        if lever in (MINUTES, MOVED) and unit in at:
            used = amounts.get((lever, unit[1:]), 0.0) / known.value(SIZES[lever])
            freed[:, at[unit]] += effects.values[row, 0] * used
    return gap_at_once(
        staff.required,
        freed,
        headroom(known),
        amount(SICKNESS) * begun,
        outlook(staff.base, staff.drawn, [changed]).wte[0, 0],
        amount(HOURS) * begun,
        staff.vacancy_percent,
        np.array([known.value(f"workforce.temporary_cover_{sector}") for _, sector, _ in staff.units]),
    )
