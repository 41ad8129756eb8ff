"""The audit of a release against the last: headlines within declared bounds, or a change accepted by name.

A change that is right and large is let through by a row of data/release_acceptances.csv: who, why, until
when. The comparison itself is made in models.evaluation.reconciliation.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd

from assets.publication.headlines import HEADLINES
from assets.publication.measure_moves import EVERY_TABLE, compared_tables
from assets.release_history.input_changes import accepted_pairs, day_of
from assets.release_history.release_folders import Manifest
from assets.tables.declarations import INPUT_TABLES
from models.evaluation.reconciliation import beyond_bounds

KEYS = ["headline", "place", "year"]
_TITLES = {headline.name: headline.title for headline in HEADLINES}


def audit_against_last(
    headlines: pd.DataFrame,
    previous: Manifest | None,
    bounds: pd.DataFrame,
    acceptances: pd.DataFrame,
    names: Mapping[str, str],
    today: date,
) -> list[str]:
    """A sentence a headline and place that moved beyond its bounds and is not accepted; empty when none did.

    headlines: this release's; previous: the manifest of the last, None for the first; names: of places.
    """
    wrong = [
        f"release_bounds.csv names {name}, which is none of the headlines {', '.join(_TITLES)}"
        for name in sorted(set(bounds["headline"]) - set(_TITLES))
    ]
    acceptable = {*_TITLES, *compared_tables(), EVERY_TABLE}
    wrong += [
        f"release_acceptances.csv names {name}, which is no input file and none of "
        f"{', '.join(sorted(acceptable))}"
        for name in sorted(set(acceptances["accepted"]) - acceptable)
        if name.removesuffix(".csv") not in INPUT_TABLES
    ]
    wrong += [
        f"release_bounds.csv has no row for {name}, a headline"
        for name in _TITLES
        if name not in set(bounds["headline"])
    ]
    wrong += [
        f"release_acceptances.csv: until of {row['accepted']}, {row['place']} is {row['until']!r}, no date "
        "such as 2026-12-31"
        for row in acceptances.to_dict("records")
        if day_of(row["until"]) is None
    ]
    if wrong or previous is None or "headlines" not in previous:
        return wrong
    before = pd.DataFrame(previous["headlines"])[[*KEYS, "principal"]]
    both = headlines.merge(before, on=KEYS, suffixes=("", "_before")).merge(bounds, on="headline")
    accepted = accepted_pairs(acceptances, today)
    far = beyond_bounds(
        both["principal_before"], both["principal"], both["most_percent"], both["most_absolute"]
    )
    beyond = both[far].assign(size=(both["principal"] - both["principal_before"]).abs())
    for (headline, place), rows in beyond.groupby(["headline", "place"], sort=False):
        if (headline, place) in accepted:
            continue
        row = rows.sort_values("size").iloc[-1]
        where = names.get(str(place), str(place))
        wrong.append(
            f"{_TITLES[str(headline)]} in {where}, {row['year']}: {row['principal']:,.0f} against "
            f"{row['principal_before']:,.0f} in the last release, more than the {row['most_percent']:g} % "
            "release_bounds.csv allows. If it is right, add a row to release_acceptances.csv: who accepts "
            "it, why and until when"
        )
    return wrong
