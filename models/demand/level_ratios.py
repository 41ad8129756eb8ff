"""The level of demand in the years that records and monthly forecasts reach, and how it is held after them.

A provider stays where its months show it: people and their ages, and later what growth beyond them is
assumed, move it on from there. Nothing draws it back to what rates alone would give.
"""

from __future__ import annotations

import numpy as np

from models.arrays import FloatArray, IntArray
from models.demand.demand_level import calibrate_places, main_providers


def level_ratios(sent: FloatArray, outside: FloatArray, totals: FloatArray) -> FloatArray:
    """Level of places (year, place) such that providers come to their totals; 1 in the base year, the first.

    `sent` (part, year, place, provider) is what residents use at each provider with the base year's use, of
    the services that are parts of the measure, `outside` (part, year, provider) the same for people from
    outside, and `totals` (year, provider) is nan where a provider has no record or forecast. Places with one
    main provider share a ratio. A provider without a total in a year, but with one in the base year, keeps
    the level of the year before; without any in the base year all is 1. People from outside go by the
    residents that their provider treats. Raises ValueError where a level comes out at 0 or below.
    """
    years, places = sent.shape[1:3]
    ratios = np.ones((years, places))
    in_base = np.isfinite(totals[0])
    if not in_base.any():
        return ratios
    together = sent.sum(axis=0)
    residents = sent.sum(axis=2)
    added = np.divide(outside, residents, out=np.zeros_like(residents), where=residents > 0)
    faced = (sent * (1 + added[:, :, None])).sum(axis=0)
    # The flows of one year decide which provider is a place's main one in all.
    main = main_providers(together[0], totals[0])
    base = calibrate_places(together[0], faced[0], totals[0], main).factors
    for year in range(1, years):
        as_before = (faced[year] * (base * ratios[year - 1])[:, None]).sum(axis=0)
        wanted = np.where(np.isfinite(totals[year]), totals[year], as_before)
        wanted[~in_base] = np.nan
        ratios[year] = calibrate_places(together[year], faced[year], wanted, main).factors / base
    return ratios


def level_of_providers(residents: FloatArray, ratios: FloatArray, shares: FloatArray) -> FloatArray:
    """Level of what each provider treats (year, provider, service): that of its residents together.

    `residents` (year, place, service) is demand at the level of `ratios` (year, place, service), `shares`
    (place, provider, service). 1 for a provider that treats none of them.
    """
    at_level = np.einsum("yps,phs->yhs", residents, shares)
    before = np.einsum("yps,phs->yhs", residents / ratios, shares)
    return np.divide(at_level, before, out=np.ones_like(at_level), where=before > 0)


def held(ratios: FloatArray, years: IntArray, first_year: int) -> FloatArray:
    """Ratios (year of `years`, …) from those of consecutive years from `first_year` on, the last one held."""
    return ratios[np.clip(years - first_year, 0, len(ratios) - 1)]
