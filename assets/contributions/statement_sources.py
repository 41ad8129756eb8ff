"""Sources of a statement by grade: assumptions and their ranges, people per home, costs."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from assets.publication.report.rests_on import asks

_MIX = "estates.mix_"


def sources_of(
    sources: pd.DataFrame,
    assumptions: pd.DataFrame,
    residents: pd.DataFrame,
    items: Sequence[str],
    priced: Sequence[tuple[str, str, str]],
) -> tuple[str, ...]:
    """A line for each grade and source, with its year; priced: grade, source and words of unit costs.

    The dwelling mix is cited where it is assumed for some of the residents.
    """
    made = asks(assumptions)
    rests_on = {identifier for item in items for identifier in made[item].ids}
    if not (residents["mix"] == "assumed").any():
        rests_on = {identifier for identifier in rests_on if not identifier.startswith(_MIX)}
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
