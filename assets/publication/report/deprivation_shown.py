"""Who lives where, for the page: the most deprived fifth by place, and every fifth of the whole area."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from assets.inputs.scenarios import PRINCIPAL
from assets.publication.headlines import HEADLINE_YEARS
from assets.publication.report.wording import words

_PEOPLE = {"people": "People", "people_65_plus": "65 and over"}


def deprivation(tables: Mapping[str, pd.DataFrame], names: Mapping[str, str], system: str) -> dict[str, Any]:
    """Headings and rows of both tables; nothing where a release has no people by deprivation."""
    if "population_by_deprivation" not in tables or tables["population_by_deprivation"].empty:
        return {}
    frame = tables["population_by_deprivation"]
    frame = frame[frame["scenario"] == PRINCIPAL]
    now = frame.loc[~frame["measure"].isin([*_PEOPLE, "people_85_plus"]), "year"].min()
    frame = frame[frame["year"].isin((now, *HEADLINE_YEARS))]
    measures = [*_PEOPLE, *sorted(set(frame["measure"]) - {*_PEOPLE, "people_85_plus"})]
    headings = [_PEOPLE.get(measure) or words(measure) for measure in measures]
    at = frame.set_index(["place", "year", "quintile", "measure"])[["principal", "share_percent"]]
    there = sorted(set(frame["place"]), key=lambda place: (place != system, names.get(place, place)))
    years = sorted(set(frame["year"]))

    def cells(place: str, year: int, quintile: int) -> list[str]:
        found = [(place, year, quintile, measure) for measure in measures]
        return [
            f"{at.loc[key, 'principal']:,.0f} ({at.loc[key, 'share_percent']:.0f} %)"
            if key in at.index
            else "not available"
            for key in found
        ]

    whole = system if system in there else there[0]
    return {
        "headings": headings,
        "core20": [
            [names.get(place, place), str(year), *cells(place, year, 1)] for place in there for year in years
        ],
        "of": names.get(whole, whole),
        "quintiles": [
            [_named(quintile), str(year), *cells(whole, year, quintile)]
            for quintile in sorted(set(frame["quintile"]))
            for year in years
        ],
    }


def _named(quintile: int) -> str:
    return {1: "1, most deprived (Core20)", 5: "5, least deprived"}.get(quintile, str(quintile))
