"""Where a site's needs are met, in words: neighbourhood, place or hospitals, and the spare capacity there.

Spare capacity is computed in `resident_needs`; contributions, in `contribution_rows`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assets.contributions.contribution_sites import Site
from assets.contributions.resident_needs import Catchment
from housing_trajectories.schema import financial_year_label

_SHOWN = 0.05
"""Beds, rooms and areas are shown to a tenth: less than half of one is none."""
_SHARE_SHOWN = 0.005
"""Shares are shown to one in a hundred."""


def local_words(site: Site, area: Catchment, place: str, unit: str, year: int) -> str:
    """The neighbourhood if its capacity is known, otherwise the place, and why; the spare capacity."""
    if area.code != site.place:
        where = f"the neighbourhood {area.name} ({area.code})"
    elif site.neighbourhood is not None:
        where = (
            f"all of {place}, as existing capacity in the site's neighbourhood {site.neighbourhood} "
            "is not known"
        )
    else:
        where = f"all of {place}, as the site is not placed in a neighbourhood yet (grade C)"
    if np.isnan(area.spare):
        return f"Catchment: {where}. Existing capacity there is not on the register."
    return f"Catchment: {where}; {_standing(area, unit, year)}. {_credit([area], unit, year)}"


def hospital_words(
    areas: Sequence[Catchment], shares: Sequence[float], elsewhere: float, unit: str, year: int
) -> str:
    """Each trust with its share of the need and its shortfall or spare capacity; who else meets it."""
    parts = [
        f"{area.name} ({area.code}), {share:.0%} of the need, "
        + ("existing capacity not known" if np.isnan(area.spare) else _standing(area, unit, year))
        for area, share in zip(areas, shares, strict=True)
    ]
    if elsewhere > _SHARE_SHOWN:
        parts.append(f"hospitals outside the system, {elsewhere:.0%}, with no contribution requested")
    known = [area for area in areas if not np.isnan(area.spare)]
    return f"Catchment: {'; '.join(parts)}. {_credit(known, unit, year) if known else ''}".rstrip()


def _standing(area: Catchment, unit: str, year: int) -> str:
    amount = f"{abs(area.spare):,.1f} {unit}"
    told = (
        f"none to spare in {financial_year_label(year)}"
        if abs(area.spare) < _SHOWN
        else f"{amount} to spare in {financial_year_label(year)}"
        if area.spare > 0
        else f"shortfall of {amount} in {financial_year_label(year)}"
    )
    planned = f", {area.planned:+,.1f} {unit} planned by the end of the run included"
    return told + (planned if abs(area.planned) >= _SHOWN else "")


def _credit(areas: Sequence[Catchment], unit: str, year: int) -> str:
    """The date at which spare capacity is credited, and why a later dip of the need is not."""
    words = (
        f"Spare capacity is credited as of {financial_year_label(year)}, the last year recorded in whole, to "
        "permitted sites first."
    )
    for area in areas:
        if not area.later_spare > max(area.spare, 0.0) + _SHOWN:
            continue
        until = (
            "forecast only"
            if area.short_from is None
            else f"forecast only, and gone by {financial_year_label(area.short_from)}"
        )
        words += (
            f" The {area.later_spare:,.1f} {unit} to spare at {area.code} in "
            f"{financial_year_label(area.later_year)} are {until}: not credited."
        )
    return words
