"""Levers side by side as a board reads them: whole-time equivalents, share of the gap, first year, cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from assets.tables.uncertain_table import summarised
from assets.workforce.planning.staff_pay import UnitCost
from assets.workforce.staff_draws import SUPPLIED, WITH_HOSPITALS
from assets.workforce.workforce_inputs import Group, Unit
from assets.workforce.workforce_levers import ADDS_STAFF, NUMBERS, LeverEffects, kinds_of
from models.arrays import FloatArray

BOARD_YEARS = (2030, 2035)
"""Years by which a board asks how much of the gap is closed."""
FREES_TIME = (
    "no pay is added: the time of staff who are paid already is freed; a programme's cost is not known"
)
ADDS_PAY = "pay of the staff or hours added, with on-costs; what a programme or a course costs is not in it"
IN_EACH = " in each staff group"
_NOTHING = 1e-9


def board_rows(
    effects: Sequence[LeverEffects],
    gaps: Mapping[Unit, FloatArray],
    costs: Mapping[Group, UnitCost],
    names: Mapping[str, str],
    plan_year: int,
) -> pd.DataFrame:
    """Rows of `lever_effects`: by area, group and lever, and all groups of an area together, draw by draw.

    `gaps` are the principal run's by year.
    """
    years = [int(year) for year in effects[0].years]
    shown = [years.index(year) for year in sorted({*BOARD_YEARS, plan_year}) if year in years]
    parts = [*(_of_groups(each, costs) for each in effects), _of_all(effects, costs)]
    frames = []
    for units, kinds, levers, values, paid, unpriced in parts:
        summary = summarised(values[:, :, shown], "lever_effects", axis=1)
        first = [_first_year(values[row, 0], years) for row in range(len(units))]
        gap = np.stack([gaps[unit][shown] for unit in units])
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(gap > 0, 100 * summary.principal / gap, np.nan)
        size = len(shown)
        areas, sectors, groups = zip(*units, strict=True)
        frames.append(
            pd.DataFrame(
                {
                    "area": np.repeat(areas, size),
                    "area_kind": np.repeat(kinds, size),
                    "sector": np.repeat(sectors, size),
                    "staff_group": np.repeat(groups, size),
                    "lever": np.repeat(levers, size),
                    "lever_name": np.repeat(
                        [
                            names[lever] + (IN_EACH if sector == "all" and lever in NUMBERS else "")
                            for sector, lever in zip(sectors, levers, strict=True)
                        ],
                        size,
                    ),
                    "year": np.tile([years[at] for at in shown], len(units)),
                    **{name: part.ravel() for name, part in summary._asdict().items()},
                    "gap_wte": gap.ravel(),
                    "share_of_gap_percent": share.ravel(),
                    "first_year": np.repeat(first, size),
                    "pay_cost_gbp": paid[:, shown].ravel(),
                    "without_cost_wte": unpriced[:, shown].ravel(),
                    "cost_basis": np.repeat(
                        [ADDS_PAY if lever in ADDS_STAFF else FREES_TIME for lever in levers], size
                    ),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


_Part = tuple[list[Unit], list[str], list[str], FloatArray, FloatArray, FloatArray]
"""Units, their kinds, levers; effects (row, draw, year), their pay and the WTE without a cost (row, year)."""


def _of_groups(effects: LeverEffects, costs: Mapping[Group, UnitCost]) -> _Part:
    principal = effects.values[:, 0]
    adds = np.array([lever in ADDS_STAFF for lever in effects.levers])[:, None]
    cost = np.array([costs[unit[1:]].gbp if unit[1:] in costs else np.nan for unit in effects.units])[:, None]
    kinds = kinds_of([unit[0] for unit in effects.units], effects)
    paid = np.where(adds, principal * cost, 0.0)
    unpriced = np.where(adds & np.isnan(cost), principal, 0.0)
    return effects.units, kinds, effects.levers, effects.values, paid, unpriced


def _of_all(effects: Sequence[LeverEffects], costs: Mapping[Group, UnitCost]) -> _Part:
    """All groups of each area together; of the system those of every kind of area."""
    together: dict[tuple[Unit, str, str], list[tuple[FloatArray, FloatArray, FloatArray]]] = {}
    for each in effects:
        of_groups = zip(*_of_groups(each, costs), strict=True)
        for (area, _, _), kind, lever, values, paid, unpriced in of_groups:
            group = WITH_HOSPITALS if kind == "system" else SUPPLIED[kind]
            together.setdefault(((area, *group), kind, lever), []).append((values, paid, unpriced))
    units, kinds, levers = (list(part) for part in zip(*together, strict=True))
    values, paid, unpriced = (
        np.stack([sum_of([part[at] for part in parts]) for parts in together.values()]) for at in range(3)
    )
    return units, kinds, levers, values, paid, unpriced


def sum_of(parts: Sequence[FloatArray]) -> FloatArray:
    """The parts together; what is not known in one counts as nil, as its WTE are said apart."""
    return np.asarray(sum(np.nan_to_num(part) for part in parts))


def _first_year(principal: FloatArray, years: Sequence[int]) -> float:
    """The first year with an effect, NaN where there is none within the horizon."""
    begun = np.flatnonzero(np.abs(principal) > _NOTHING)
    return float(years[begun[0]]) if len(begun) else np.nan
