"""The arrays the fused kernel takes and fills: which row, column or field is what. Nothing is computed."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Columns of the yearly totals of a draw.
BIRTHS, DEATHS, NET_MIGRATION, OTHER, DWELLINGS, HOUSEHOLDS, COMMUNAL = range(7)
TOTALS = 7
# Columns of the fault record of a draw: the worst negative cell and where it is, how many, how many people.
FAULT_AMOUNT, FAULT_STEP, FAULT_SEX, FAULT_AGE, FAULT_COUNT, FAULT_SUM = range(6)
FAULTS = 6
# Rows of `constants`: what a flow that does not depend on the residents adds to what must be met …
INFLOW, FIXED, NEW_HOMES = range(3)
# … and its columns: itself, times mortality, times births, times births and mortality.
PLAIN, DYING, BORN, BORN_DYING = range(4)


# Rows of `flows`, each (2 × ages,), women first: usual flows by count and a resident, fixed net ones,
# newcomers a dwelling.
INFLOW_COUNT, INFLOW_RATE, OUTFLOW_RATE, FIXED_COUNT, FIXED_RATE, NEW_HOME_COUNT = range(6)
# Rows of `need`, `lost`, `born` and `born_lost`: of residents who stay, usual in-migrants and out-migrants.
STAY, COME, GO = range(3)


class KernelArea(NamedTuple):
    """One area as the kernel takes it, in few arrays: contiguous float64 unless said otherwise.

    A year's need is linear in people: need less mortality × lost are the coefficients of residents, born
    less mortality × born_lost those of women for the children they will have.
    """

    base_population: Floats  # (2, ages)
    death_probability: Floats  # (steps, 2, ages): 1 − survivorship
    fertility: Floats  # (steps, ages)
    need: Floats  # (3, 2 × ages) coefficients were nobody to die
    lost: Floats  # (steps, 3, 2 × ages) what death takes off them at the nation's mortality
    born: Floats  # (steps, 3, ages) births of a year a woman at its start
    born_lost: Floats  # (steps, 3, ages)
    constants: Floats  # (steps, 3, 4)
    flows: Floats  # (6, 2 × ages)
    household_weight: Floats  # (2, ages) households a resident, communal residents aside
    communal_share: Floats  # (2, ages) of residents
    estimates: Floats  # (steps + 1, bands) published persons by band, used where raked
    raked: NDArray[np.bool_]  # (steps + 1,)
    band_of_age: NDArray[np.int64]  # (ages,)
    newborn_weight: tuple[float, float]  # of a resident aged 0; 0 where households do not matter
    female_share: float  # of births
    first_fertile: int  # first and last age with any fertility
    last_fertile: int
    first_communal: int  # first age at which communal population is a share
    communal_households: float  # households the constant communal population would make up
    communal_constant: float  # people
    communal_moves: Floats  # (steps, 2 × ages) net movers to establishments opened since the base
    new_communal: Floats  # (steps + 1,) who live there, beside their communal share
    new_communal_households: Floats  # (steps + 1,) households they would make up
    occupied_share: float
    housing_led: bool
    dwellings_known: int  # steps up to which dwellings are recorded, for a trend run


class KernelDraws(NamedTuple):
    """What differs between draws: (draws, steps + 1), kept_scale (draws,)."""

    dwellings: Floats
    net_migration: Floats  # used by a trend run only
    fertility: Floats
    mortality: Floats
    turnover: Floats
    household_size: Floats
    kept_scale: Floats  # share of the households' scale kept from year to year
