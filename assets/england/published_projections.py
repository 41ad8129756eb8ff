"""National tables of official projections: 2018-based by authority, 2022-based by sub-ICB and region."""

from __future__ import annotations

import pandas as pd

from assets.england.authorities import AuthorityCodes, authority_codes
from assets.england.people import COUNCILS
from assets.england.published_files import PublishedFiles, proved, refused, refused_cell
from assets.england.register import NationalTable, Origin
from assets.official_files import ons_projections
from assets.official_files.age_labels import OLDEST, ages_of
from assets.official_files.file_content import Content
from assets.official_files.official_file import Known

BASED_2018 = "official/ons_2018_based_snpp_persons_england.csv"
BY_LOCATION = "population/popprojsicb5yrmigcat22based.xls"
BY_REGION = "population/popprojreg5yrmigcat22based.xls"
ENGLAND = "E92000001"
_SHEETS = {"male": "Males", "female": "Females", "persons": "Persons"}
_HEADER = 4
_ALL = "All ages"
_LOCATION, _REGION = "E38", "E12"
LOCATIONS, REGIONS = 106, 9
_FIRST, _LAST = 2022, 2047
_ROUNDING = 1.0


def build(published: PublishedFiles) -> list[NationalTable]:
    """official_projections (authorities) and official_projections_by_age (locations, regions, England)."""
    codes = authority_codes(published)
    locations, of_locations = _workbook(published, BY_LOCATION, "sub_icb", _LOCATION, LOCATIONS)
    regions, of_regions = _workbook(published, BY_REGION, "region", _REGION, REGIONS)
    england = locations[locations["area"].eq(ENGLAND)]
    other = regions[regions["area"].eq(ENGLAND)]
    off = (england["population"].to_numpy() - other["population"].to_numpy()).astype(float)
    proved(BY_REGION, f"cells of England that differ from {BY_LOCATION}", float(abs(off).max()), 0, _ROUNDING)
    table = pd.concat([locations, regions[regions["area"].ne(ENGLAND)]])
    source = "ons_snpp_2022_based_boards"
    return [
        _authorities(published, codes),
        NationalTable(
            "official_projections_by_age",
            table,
            (
                Origin(BY_LOCATION, source, "2022-based", of_locations, "migration category variant"),
                Origin(BY_REGION, source, "2022-based", of_regions, "migration category variant"),
            ),
            ("projection", "area", "year", "sex", "age_band"),
        ),
    ]


def _authorities(published: PublishedFiles, codes: AuthorityCodes) -> NationalTable:
    """In the bands of the input table; held to its totals by the reader of that publication."""
    listed = published.table(BASED_2018, ("CODE",))["CODE"].drop_duplicates()
    there = listed[listed.str.startswith(COUNCILS)]
    codes.mapped(BASED_2018, "CODE", there)
    known = Known(dict.fromkeys(there, ""), "", {}, {}, frozenset())
    publication = ons_projections.read(Content(published.path(BASED_2018)), known)
    rows = publication.tables["official_projections"]
    keys = ["projection", "year", "age_band", "source_id"]
    table = codes.merged(BASED_2018, rows, "place", keys, ["population"])
    proved(BASED_2018, "authorities", table["authority"].nunique(), len(codes.current))
    proved(BASED_2018, "people after merging", table["population"].sum(), rows["population"].sum())
    table = table.astype({"year": "int32", "population": "int32"})
    origin = Origin(BASED_2018, "ons_snpp_2018_based", "2018-based", "; ".join(publication.proofs))
    return NationalTable(
        "official_projections", table, (origin,), ("projection", "authority", "year", "age_band")
    )


def _workbook(
    published: PublishedFiles, name: str, kind: str, prefix: str, areas: int
) -> tuple[pd.DataFrame, str]:
    """Both sexes, five-year ages, every area of the kind and England; persons only to hold them to."""
    by_sex = {sex: _sheet(published, name, sheet) for sex, sheet in _SHEETS.items()}
    keys = ["area", "year", "age_band"]
    persons = by_sex.pop("persons").set_index(keys)["population"]
    table = pd.concat([rows.assign(sex=sex) for sex, rows in by_sex.items()])
    added = table.groupby(keys)["population"].sum().reindex(persons.index)
    proved(
        name, "cells of persons off females and males", float((added - persons).abs().max()), 0, 2 * _ROUNDING
    )
    table = table[table["area"].eq(ENGLAND) | table["area"].str.startswith(prefix)]
    found = int(table["area"].nunique()) - 1
    proof = [proved(name, f"areas {prefix}", found, areas)]
    parts = table[table["area"].ne(ENGLAND)].groupby(["year", "sex", "age_band"])["population"].sum()
    whole = table[table["area"].eq(ENGLAND)].set_index(["year", "sex", "age_band"])["population"]
    off = float((parts - whole.reindex(parts.index)).abs().max())
    proved(name, "England's cells off the sum of areas", off, 0, _ROUNDING * areas)
    proof.append(f"{len(parts):,} cells of England against its areas: the largest difference is {off:,.0f}")
    table["kind"] = table["area"].eq(ENGLAND).map({True: "country", False: kind})
    table["projection"] = "ons_2022_based"
    table["population"] = table["population"].round()
    columns = ["projection", "area", "kind", "year", "sex", "age_band", "population"]
    return table[columns].astype({"year": "int32", "population": "int32"}), "; ".join(proof)


def _sheet(published: PublishedFiles, name: str, sheet: str) -> pd.DataFrame:
    years = [str(year) for year in range(_FIRST, _LAST + 1)]
    rows = published.sheet(name, sheet, ("CODE", "AGE GROUP", *years), numbers=years, header=_HEADER)
    unknown = rows[years].isna().any(axis=1)
    if unknown.any():
        raise refused_cell(name, rows["CODE"], unknown, "a number in every year", "CODE")
    bands = [f"{age}-{age + 4}" for age in range(0, OLDEST, 5)] + [f"{OLDEST}+"]
    labels = {label: _band(label) for label in rows["AGE GROUP"].unique()}
    rows["age_band"] = rows["AGE GROUP"].map(labels)
    counts = rows.groupby("CODE")["age_band"].agg(lambda found: sorted(map(str, found)))
    wanted = sorted([*bands, "all"])
    for code, found in counts.to_dict().items():
        if found != wanted:
            raise refused(f"{name}, sheet {sheet}", f"ages of {code}: {', '.join(found)}", ", ".join(wanted))
    printed = rows[rows["age_band"].eq("all")].set_index("CODE")[years]
    rows = rows[rows["age_band"].ne("all")]
    off = float((rows.groupby("CODE")[years].sum() - printed).abs().max().max())
    proved(name, f"all ages of {sheet} off their groups", off, 0, _ROUNDING * len(bands))
    table = rows.melt(["CODE", "age_band"], years, var_name="year", value_name="population")
    return table.rename(columns={"CODE": "area"}).astype({"year": "int32"})


def _band(label: str) -> str:
    ages = ages_of(label)
    if ages == (0, None):
        return "all"
    if ages is None:
        return label
    return f"{ages[0]}+" if ages[1] is None else f"{ages[0]}-{ages[1]}"
