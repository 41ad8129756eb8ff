"""The words and money of a requested or secured row: its trigger, its basis, amounts per dwelling."""

from __future__ import annotations

from typing import Any

import numpy as np

from assets.contributions.contribution_sites import Site
from housing_trajectories.schema import financial_year_label
from models.estates.contribution_rules import first_dwelling

SERVICE_FUNDING_WORDS = (
    "Not requested: allocations for running services follow the population, and a funding gap until then "
    "would have to be demonstrated: UHL v Harborough, Worcestershire v Malvern Hills (2023)."
)
CAPITAL_ONLY = (
    "Allocations to boards follow registered patients and pay for running services: staff, "
    "drugs, rent. They hold no sum for the building that new homes need before their people are registered. "
    "The claims that failed in 2023 were for the running of services without a proven gap (UHL v Harborough, "
    "Worcestershire v Malvern Hills); none is made here."
)
ASSUMPTIONS = {
    "people a home": "people per home",
    "capital cost of a unit": "unit capital cost",
    "people a home by type of site": "people per home, from flats to houses (type not known)",
    "registered patients a resident": "registered patients per resident",
    "space a need takes": "space per unit of need",
    "people with the site less without it": "population with the site minus without it",
}
"""Assumptions of contribution_sensitivity, a key of the released table, as a statement words them."""
_BINDING = {
    "net_new_share": "the need of net-new residents is smaller, so it is counted",
    "difference": "the need of that difference is smaller, so it is counted",
    "growth": "the counted need is reduced to what all new homes add there",
}


def money(values: list[float], dwellings: float) -> dict[str, float]:
    """Amount, P10 and P90 as columns, in total and per dwelling."""
    names = ("amount_gbp", "amount_low_gbp", "amount_high_gbp")
    each = ("amount_per_dwelling_gbp", "amount_per_dwelling_low_gbp", "amount_per_dwelling_high_gbp")
    return dict(zip(names, values, strict=True)) | {
        name: round(value / dwellings, 2) for name, value in zip(each, values, strict=True)
    }


def survey_money(values: list[float]) -> dict[str, float]:
    """What would be requested if a survey finds no room to spare: amount, P10 and P90 as columns."""
    names = ("subject_to_survey_gbp", "subject_to_survey_low_gbp", "subject_to_survey_high_gbp")
    return dict(zip(names, values, strict=True))


def trigger(site: Site, row: dict[str, Any], first_decision: int) -> str:
    """The dwelling before whose occupation space is due, and the year it is phased for.

    A year before the first in which anything can still be decided is past, whether or not homes were built
    in it: what is due moves to the next phase.
    """
    left = row["quantity"] + row["quantity_subject_to_survey"]
    home = first_dwelling(site.dwellings, row["need_counted"], left)
    reached = np.cumsum(site.years[:, 1])
    year = int(site.years[min(int(np.searchsorted(reached, home)), len(reached) - 1), 0])
    when = "first occupation" if home == 1 else f"occupation of dwelling {home:,} of {site.dwellings:,.0f}"
    if year >= first_decision:
        return f"Before {when} (phased for {financial_year_label(year)})"
    ahead = [int(phase) for phase, homes in site.years if phase >= first_decision and homes > 0]
    following = (
        f"Before the first home of its next phase, {financial_year_label(ahead[0])}" if ahead else "At once"
    )
    return f"{following} ({when} was phased for {financial_year_label(year)}, which is past)"


def basis(
    site: Site,
    row: dict[str, Any],
    known: bool,
    share: float,
    funding: str,
    last_mid_year: int,
) -> str:
    """The basis of a contribution in a few sentences, from its own numbers."""
    words = [
        f"{row['net_new_residents']:,.0f} of {row['residents']:,.0f} first occupants ({share:.0%}) are "
        f"net-new to the catchment; at mid-{last_mid_year} the place has {row['difference_residents']:,.0f} "
        f"more people with the site than without it; {_BINDING[row['binding_limit']]}",
        f"spare capacity serves {row['spare_capacity_used']:,.2f} {row['unit']} of it"
        if known
        else "existing capacity in the catchment is not surveyed: nothing is requested until a survey shows "
        "that it cannot serve this need",
        f"taken off: {funding}" if funding else "no agreement or sum for this site is recorded",
    ]
    if not site.mix_known:
        words.append(f"type of site: {site.type_words}")
    return "; ".join(words) + "."
