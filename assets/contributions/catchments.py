"""Where a site's needs are met, in words: neighbourhood, place or hospitals, and what is free there.

What is free is worked out in `contribution_needs`; what is asked, in `contribution_rows`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assets.contributions.contribution_sites import Site
from assets.contributions.resident_needs import Catchment
from housing_trajectories.schema import financial_year_label

_SHOWN = 0.05
"""Beds, rooms and areas are told to a tenth: less than half of one is none."""
_SHARE_SHOWN = 0.005
"""Shares are told to one in a hundred."""


def local_words(site: Site, area: Catchment, place: str, unit: str, year: int) -> str:
    """The neighbourhood where it is known what it has, the whole place otherwise, and why; what is free."""
    if area.code != site.place:
        where = f"the neighbourhood {area.name} ({area.code})"
    elif site.neighbourhood is not None:
        where = f"all of {place}: what the site's own neighbourhood {site.neighbourhood} has is not known"
    else:
        where = f"all of {place}, as the site is not placed in a neighbourhood yet (grade C)"
    if np.isnan(area.spare):
        return f"Catchment: {where}. What exists there is not on the register."
    return f"Catchment: {where}; {_standing(area, unit, year)}. {_credit([area], unit, year)}"


def hospital_words(
    areas: Sequence[Catchment], shares: Sequence[float], elsewhere: float, unit: str, year: int
) -> str:
    """Each trust with its share of the need and what it is short of or has to spare; who else meets it."""
    parts = [
        f"{area.name} ({area.code}), {share:.0%} of the need, "
        + ("what exists not known" if np.isnan(area.spare) else _standing(area, unit, year))
        for area, share in zip(areas, shares, strict=True)
    ]
    if elsewhere > _SHARE_SHOWN:
        parts.append(f"hospitals outside the system, {elsewhere:.0%}, for which nothing is asked")
    known = [area for area in areas if not np.isnan(area.spare)]
    return f"Catchment: {'; '.join(parts)}. {_credit(known, unit, year) if known else ''}".rstrip()


def _standing(area: Catchment, unit: str, year: int) -> str:
    amount = f"{abs(area.spare):,.1f} {unit}"
    told = (
        f"none to spare in {financial_year_label(year)}"
        if abs(area.spare) < _SHOWN
        else f"{amount} to spare in {financial_year_label(year)}"
        if area.spare > 0
        else f"short of {amount} in {financial_year_label(year)}"
    )
    planned = f", {area.planned:+,.1f} {unit} planned by the end of the run counted"
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
            "a forecast's"
            if area.short_from is None
            else f"a forecast's and gone for good by {financial_year_label(area.short_from)}"
        )
        words += (
            f" The {area.later_spare:,.1f} {unit} to spare at {area.code} in "
            f"{financial_year_label(area.later_year)} are {until}: not credited."
        )
    return words
