"""Need, requirement, supply and expected delivery of each plan, as the report's table of homes shows them."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from assets.publication.report.wording import financial, words

YEARS_AHEAD = 5


def plans(tables: Mapping[str, pd.DataFrame]) -> list[dict[str, str]]:
    """A row a place and plan, of the years just ahead; none where the release has no such table."""
    if "housing_need_and_supply" not in tables:
        return []
    rows = tables["housing_need_and_supply"]
    return [
        {
            "place": str(row["place_name"]),
            "plan": f"{row['plan']}, {words(row['plan_status']).lower()}",
            "years": f"{financial(int(row['first_year']))} to {financial(int(row['last_year']))}",
            "grade": str(row["evidence_grade"]),
            "need": f"{row['local_housing_need_a_year']:,.0f}",
            "requirement": f"{row['requirement_a_year']:,.0f}",
            "supply": f"{row['supply_a_year']:,.0f}",
            "delivery": f"{row['principal']:,.0f} ({row['p10']:,.0f} to {row['p90']:,.0f})",
            "note": "" if pd.isna(row["note"]) else str(row["note"]),
        }
        for row in rows[rows["years_ahead"] == YEARS_AHEAD].to_dict("records")
    ]
