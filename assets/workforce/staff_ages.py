"""Staff by age and retirements year by year, principal run of the first scenario."""

from __future__ import annotations

import numpy as np
import pandas as pd

from assets.tables.declarations.named_values import AGE_BANDS
from assets.tables.uncertain_table import Labels, labelled
from assets.workforce.staff_draws import AreaStaff
from assets.workforce.workforce_inputs import Unit
from models.arrays import FloatArray
from models.workforce.age_profile import older_bands
from models.workforce.stock_and_flow import FLOWS

RETIREMENT_AGE = 55.0
"""From which age staff are counted as near retirement, and from which some retire."""


def age_rows(staff: AreaStaff, system: str) -> pd.DataFrame:
    """Rows of `staff_ages`: heads by group, year and age band, of each area and of all areas together."""
    units, kinds, (ages,) = _with_system(staff, system, [staff.supply.outlook.ages[0]])
    heads = ages.transpose(1, 0, 2)  # unit, year, band
    whole = heads.sum(axis=-1, keepdims=True)
    share = np.divide(100 * heads, whole, out=np.zeros_like(heads), where=whole > 0)
    labels: Labels = {**_of_units(units, kinds), "year": ("year", staff.needed.years)}
    sizes = dict(zip(("unit", "year", "age_band"), heads.shape, strict=True))
    columns = labelled(sizes, {**labels, "age_band": ("age_band", AGE_BANDS)})
    return pd.DataFrame({**columns, "headcount": heads.ravel(), "share_percent": share.ravel()})


def retirement_rows(staff: AreaStaff, system: str) -> pd.DataFrame:
    """Rows of `retirements`: who retires from the year before to each, and how many are near it."""
    run, years = staff.supply.outlook, staff.needed.years
    flows = run.flows[0]
    units, kinds, (ages, retired, others, opening) = _with_system(
        staff,
        system,
        [
            run.ages[0],
            *(flows[..., FLOWS.index(name)] for name in ("retirement", "other_leavers", "opening")),
        ],
    )
    near = ages[..., older_bands(AGE_BANDS, RETIREMENT_AGE)].sum(axis=-1)
    # Flows lead from the year before: the base year has none.
    left, opened = retired[1:].T, opening[1:].T
    rate = np.divide(100 * left, opened, out=np.zeros_like(left), where=opened > 0)
    labels: Labels = {**_of_units(units, kinds), "year": ("year", years[1:])}
    return pd.DataFrame(
        {
            **labelled(dict(zip(("unit", "year"), left.shape, strict=True)), labels),
            "retirements": left.ravel(),
            "retirements_so_far": left.cumsum(axis=1).ravel(),
            "retirement_rate_percent": rate.ravel(),
            "other_leavers": others[1:].T.ravel(),
            "aged_55_and_over": near[1:].T.ravel(),
        }
    )


def _of_units(units: list[Unit], kinds: list[str]) -> Labels:
    areas, sectors, groups = zip(*units, strict=True)
    return {
        "area": ("unit", areas),
        "area_kind": ("unit", kinds),
        "sector": ("unit", sectors),
        "staff_group": ("unit", groups),
    }


def _with_system(
    staff: AreaStaff, system: str, values: list[FloatArray]
) -> tuple[list[Unit], list[str], list[FloatArray]]:
    """Units, kinds and values (year, unit, …), the same groups of all areas together after them."""
    own = staff.supply.units
    size = len(staff.supplied)
    units = [*own, *((system, *group) for group in staff.supplied)]
    kinds = [staff.kind] * len(own) + ["system"] * size
    made = []
    for part in values:
        by_area = part.reshape(len(part), len(staff.areas), size, *part.shape[2:])
        made.append(np.concatenate([part, by_area.sum(axis=1)], axis=1))
    return units, kinds, made
