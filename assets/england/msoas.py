"""National tables of neighbourhoods: MSOAs of 2021 with names, ages, people and deprivation."""

from __future__ import annotations

import pandas as pd

from assets.england.authorities import AuthorityCodes, authority_codes
from assets.england.published_files import PublishedFiles, proved, published_total, refused_cell
from assets.england.register import NationalTable, Origin
from assets.official_files.age_labels import OLDEST

MSOA_AUTHORITY = "places/msoa21_lad23.csv"
MSOA_NAMES = "places/msoa21_names.csv"
LSOA_AUTHORITY = "places/lookup_lsoa21_ward24_ltla24.csv.gz"
MSOA_AGES = "population/msoa_age_by_single_year_2021.csv.gz"
MID_2024_MSOA = "population/ref_msoa_population.csv.gz"
CENSUS_AGES = "population/census2021-ts007-ltla.csv"
DEPRIVATION = "places/imd2025_england_lsoa21.csv.gz"
AUTHORITY_DEPRIVATION = "places/imd2025_england_ltla24.csv.gz"
MID_2024 = "population/mye24tablesew.csv"
MSOAS = 6856
_PERTURBED = 100.0
"""Most by which the MSOAs of an authority stand off its own count: the census perturbs cells."""
_IMD = {
    "imd_average_score": "average_score",
    "imd_rank_of_average_score": "rank_of_average_score",
    "imd_average_rank": "average_rank",
    "imd_rank_of_average_rank": "rank_of_average_rank",
    "imd_proportion_of_lso_as_in_most_deprived_10_percent_nationally": "share_in_most_deprived_tenth",
    "imd25_extent": "extent",
    "income_average_score": "income_average_score",
    "health_deprivation_and_disability_average_score": "health_average_score",
}


def build(published: PublishedFiles) -> list[NationalTable]:
    """neighbourhoods, msoa_ages, msoa_totals, lsoas, msoa_deprivation, authority_deprivation."""
    codes = authority_codes(published)
    neighbourhoods, found = _neighbourhoods(published, codes)
    names = published.table(MSOA_NAMES, ("msoa21cd", "msoa21nm", "msoa21hclnm"))
    neighbourhoods["msoa_name"] = neighbourhoods["msoa"].map(names.set_index("msoa21cd")["msoa21hclnm"])
    proved(MSOA_NAMES, "MSOAs with a name", int(neighbourhoods["msoa_name"].notna().sum()), MSOAS)
    totals, of_2024 = msoa_totals(published)
    _hold_to_authorities(published, codes, totals.merge(neighbourhoods, on="msoa"))
    return [
        NationalTable(
            "neighbourhoods",
            neighbourhoods,
            (
                Origin(MSOA_AUTHORITY, "ons_geography_lookups", "2023", found),
                Origin(MSOA_NAMES, "house_of_commons_msoa_names", "2021", "", "msoa_name"),
            ),
            ("msoa",),
        ),
        _ages(published, codes, neighbourhoods),
        NationalTable("msoa_totals", totals, (of_2024,), ("msoa", "year")),
        _lsoas(published, codes),
        _deprivation(published, codes),
        _authority_deprivation(published, codes),
    ]


def _neighbourhoods(published: PublishedFiles, codes: AuthorityCodes) -> tuple[pd.DataFrame, str]:
    rows = published.table(MSOA_AUTHORITY, ("MSOA21CD", "MSOA21NM", "LAD23CD"))
    rows = rows[rows["MSOA21CD"].str.startswith("E")]
    proof = proved(MSOA_AUTHORITY, "MSOAs of England", rows["MSOA21CD"].nunique(), MSOAS)
    authority = codes.mapped(MSOA_AUTHORITY, "LAD23CD", rows["LAD23CD"])
    return pd.DataFrame(
        {"msoa": rows["MSOA21CD"], "official_name": rows["MSOA21NM"], "authority": authority}
    ), proof


def msoa_totals(published: PublishedFiles) -> tuple[pd.DataFrame, Origin]:
    """People by MSOA at mid-2024; raises BadInput where the file is of another day or geography."""
    columns = ("area_id", "population", "population_reference_date", "geography_version")
    rows = published.table(MID_2024_MSOA, columns, numbers=("population",))
    rows = rows[rows["area_id"].str.startswith("E")]
    for column, wanted in ((columns[2], "2024-06-30"), (columns[3], "MSOA 2021")):
        if rows[column].ne(wanted).any():
            raise refused_cell(MID_2024_MSOA, rows[column], rows[column].ne(wanted), wanted, column)
    proved(MID_2024_MSOA, "MSOAs of England", rows["area_id"].nunique(), MSOAS)
    england = published.table(MID_2024, ("Code", "All ages"), numbers=("All ages",))
    whole = float(england.loc[england["Code"].eq("E92000001"), "All ages"].sum())
    proof = proved(MID_2024_MSOA, "people of England", rows["population"].sum(), whole)
    table = pd.DataFrame({"msoa": rows["area_id"], "year": 2024, "population": rows["population"]})
    return table.astype({"year": "int32", "population": "int32"}), Origin(
        MID_2024_MSOA, "ons_msoa_mid_2024", "2024", f"{proof}; every authority too", "persons, no ages"
    )


def _hold_to_authorities(published: PublishedFiles, codes: AuthorityCodes, people: pd.DataFrame) -> None:
    rows = published.table(MID_2024, ("Code", "All ages"), numbers=("All ages",))
    rows = rows[rows["Code"].isin(codes.current_of)]
    authorities = codes.merged(MID_2024, rows, "Code", [], ["All ages"]).set_index("authority")["All ages"]
    for authority, count in people.groupby("authority")["population"].sum().to_dict().items():
        proved(MID_2024_MSOA, f"people of {authority}", count, authorities.to_dict()[authority])


def _ages(published: PublishedFiles, codes: AuthorityCodes, neighbourhoods: pd.DataFrame) -> NationalTable:
    labels = ["Aged under 1 year", "Aged 1 year", *(f"Aged {age} years" for age in range(2, 100))]
    labels.append("Aged 100 years and over")
    rows = published.table(MSOA_AGES, ("msoa21cd", "Total", *labels), numbers=("Total", *labels))
    rows = rows[rows["msoa21cd"].str.startswith("E")]
    proved(MSOA_AGES, "MSOAs of England", rows["msoa21cd"].nunique(), MSOAS)
    off = rows[labels].sum(axis=1).ne(rows["Total"])
    if off.any():
        raise refused_cell(MSOA_AGES, rows["Total"], off, "the sum of its ages", "Total")
    ages = {f"age_{age}": rows[label] for age, label in enumerate(labels[:OLDEST])}
    ages[f"age_{OLDEST}"] = rows[labels[OLDEST:]].sum(axis=1)
    table = pd.DataFrame({"msoa": rows["msoa21cd"], "year": 2021} | ages)
    table = table.astype(dict.fromkeys(["year", *ages], "int32"))
    people = pd.DataFrame({"msoa": rows["msoa21cd"], "people": rows["Total"]}).merge(
        neighbourhoods, on="msoa"
    )
    counted = published.table(CENSUS_AGES, ("geography code", _TOTAL), numbers=(_TOTAL,))
    counted = counted[counted["geography code"].isin(codes.current_of)]
    census = codes.merged(CENSUS_AGES, counted, "geography code", [], [_TOTAL]).set_index("authority")[_TOTAL]
    for authority, count in people.groupby("authority")["people"].sum().to_dict().items():
        proved(MSOA_AGES, f"people of {authority}", count, census.to_dict()[authority], within=_PERTURBED)
    proof = published_total(MSOA_AGES, "people of England", rows["Total"].sum(), within=1000)
    return NationalTable(
        "msoa_ages",
        table,
        (
            Origin(MSOA_AGES, "ons_census_2021", "2021", f"{proof}; every authority within {_PERTURBED:g}"),
            Origin(CENSUS_AGES, "ons_census_2021", "2021", "", "to hold authorities to"),
        ),
        ("msoa", "year"),
    )


_TOTAL = "Age: Total; measures: Value"


def msoa_of_lsoas(published: PublishedFiles, codes: AuthorityCodes) -> pd.DataFrame:
    """An LSOA of England a row: lsoa, msoa, authority. An LSOA's name is its MSOA's with a letter.

    E01027305 lies in Cherwell and its MSOA in West Northamptonshire: a boundary moved between the lookups.
    """
    rows = published.table(LSOA_AUTHORITY, ("lsoa21_name", "lsoa21_code", "ltla24_code"))
    rows = rows[rows["lsoa21_code"].str.startswith("E")]
    authority = codes.mapped(LSOA_AUTHORITY, "ltla24_code", rows["ltla24_code"])
    neighbourhoods, _ = _neighbourhoods(published, codes)
    by_name = neighbourhoods.set_index("official_name")["msoa"]
    msoa = rows["lsoa21_name"].str.slice(stop=-1).map(by_name)
    if msoa.isna().any():
        expected = f"the name of an MSOA of {MSOA_AUTHORITY} and a letter"
        raise refused_cell(LSOA_AUTHORITY, rows["lsoa21_name"], msoa.isna(), expected, "lsoa21_name")
    return pd.DataFrame({"lsoa": rows["lsoa21_code"], "msoa": msoa, "authority": authority})


def _lsoas(published: PublishedFiles, codes: AuthorityCodes) -> NationalTable:
    """The MSOA of each LSOA, for files that count by LSOA."""
    lsoas = msoa_of_lsoas(published, codes)
    proof = f"LSOAs of England: {len(lsoas):,}, in all of {MSOAS:,} MSOAs"
    proved(LSOA_AUTHORITY, "MSOAs of England", lsoas["msoa"].nunique(), MSOAS)
    origin = Origin(LSOA_AUTHORITY, "ons_geography_lookups", "2024-05", proof)
    return NationalTable("lsoas", lsoas[["lsoa", "msoa"]], (origin,), ("lsoa",))


def _deprivation(published: PublishedFiles, codes: AuthorityCodes) -> NationalTable:
    """Quintile 1 holds the most deprived fifth of England's LSOAs."""
    rows = published.table(
        DEPRIVATION, ("lsoa21_code", "IMD_decile", "IMD_rank"), numbers=("IMD_decile", "IMD_rank")
    )
    proof = published_total(DEPRIVATION, "lower layer super output areas of England", len(rows))
    lsoas = msoa_of_lsoas(published, codes)
    proved(
        DEPRIVATION,
        f"LSOAs of {LSOA_AUTHORITY}",
        int(rows["lsoa21_code"].isin(lsoas["lsoa"]).sum()),
        len(lsoas),
    )
    wrong = ~rows["IMD_decile"].isin(range(1, 11))
    if wrong.any():
        raise refused_cell(DEPRIVATION, rows["IMD_decile"].astype(str), wrong, "1 to 10", "IMD_decile")
    by_decile = rows.groupby("IMD_decile")["IMD_rank"].agg(["min", "max"])
    if not (by_decile["min"].iloc[1:].to_numpy() > by_decile["max"].iloc[:-1].to_numpy()).all():
        raise refused_cell(
            DEPRIVATION,
            rows["IMD_decile"].astype(str),
            wrong | True,
            "deciles in the order of ranks",
            "IMD_decile",
        )
    rows["quintile"] = (rows["IMD_decile"].astype(int) + 1) // 2
    together = rows.merge(lsoas, left_on="lsoa21_code", right_on="lsoa")
    table = together.groupby(["msoa", "quintile"], as_index=False).agg(lsoas=("lsoa", "size"))
    table["lsoa_share"] = table["lsoas"] / table.groupby("msoa")["lsoas"].transform("sum")
    return NationalTable(
        "msoa_deprivation",
        table.astype({"quintile": "int32", "lsoas": "int32"}),
        (
            Origin(
                DEPRIVATION, "mhclg_imd_2025", "2025", proof, "LSOAs, not people: no file has their people"
            ),
            Origin(LSOA_AUTHORITY, "ons_geography_lookups", "2024-05"),
        ),
        ("msoa", "quintile"),
    )


def _authority_deprivation(published: PublishedFiles, codes: AuthorityCodes) -> NationalTable:
    rows = published.table(AUTHORITY_DEPRIVATION, ("ltla24_code", *_IMD), numbers=tuple(_IMD))
    authority = codes.mapped(AUTHORITY_DEPRIVATION, "ltla24_code", rows["ltla24_code"])
    table = rows.rename(columns=_IMD).assign(authority=authority)[["authority", *_IMD.values()]]
    proof = proved(AUTHORITY_DEPRIVATION, "authorities", table["authority"].nunique(), len(codes.current))
    origin = Origin(AUTHORITY_DEPRIVATION, "mhclg_imd_2025", "2025", proof, "rank 1 is the most deprived")
    return NationalTable("authority_deprivation", table, (origin,), ("authority",))
