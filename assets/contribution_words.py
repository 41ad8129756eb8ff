"""What an asked or secured row says in words and money: its trigger, what it rests on, amounts a dwelling."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np

from assets.contribution_sites import Site
from housing_trajectories.schema import financial_year_label
from models.estates.contributions import first_dwelling


def money(values: list[float], dwellings: float) -> dict[str, float]:
    """Amount, P10 and P90 as columns, whole and a dwelling."""
    names = ("amount_gbp", "amount_low_gbp", "amount_high_gbp")
    each = ("amount_per_dwelling_gbp", "amount_per_dwelling_low_gbp", "amount_per_dwelling_high_gbp")
    return dict(zip(names, values, strict=True)) | {
        name: round(value / dwellings, 2) for name, value in zip(each, values, strict=True)
    }


def trigger(site: Site, row: dict[str, Any]) -> str:
    """The dwelling before whose occupation space is due, and the year it is phased for."""
    home = first_dwelling(site.dwellings, row["need_counted"], row["quantity"])
    reached = np.cumsum(site.years[:, 1])
    year = int(site.years[min(int(np.searchsorted(reached, home)), len(reached) - 1), 0])
    when = "first occupation" if home == 1 else f"occupation of dwelling {home:,} of {site.dwellings:,.0f}"
    return f"Before {when} (phased for {financial_year_label(year)})"


def basis(
    site: Site,
    row: dict[str, Any],
    known: bool,
    share: float,
    funding: str,
    levy: dict[Hashable, Any] | None,
    by_levy: bool,
) -> str:
    """What an ask rests on, in a few sentences, from its own numbers."""
    words = [
        f"{row['net_new_residents']:,.0f} of {row['residents']:,.0f} first occupants ({share:.0%}) are "
        f"net-new to the catchment; with the site the place has {row['difference_residents']:,.0f} more "
        "people than without it: the smaller need is counted",
        f"spare capacity serves {row['spare_capacity_used']:,.2f} {row['unit']} of it"
        if known
        else "what exists in the catchment is not on the register: no spare capacity is credited, and it "
        "must be surveyed before the request is made",
        f"other funding: {funding}" if funding else "no other funding is known",
    ]
    if not site.mix_known:
        words.append("the dwelling mix is assumed")
    if by_levy and levy is not None:
        state = "pays" if levy["funds_health"] == "yes" else "may pay"
        words.append(
            f"not asked: the council charges a community infrastructure levy that {state} for health"
        )
    return "; ".join(words) + "."
