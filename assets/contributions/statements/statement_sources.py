"""Sources of a statement by grade: assumptions and their ranges, people per home, costs."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from assets.contributions.site_types import BEDROOM_SIZES, MIXED, OWN_MIX, TYPES, UNKNOWN
from assets.publication.report.rests_on import asks

_MIX, _UNKNOWN_TYPE = "estates.mix_", "estates.occupancy_relative_unknown_type"


def sources_of(
    sources: pd.DataFrame,
    assumptions: pd.DataFrame,
    residents: pd.DataFrame,
    items: Sequence[str],
    priced: Sequence[tuple[str, str, str]],
    site_type: str,
) -> tuple[str, ...]:
    """A line for each grade and source, with its year; priced: grade, source and words of unit costs.

    Of the dwelling mixes that of the site's type is cited, and none where the trajectory gives its own.
    """
    made = asks(assumptions)
    rests_on = {identifier for item in items for identifier in made[item].ids}
    part = TYPES.get(site_type, TYPES[MIXED])
    own = {f"{_MIX}{part}{size}" for size in BEDROOM_SIZES} if site_type != OWN_MIX else set()
    rests_on = {each for each in rests_on if not each.startswith(_MIX) or each in own}
    if site_type != UNKNOWN:
        rests_on.discard(_UNKNOWN_TYPE)
    cited: dict[tuple[str, str], list[str]] = {}
    for _, row in assumptions[assumptions["id"].isin(rests_on)].iterrows():
        identifier = row["id"]
        low, high = (float(str(row[end])) for end in ("low", "high"))
        ends = "" if pd.isna(low) else f" ({low:g} to {high:g})"
        key = (str(row["evidence_grade"]), str(row["source_id"]))
        cited.setdefault(key, []).append(f"{identifier} {row['value']:g}{ends} {row['unit']}")
    for _, row in residents.drop_duplicates(["evidence_grade", "source_id"]).iterrows():
        key = (str(row["evidence_grade"]), str(row["source_id"]))
        cited.setdefault(key, []).append("people per home by bedrooms and age (occupancy_by_bedrooms)")
    for grade, identifier, words in priced:
        cited.setdefault((grade, identifier), []).append(words)
    titles = sources.set_index("id")
    found = []
    for (grade, identifier), what in cited.items():
        source = titles.loc[identifier]
        named = f"{source['publisher']}, {source['title']} ({source['release']})"
        found.append(f"Grade {grade}; {named}: {'; '.join(what)}")
    return tuple(found)
