"""National tables of people: estimates, households of the census, components of change, births and deaths."""

from __future__ import annotations

import pandas as pd

from assets.england.authorities import AuthorityCodes, authority_codes, missing
from assets.england.published_files import PublishedFiles, proved, published_total, refused, refused_cell
from assets.england.register import NationalTable, Origin
from assets.official_files import ons_estimates
from assets.official_files.age_labels import OLDEST, SEXES
from assets.official_files.file_content import Content
from assets.official_files.official_file import Known

MID_2021 = "official/mid_2021_single_year_sex_uk_areas.csv.gz"
MID_2022 = "population/mid_2022_single_year_sex.csv.gz"
MID_2024 = "population/mye24tablesew.csv"
TOTALS = "population/population_totals_2001_2020.csv.gz"
COMPONENTS = "population/components_of_change_2002_2018.csv.gz"
BIRTHS_AND_DEATHS = "population/births_and_deaths_2014_2022.csv.gz"
HOUSEHOLDS = "population/la_count_households.xlsx"
MID_2020 = "population/msoa11_mid_2020.csv.gz"
MSOA_2011 = "places/msoa11_to_msoa21_to_lad22.csv"
ENGLAND = "E92000001"
FLOWS = ("internal_in", "internal_out", "international_in", "international_out")
COUNCILS = ("E06", "E07", "E08", "E09")
"""First letters of codes of authorities in England."""
_EIGHT = "the file has neither the authorities nor all of their districts"
_BEFORE = "before the 2021 Census re-based the series"


def build(published: PublishedFiles) -> list[NationalTable]:
    """population, population_persons, population_totals, census_households, components, births and deaths."""
    codes = authority_codes(published)
    by_sex, sexes = _by_sex_and_age(published, codes)
    persons, of_2024 = _persons_of_2024(published, codes)
    return [
        NationalTable("population", by_sex, sexes, ("authority", "year", "sex", "age")),
        NationalTable("population_persons", persons, (of_2024,), ("authority", "year", "age")),
        _totals(published, codes, by_sex, persons, (*sexes, of_2024)),
        _households(published, codes),
        _components(published, codes),
        _births_and_deaths(published, codes),
    ]


def _by_sex_and_age(
    published: PublishedFiles, codes: AuthorityCodes
) -> tuple[pd.DataFrame, tuple[Origin, ...]]:
    columns = ("code", "geography", "year", "sex", "age", "population")
    first = published.table(MID_2021, columns, numbers=("year", "age", "population"))
    first["sex"] = _sexes(MID_2021, first["sex"], {"F": "female", "M": "male"})
    england = first[first["code"].eq(ENGLAND)]
    first = first[first["code"].str.startswith(COUNCILS)]
    both = first.groupby(["sex", "age"])["population"].sum()
    for cell, people in england.groupby(["sex", "age"])["population"].sum().to_dict().items():
        proved(MID_2021, f"people of England, {cell}", both.to_dict().get(cell, 0), people)
    of_2021 = proved(MID_2021, "people of England", both.sum(), england["population"].sum())
    second = published.table(MID_2022, ("area_code", "sex", "age", "persons"), numbers=("age", "persons"))
    second["sex"] = _sexes(MID_2022, second["sex"], {sex: sex for sex in SEXES})
    of_2022 = published_total(MID_2022, "people of England", second["persons"].sum())
    tables = []
    for name, rows, column in (
        (MID_2021, first, "code"),
        (MID_2022, second.rename(columns={"persons": "population"}).assign(year=2022), "area_code"),
    ):
        table = codes.merged(name, rows, column, ["year", "sex", "age"], ["population"])
        _require_all(name, codes, table, len(SEXES) * (OLDEST + 1))
        proved(
            name, "people after districts were merged", table["population"].sum(), rows["population"].sum()
        )
        tables.append(table)
    by = "all 182 cells of sex and age too"
    return _whole(pd.concat(tables), "year", "age", "population"), (
        Origin(MID_2021, "ons_mye_2021", "2021", f"{of_2021}; {by}"),
        Origin(MID_2022, "ons_mye_2022", "2022", of_2022),
    )


def _sexes(name: str, cells: pd.Series, names: dict[str, str]) -> pd.Series:
    sexes = cells.map(names)
    if sexes.isna().any():
        raise refused_cell(name, cells, sexes.isna(), " or ".join(names), "sex")
    return sexes


def _require_all(name: str, codes: AuthorityCodes, table: pd.DataFrame, rows: int) -> None:
    """Refuse a file that lacks an authority or one of its cells."""
    counts = table.groupby("authority").size().reindex(codes.current, fill_value=0)
    for code, count in counts.items():
        if count != rows:
            raise refused(name, f"{count} rows of {code}", f"{rows} rows of each authority")


def _whole(table: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """The columns as whole numbers of four bytes."""
    return table.astype(dict.fromkeys(columns, "int32"))


def _persons_of_2024(published: PublishedFiles, codes: AuthorityCodes) -> tuple[pd.DataFrame, Origin]:
    """Held to its totals by the reader of that publication; single ages are taken from the same columns."""
    known = Known({}, "", {}, {}, frozenset())
    publication = ons_estimates.read(Content(published.path(MID_2024)), known)
    ages = [*(str(age) for age in range(OLDEST)), f"{OLDEST}+"]
    rows = published.table(MID_2024, ("Code", *ages), numbers=ages)
    england = rows.loc[rows["Code"].eq(ENGLAND), ages].to_numpy().sum()
    rows = rows[rows["Code"].str.startswith(COUNCILS)]
    merged = codes.merged(MID_2024, rows, "Code", [], ages)
    _require_all(MID_2024, codes, merged, 1)
    table = merged.melt("authority", var_name="age", value_name="population").assign(year=2024)
    table["age"] = table["age"].str.rstrip("+")
    proof = proved(MID_2024, "people of England", table["population"].sum(), england)
    return _whole(table[["authority", "year", "age", "population"]], "year", "age", "population"), Origin(
        MID_2024, "ons_mye_2024", "2024", "; ".join((proof, *publication.proofs)), "persons; no sexes"
    )


def _totals(
    published: PublishedFiles,
    codes: AuthorityCodes,
    by_sex: pd.DataFrame,
    persons: pd.DataFrame,
    origins: tuple[Origin, ...],
) -> NationalTable:
    rows = published.table(TOTALS, ("place_code", "year", "population"), numbers=("year", "population"))
    before = codes.merged(TOTALS, rows, "place_code", ["year"], ["population"]).assign(basis=_BEFORE)
    of_2020, msoas = _totals_of_2020(published, codes)
    of_2020 = of_2020.assign(basis=f"{_BEFORE}; sum of its MSOAs")
    compared = before[before["year"].eq(2020)].merge(of_2020, on="authority", suffixes=("", "_msoas"))
    proof = proved(
        MID_2020,
        f"people in mid-2020 of the {len(compared)} authorities of {TOTALS}",
        compared["population_msoas"].sum(),
        compared["population"].sum(),
    )
    without = of_2020[~of_2020["authority"].isin(compared["authority"])]
    whole = published_total(
        TOTALS,
        "people of England in mid-2020, with the MSOAs of the rest",
        compared["population"].sum() + without["population"].sum(),
    )
    later = [
        table.groupby(["authority", "year"], as_index=False)["population"].sum().assign(basis=basis)
        for table, basis in (
            (by_sex[by_sex["year"].eq(2021)], "on the 2021 Census, first release"),
            (by_sex[by_sex["year"].eq(2022)], "on the 2021 Census, release of March 2024"),
            (persons, "on the 2021 Census, release of July 2025"),
        )
    ]
    table = pd.concat([before, without, *later])
    note = missing(codes, before, _EIGHT)
    return NationalTable(
        "population_totals",
        _whole(table, "year", "population"),
        (
            Origin(TOTALS, "ons_mye_totals", "2001 to 2020", whole, f"{note}; see {MID_2020} for 2020"),
            Origin(MID_2020, "ons_msoa_mid_2020", "2020", proof, "for the authorities the other file lacks"),
            Origin(MSOA_2011, "ons_geography_lookups", "2022", msoas),
            *origins,
        ),
        ("authority", "year"),
    )


def _totals_of_2020(published: PublishedFiles, codes: AuthorityCodes) -> tuple[pd.DataFrame, str]:
    lookup = published.table(MSOA_2011, ("MSOA11CD", "LAD22CD"))
    lookup = lookup[lookup["LAD22CD"].str.startswith("E")].drop_duplicates()
    of = codes.mapped(MSOA_2011, "LAD22CD", lookup["LAD22CD"])
    of.index = pd.Index(lookup["MSOA11CD"])
    of = of[~of.index.duplicated()]
    people = published.table(MID_2020, ("msoa11_code", "total_population"), numbers=("total_population",))
    people = people[people["msoa11_code"].str.startswith("E")]
    people["authority"] = people["msoa11_code"].map(of)
    if people["authority"].isna().any():
        unknown = people["authority"].isna()
        raise refused_cell(MID_2020, people["msoa11_code"], unknown, f"an MSOA of {MSOA_2011}", "msoa11_code")
    proof = proved(MSOA_2011, "MSOAs of 2011 in England", people["msoa11_code"].nunique(), of.size)
    table = people.rename(columns={"total_population": "population"})
    return table.groupby("authority", as_index=False)[["population"]].sum().assign(year=2020), proof


def _households(published: PublishedFiles, codes: AuthorityCodes) -> NationalTable:
    code, households = "Lower Tier Local Authorities Code", "Observation"
    rows = published.sheet(HOUSEHOLDS, "Dataset", (code, households), numbers=(households,))
    rows = rows[rows[code].str.startswith(COUNCILS)].rename(columns={households: "households"})
    rows = rows.assign(census_year=2021)
    table = codes.merged(HOUSEHOLDS, rows, code, ["census_year"], ["households"])
    _require_all(HOUSEHOLDS, codes, table, 1)
    proved(HOUSEHOLDS, "households after merging", table["households"].sum(), rows["households"].sum())
    proof = published_total(HOUSEHOLDS, "households of England", table["households"].sum(), within=50)
    return NationalTable(
        "census_households",
        _whole(table, "census_year", "households"),
        (Origin(HOUSEHOLDS, "ons_census_2021", "2021", proof, "no communal or household population"),),
        ("authority", "census_year"),
    )


def _components(published: PublishedFiles, codes: AuthorityCodes) -> NationalTable:
    values = ["births", "deaths", *FLOWS, "other_change"]
    columns = ["place_code", "year", "population", *values]
    rows = published.table(COMPONENTS, columns, numbers=columns[1:])
    ordered = rows.sort_values(["place_code", "year"])
    change = ordered.groupby("place_code")["population"].diff()
    added = ordered["births"] - ordered["deaths"] + ordered["other_change"]
    added += ordered["internal_in"] - ordered["internal_out"]
    added += ordered["international_in"] - ordered["international_out"]
    held = change.dropna()
    most = float((added[held.index] - held).abs().max())
    what = f"most by which components stand off the change of a total, {len(held):,} authorities and years"
    balance = proved(COMPONENTS, what, most, 0, within=1)
    table = codes.merged(COMPONENTS, rows, "place_code", ["year"], values)
    note = (
        f"{missing(codes, table, _EIGHT)}; internal_in and internal_out of an authority made of districts "
        "include moves between them, their balance does not; years end on 30 June"
    )
    return NationalTable(
        "components_of_change",
        _whole(table, "year", *values),
        (Origin(COMPONENTS, "ons_components_of_change_england", "2002 to 2018", balance, note),),
        ("authority", "year"),
    )


def _births_and_deaths(published: PublishedFiles, codes: AuthorityCodes) -> NationalTable:
    columns = ("place_code", "year", "births", "deaths")
    rows = published.table(BIRTHS_AND_DEATHS, columns, numbers=columns[1:])
    table = codes.merged(BIRTHS_AND_DEATHS, rows, "place_code", ["year"], ["births", "deaths"])
    unknown = table.loc[table["births"].isna() | table["deaths"].isna(), "authority"].unique()
    named = ", ".join(f"{codes.names[code]} ({code})" for code in unknown)
    note = (
        f"{missing(codes, table, _EIGHT)}; so it has no total of England to hold to; "
        f"births unknown in {named}, which are published together"
    )
    return NationalTable(
        "births_and_deaths",
        table.astype({"year": "int32", "births": "Int32", "deaths": "Int32"}),
        (Origin(BIRTHS_AND_DEATHS, "ons_births_and_deaths_england", "2014 to 2022", "", note),),
        ("authority", "year"),
    )
