"""A site's contributions at every published share of net-new residents, and beside published sums by home."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from assets.contributions.contribution_rows import AskRun
from assets.contributions.contribution_sites import Site
from assets.inputs.assumptions import Assumptions

_SCOPES = {"net_new_practice": "practice", "net_new_hospital": "hospital"}
_NOTES = {
    "low_ends": "Both shares at the lower end of their range",
    "high_ends": "Both shares at the upper end of their range",
}


def comparison_rows(
    scenario: str, sites: list[Site], asks: AskRun, evidence: pd.DataFrame, known: Assumptions
) -> pd.DataFrame:
    """A row for each site without a permission and each piece of evidence, and the ends of the range."""
    rows: list[tuple[dict[str, Any], list[float]]] = []
    for row in evidence.to_dict("records"):
        each = {str(name): value for name, value in row.items()}
        scope = _SCOPES.get(each["subject"])
        at = [float("nan")] * len(sites)
        if scope is not None:
            at = asks.amounts_at({scope: float(each["value"]) / 100.0})[scope].tolist()
        names = ("evidence", "subject", "value", "standing", "source_id", "evidence_grade", "note")
        rows.append(({name: each[name] for name in names}, at))
    shares = {scope: f"estates.net_new_share_{scope}" for scope in _SCOPES.values()}
    for end, (name, note) in enumerate(_NOTES.items()):
        ends = {scope: known.ends(identifier)[end] for scope, identifier in shares.items()}
        at = np.sum(list(asks.amounts_at(ends).values()), axis=0).tolist()
        ranged = {
            "evidence": name,
            "subject": "net_new_both",
            "value": 100.0 * ends["practice"],
            "standing": "range",
            "source_id": "placecast",
            "evidence_grade": "C",
            "note": f"{note}: {ends['practice']:.0%} practices, {ends['hospital']:.0%} hospitals",
        }
        rows.append((ranged, at))
    return pd.DataFrame(
        [
            {
                "scenario": scenario,
                "place": site.place,
                "site_reference": site.reference,
                **row,
                "at_value_gbp": at[number],
            }
            for row, at in rows
            for number, site in enumerate(sites)
            if not site.committed
        ]
    )
