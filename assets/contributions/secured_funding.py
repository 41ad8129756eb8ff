"""Funding of a site known to be secured or found: signed agreements, other funding, a council's levy."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from assets.contributions.contribution_sites import Site
from assets.contributions.statement_words import money
from housing_trajectories.schema import financial_year_label


class Funding:
    """Agreements and other funding by site and item, and levies by council."""

    def __init__(self, agreements: pd.DataFrame, levies: pd.DataFrame) -> None:
        self._rows: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
        for row in agreements.to_dict("records"):
            key = (str(row["place"]), str(row["site_reference"]), str(row["item"]))
            self._rows.setdefault(key, []).append({str(name): value for name, value in row.items()})
        self._levies = levies.set_index("place").to_dict("index")

    def levy(self, place: str) -> dict[Hashable, Any] | None:
        """The row of a council's levy; None where nothing is known of one."""
        return self._levies.get(place)

    def levy_words(self, place: str) -> tuple[str, bool]:
        """What the council's levy means for a request, and whether that is known.

        Levy and section 106 may fund the same project since September 2019, never the same cost.
        """
        levy = self.levy(place)
        if levy is None:
            return "no community infrastructure levy is known of", False
        graded = f"(grade {levy['evidence_grade']})"
        if levy["adopted"] != "yes":
            return f"no community infrastructure levy is known of {graded}", levy["evidence_grade"] != "C"
        since = "" if pd.isna(levy["since"]) else f" since {int(levy['since'])}"
        charged = f"the council charges a levy{since} that"
        if levy["funds_health"] == "no":
            return f"{charged} does not pay for health {graded}", True
        pays = "pays" if levy["funds_health"] == "yes" else "may pay"
        return (
            f"{charged} {pays} for health: how much of the same cost it meets is to be asked of the council, "
            "and is taken off (enter it in site_funding or contribution_policies)"
        ), False

    def known(self, site: Site, item: str) -> tuple[float, str]:
        """Other funding of a site's item, and its names; an amount that is not known cannot be taken off."""
        rows = self._of(site, item)
        words = "; ".join(
            row["name"] + ("" if _for_health_alone(row) else " of an amount not known") for row in rows
        )
        return float(sum(row["amount_gbp"] for row in rows if _for_health_alone(row))), words

    def of_sites(self, sites: Sequence[Site], item: str) -> NDArray[np.float64]:
        """(site,) other funding of an item."""
        return np.array([self.known(site, item)[0] for site in sites])

    def secured(self, site: Site, item: str) -> dict[str, Any]:
        """What the agreements of a permitted site provide for the item; empty where not known."""
        rows = self._of(site, item)
        given = [row for row in rows if _for_health_alone(row)]
        # Agreements of which one is not known have no known sum.
        total = float(sum(row["amount_gbp"] for row in given)) if given and given == rows else np.nan
        years = sorted({int(row["price_year"]) for row in given if not np.isnan(row["price_year"])})
        names = "; ".join(_agreement(row) for row in rows)
        return {
            "status": "secured",
            "other_funding_gbp": np.nan,
            **money([total] * 3, np.nan),
            "price_base": f"{financial_year_label(years[-1])} prices" if years else "as agreed",
            "trigger": "as agreed",
            "basis": "Permission is issued and a signed agreement is not reopened. "
            + (f"{names}." if names else "What the agreement provides for this item is not known."),
        }

    def _of(self, site: Site, item: str) -> list[dict[str, Any]]:
        return self._rows.get((site.place, site.reference, item), [])


def _for_health_alone(row: dict[str, Any]) -> bool:
    """Whether an agreement's amount is known, and all of it for the item; a part is not known."""
    return row["health_part"] == "all" and not np.isnan(row["amount_gbp"])


def _agreement(row: dict[str, Any]) -> str:
    """An agreement by its name and note, with a sum that is not all for health beside its caveat."""
    if np.isnan(row["amount_gbp"]) or _for_health_alone(row):
        return f"{row['name']} ({row['note']})"
    year = "" if np.isnan(row["price_year"]) else f" at {financial_year_label(int(row['price_year']))} prices"
    return (
        f"{row['name']}: £{row['amount_gbp']:,.0f} in all{year}, of which the part for this item is not "
        f"published ({row['note']})"
    )
