"""Estimates of people by place, year, sex and band as rows of the tables that hold them.

Shared by the publications that carry mid-year estimates. Years up to the base stand on a census, by sex;
later ones are what projections are raked to, persons alone.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from assets.official_files.age_labels import SEXES
from assets.official_files.official_file import Reading
from assets.tables.declarations import INPUT_TABLES

Bands = Mapping[str, int]


def estimates(
    reading: Reading,
    people: Mapping[tuple[str, int, str], Bands],
    source: str,
    basis: str,
    totals: Mapping[tuple[str, int], int] | None = None,
) -> dict[str, pd.DataFrame]:
    """Rows by table from people by (place, year, sex or `persons`) and band, and from totals without bands.

    A year that is not of a census and stands before the base has no table but that of totals, and is named
    among what was not used.
    """
    base = max(reading.known.census_years, default=0)
    rows: dict[str, list[tuple[object, ...]]] = {
        "census_based_population": [],
        "population_estimates": [],
        "mid_year_estimate_totals": [],
    }
    for (place, year), count in sorted((totals or {}).items()):
        rows["mid_year_estimate_totals"].append((place, year, count, basis, source))
    left: set[int] = set()
    for (place, year, sex), bands in sorted(people.items()):
        by_band = [(place, year, sex, band, count) for band, count in bands.items()]
        if sex == "persons":
            rows["mid_year_estimate_totals"].append((place, year, sum(bands.values()), basis, source))
            if year > base:
                rows["population_estimates"] += [(row[0], row[1], *row[3:]) for row in by_band]
        elif year in reading.known.census_years:
            rows["census_based_population"] += by_band
        elif year <= base and sex in SEXES:
            left.add(year)
        elif sex == SEXES[0]:
            reading.unused.append(f"sexes of {year}: years after the base are raked by age alone")
    reading.unused += [
        f"ages of {year}: before the base {base}, and on no census of census_based_population.csv"
        for year in sorted(left)
    ]
    reading.unused = list(dict.fromkeys(reading.unused))
    return {
        name: pd.DataFrame(listed, columns=INPUT_TABLES[name].column_names)
        for name, listed in rows.items()
        if listed
    }
