"""Sites of trusts as buildings of the register: their floor area as returned, with age, backlog and cost."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

AREA = "site_gross_internal_area"
"""What the register calls a site's floor area: of a whole site, and not what any service needs."""


def trust_site_buildings(sites: pd.DataFrame) -> pd.DataFrame:
    """A row a site of its floor area; a site that returned none is in the register with its area unknown."""
    known = sites["gross_internal_area_m2"].notna()
    return pd.DataFrame(
        {
            "building": sites["site_code"],
            "facility": AREA,
            "building_name": sites["site_name"],
            "kind": "trust",
            "place": sites["place"],
            "provider": sites["provider"],
            "unit": "m2",
            "value": sites["gross_internal_area_m2"],
            "p10": sites["gross_internal_area_m2"],
            "p90": sites["gross_internal_area_m2"],
            "basis": np.where(known, "published", "unknown"),
            "as_of": sites["as_of"],
            "source_id": sites["source_id"],
            "evidence_grade": sites["evidence_grade"],
            "note": [
                _told({str(name): cell for name, cell in row.items()}) for row in sites.to_dict("records")
            ],
        }
    )


def _told(site: dict[str, Any]) -> str:
    """Age, suitability, backlog and running cost of a site; what was not returned is left out."""
    old = [site[name] for name in ("built_before_1948_percent", "built_1948_to_1974_percent")]
    risks = [site[f"backlog_{risk}_risk_gbp"] for risk in ("high", "significant", "moderate", "low")]
    parts = [f"Area in {site['as_of']}" if pd.notna(site["gross_internal_area_m2"]) else "Area not returned"]
    if pd.notna(old).all():
        parts.append(f"{sum(old):.0f} % built before 1975")
    if pd.notna(site["not_suitable_percent"]):
        parts.append(f"{site['not_suitable_percent']:.0f} % not functionally suitable")
    if pd.notna(risks).any():
        high = f", £{risks[0]:,.0f} of it high risk" if pd.notna(risks[0]) else ""
        parts.append(f"backlog £{np.nansum(risks):,.0f}{high}")
    if pd.notna(site["running_cost_gbp"]):
        parts.append(f"running cost £{site['running_cost_gbp']:,.0f} a year")
    return "; ".join(parts)
