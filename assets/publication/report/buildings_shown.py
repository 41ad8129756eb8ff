"""General practice by neighbourhood team: what is short, how likely, and what that rests on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

_AREA = "primary_care_gross_internal_area"
_TEAM = "team"


def local_gaps(
    tables: Mapping[str, pd.DataFrame], names: Mapping[str, str], year: int
) -> list[dict[str, str]]:
    """A row a team by its gap of floor area in a year, the largest first; none where the release has none."""
    if "local_estates" not in tables:
        return []
    table = tables["local_estates"]
    here = table[(table["area_kind"] == _TEAM) & (table["facility"] == _AREA) & (table["year"] == year)]
    by_measure = {str(measure): rows.set_index("area") for measure, rows in here.groupby("measure")}
    if set(by_measure) != {"required", "existing", "gap"}:
        return []
    gaps = by_measure["gap"].sort_values("principal", ascending=False)
    return [_row(str(code), row, by_measure, names) for code, row in gaps.iterrows()]


def _row(
    code: str, gap: pd.Series, by_measure: Mapping[str, pd.DataFrame], names: Mapping[str, str]
) -> dict[str, Any]:
    required, existing = (by_measure[measure].loc[code] for measure in ("required", "existing"))
    short, alone = gap["probability_short"], gap["probability_short_without_estimate"]
    return {
        "code": code,
        "team": str(gap["area_name"]),
        "place": names.get(str(gap["place"]), str(gap["place"])),
        "required": f"{required['principal']:,.0f}",
        "existing": f"{existing['principal']:,.0f}",
        "gap": f"{gap['principal']:,.0f} ({gap['p10']:,.0f} to {gap['p90']:,.0f})",
        "short": f"{100 * short:.0f} %",
        "alone": f"{100 * alone:.0f} %",
        "building": f"{gap['interval_from_building_percent']:.0f} %",
        "basis": str(gap["basis"]),
    }
