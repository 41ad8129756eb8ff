"""Households from people and from dwellings: representative rates, communal population, occupied share.

The future of housing itself, which homes come when, is `housing_trajectories`'; here dwellings arrive.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from models.arrays import FloatArray
from models.demography.area_inputs import AGES, Households, SizeDrift

QUARTER_YEAR = 0.25
"""From 31 March, when stock is counted, to 30 June."""


def dwellings_at_mid_year(stock: float, net_additions: ArrayLike) -> FloatArray:
    """(…, years) dwellings at each 30 June, from the stock at 31 March of the first year.

    net_additions: (…, years) of the financial year that starts in each year.
    """
    additions = np.asarray(net_additions, dtype=np.float64)
    return stock + np.cumsum(additions, axis=-1) - (1.0 - QUARTER_YEAR) * additions


def dwellings_at_past_rate(
    stock_before: ArrayLike,
    stock: ArrayLike,
    years_between: int,
    kept: float,
    usual: float | None,
    steps: int,
) -> FloatArray:
    """(…, steps + 1) dwellings at each 30 June from the stock at 31 March, as if nobody knew of later homes.

    stock_before, stock: (…,) dwellings years_between apart. Growth in that time goes on, of what a place
    grew faster than `usual`, a year in logs, only the share `kept`; usual is the median of the places given
    where it is None.
    """
    now = np.asarray(stock, dtype=np.float64)
    growth = np.log(now / np.asarray(stock_before, dtype=np.float64)) / years_between
    middle = float(np.median(growth)) if usual is None else usual
    rate = middle + kept * (growth - middle)
    return np.asarray(now[..., None] * np.exp(rate[..., None] * (np.arange(steps + 1) + QUARTER_YEAR)))


def place_households(
    population: FloatArray,
    representative_rate: FloatArray,
    communal_rate: FloatArray,
    communal_share_from: int,
    base_households: float,
    base_dwellings: float,
    constant_size_weight: float,
) -> Households:
    """How a place's residents make up households, scaled so that its base population makes base_households.

    population: (2, AGES). representative_rate, communal_rate: (AGES,) households and communal residents a
    resident; from age communal_share_from on the communal rate stays a share, below it the number of people
    in communal establishments stays.

    A household's weight is a blend: representative rates know that old people live alone, and so read more
    households out of every older population; a constant number of people a household knows nothing of age.
    History lies between (method, docs/method/population.md): constant_size_weight is the share of the
    second. Raises ValueError for a weight outside 0 to 1.
    """
    if not 0 <= constant_size_weight <= 1:
        raise ValueError(f"constant_size_weight is {constant_size_weight}, expected 0 to 1")
    shared = np.arange(AGES) >= communal_share_from
    communal_share = np.where(shared, communal_rate, 0.0) * np.ones((2, 1))
    communal_constant = np.where(shared, 0.0, communal_rate) * population
    in_households = population * (1.0 - communal_share) - communal_constant
    by_rates = representative_rate * base_households / (representative_rate * in_households).sum()
    by_size = base_households / in_households.sum()
    weight = (1.0 - constant_size_weight) * by_rates + constant_size_weight * by_size
    return Households(
        household_weight=np.tile(weight, (2, 1)),
        communal_constant=communal_constant,
        communal_share=communal_share,
        occupied_share=base_households / base_dwellings,
    )


def size_path(drift: SizeDrift, dwellings: FloatArray, *, housing_led: bool) -> FloatArray:
    """(…, years) people a household at the same ages, relative to the base year's.

    dwellings: (…, years) from the base year on. A run that houses whoever comes has no gap to take in.
    """
    years = np.minimum(np.arange(dwellings.shape[-1]), drift.years)
    path = np.broadcast_to(drift.yearly * years, dwellings.shape)
    if housing_led and drift.absorbed > 0:
        built = np.log(dwellings / dwellings[..., :1])[..., years]
        path = path + drift.absorbed * (drift.usual_growth * years - built)
    return np.asarray(np.exp(path))


def child_share(population: FloatArray, first_adult_age: int) -> float:
    """Share of people below an age; population (2, AGES)."""
    return float(population[:, :first_adult_age].sum() / population.sum())
