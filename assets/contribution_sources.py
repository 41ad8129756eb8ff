"""What a statement rests on, by grade and source: assumptions and their ranges, people a home, costs."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

_CITED = (
    "estates.net_new_share_practice",
    "estates.net_new_share_hospital",
    "estates.occupancy_relative",
    "estates.primary_care_area",
    "estates.equipment_gbp",
    "estates.occupancy_general_acute",
    "estates.mental_health_bed_days",
    "estates.occupancy_mental_health",
    "estates.community_clinic_share",
    "estates.community_clinic_minutes",
    "estates.community_clinic_hours",
    "estates.community_clinic_utilisation",
)
_MIX = tuple(
    f"estates.mix_{name}" for name in ("1_bedroom", "2_bedrooms", "3_bedrooms", "4_or_more_bedrooms")
)


def sources_of(
    sources: pd.DataFrame,
    assumptions: pd.DataFrame,
    residents: pd.DataFrame,
    priced: Sequence[tuple[str, str, str]],
) -> tuple[str, ...]:
    """A line a grade and source, with its year; priced: grade, source and words of unit costs."""
    rows = assumptions.set_index("id")
    cited: dict[tuple[str, str], list[str]] = {}
    assumed_mix = _MIX if (residents["mix"] == "assumed").any() else ()
    for identifier in (*_CITED, *assumed_mix):
        row = rows.loc[identifier]
        low, high = (float(str(row[end])) for end in ("low", "high"))
        ends = "" if pd.isna(low) else f" ({low:g} to {high:g})"
        key = (str(row["evidence_grade"]), str(row["source_id"]))
        cited.setdefault(key, []).append(f"{identifier} {row['value']:g}{ends} {row['unit']}")
    for _, row in residents.drop_duplicates(["evidence_grade", "source_id"]).iterrows():
        key = (str(row["evidence_grade"]), str(row["source_id"]))
        cited.setdefault(key, []).append("people a home by bedrooms and age (occupancy_by_bedrooms)")
    for grade, identifier, words in priced:
        cited.setdefault((grade, identifier), []).append(words)
    titles = sources.set_index("id")
    found = []
    for (grade, identifier), what in cited.items():
        source = titles.loc[identifier]
        named = f"{source['publisher']}, {source['title']} ({source['release']})"
        found.append(f"Grade {grade}; {named}: {'; '.join(what)}")
    return tuple(found)
