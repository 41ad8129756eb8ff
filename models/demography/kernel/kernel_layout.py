"""The arrays the fused kernel takes and fills: which row, column or field is what. Nothing is computed."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Columns of the yearly totals of a draw.
BIRTHS, DEATHS, NET_MIGRATION, OTHER, DWELLINGS, HOUSEHOLDS, COMMUNAL, PEOPLE = range(8)
TOTALS = 8
# Columns of the fault record of a draw: the worst negative cell and where it is, how many, how many people.
FAULT_AMOUNT, FAULT_STEP, FAULT_SEX, FAULT_AGE, FAULT_COUNT, FAULT_SUM = range(6)
FAULTS = 6
TOGETHER = 32
"""Draws that go through a year before any goes to the next: its rates stay in the processor's cache."""

# What must be met is linear in the people a year starts with: of those who stay, usual in-migrants and
# out-migrants …
STAY, COME, GO = range(3)
# … and of each four terms: itself, times mortality, times births, times births and mortality.
PLAIN, DYING, BORN, BORN_DYING = range(4)
# Columns of `weights`: 3 × term + which of the above; three that are read off the people a year ends with;
# and an empty one, up to a whole number of the processor's vectors.
COMMUNAL_SHARE, HOUSEHOLD_WEIGHT, EVERYBODY = 12, 13, 14
WEIGHTS = 16
# Rows of `constants`, which has the four terms of what does not depend on residents.
INFLOW, FIXED, NEW_HOMES = range(3)
# Columns of what the year of a draw is solved for: scales of the usual in- and outflow; dwellings it gains.
GROSS_IN, GROSS_OUT, BUILT = range(3)
FLOWS = 3

# Rows of `flows`, each (2 × ages,), women first: usual flows by count and a resident, fixed net ones,
# newcomers a dwelling.
INFLOW_COUNT, INFLOW_RATE, OUTFLOW_RATE, FIXED_COUNT, FIXED_RATE, NEW_HOME_COUNT = range(6)


class KernelArea(NamedTuple):
    """One area as the kernel takes it, in few arrays: contiguous float64 unless said otherwise."""

    base_population: Floats  # (2 × ages,)
    weights: Floats  # (steps + 1, 2 × ages, WEIGHTS)
    constants: Floats  # (steps, 3, 4)
    dying: Floats  # (steps, 2 × ages) 1 − survivorship, by age at the end
    dying_next: Floats  # (steps, 2 × ages) the same by age at the start, 0 in the open age group
    fertility: Floats  # (steps, ages)
    flows: Floats  # (6, 2 × ages)
    estimates: Floats  # (steps + 1, bands) published persons by band, used where raked
    raked: NDArray[np.bool_]  # (steps + 1,)
    band_of_age: NDArray[np.int64]  # (ages,)
    node_below: NDArray[np.int64]  # (ages,) node of the drawn age pattern at or below each age
    node_share: Floats  # (ages,) how far an age lies on its way to the node above
    move_weights: Floats  # (steps, 4, 2 × ages) the four terms of one net migrant of each cell
    newborn_weight: tuple[float, float]  # of a resident aged 0; 0 where households do not matter
    female_share: float  # of births
    first_fertile: int  # first and last age with any fertility
    last_fertile: int
    communal_households: float  # households the constant communal population would make up
    communal_constant: float  # people
    communal_moves: Floats  # (steps, 2 × ages) net movers to establishments opened since the base
    new_communal: Floats  # (steps + 1,) who live there, beside their communal share
    new_communal_households: Floats  # (steps + 1,) households they would make up
    occupied_share: float
    housing_led: bool
    dwellings_known: int  # steps up to which dwellings are recorded, for a trend run


class KernelDraws(NamedTuple):
    """What differs between draws: (draws, steps + 1); kept_scale (draws,), age_pattern (…, nodes)."""

    dwellings: Floats
    net_migration: Floats  # used by a trend run only
    fertility: Floats
    mortality: Floats
    turnover: Floats
    household_size: Floats
    kept_scale: Floats  # share of the households' scale kept from year to year
    age_pattern: (
        Floats  # (draws, steps + 1, nodes) net migrants a resident beside the usual, at each node's age
    )
