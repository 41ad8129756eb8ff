"""The national tables that the project has: keys, authorities, totals and known figures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from assets.england.boards import BOARDS_OF_2024, BOARDS_OF_2026
from assets.england.boundaries import AUTHORITY_BOUNDARIES, MSOA_BOUNDARIES
from assets.england.building import build_england
from assets.england.msoas import MSOAS
from assets.england.national_tables import ENGLAND_DIRECTORY, england_boundaries, england_table
from assets.england.published_files import PublishedFiles

KEYS = {
    "authorities": ["code"],
    "authority_boards": ["authority", "sub_icb"],
    "authority_deprivation": ["authority"],
    "births_and_deaths": ["authority", "year"],
    "census_households": ["authority", "census_year"],
    "components_of_change": ["authority", "year"],
    "council_tax_stock": ["authority"],
    "dwelling_stock": ["authority", "year"],
    "msoa_ages": ["msoa", "year"],
    "msoa_deprivation": ["msoa", "quintile"],
    "lsoas": ["lsoa"],
    "msoa_totals": ["msoa", "year"],
    "neighbourhoods": ["msoa"],
    "net_additional_dwellings": ["authority", "year"],
    "official_projections": ["projection", "authority", "year", "age_band"],
    "official_projections_by_age": ["projection", "area", "year", "sex", "age_band"],
    "plan_requirements": ["planning_authority", "plan_id"],
    "population": ["authority", "year", "sex", "age"],
    "population_persons": ["authority", "year", "age"],
    "population_totals": ["authority", "year"],
}
ALL = [
    "authority_boards",
    "authority_deprivation",
    "census_households",
    "council_tax_stock",
    "neighbourhoods",
    "net_additional_dwellings",
    "official_projections",
    "population",
    "population_persons",
    "population_totals",
]
WITHOUT = {
    "E06000058": "Bournemouth, Christchurch and Poole",
    "E06000059": "Dorset",
    "E06000060": "Buckinghamshire",
    "E06000061": "North Northamptonshire",
    "E06000062": "West Northamptonshire",
    "E06000066": "Somerset",
    "E07000244": "East Suffolk",
    "E07000245": "West Suffolk",
}
"""Made of others from 2019 to 2023; three files have neither them nor all of their districts."""


def current() -> set[str]:
    authorities = england_table("authorities")
    return set(authorities.loc[authorities["status"].eq("current"), "code"])


@pytest.mark.parametrize("name", sorted(KEYS))
def test_rows_are_unique_and_in_the_order_of_their_key(name: str) -> None:
    table = england_table(name)
    assert not table.duplicated(KEYS[name]).any()
    assert table[KEYS[name]].equals(table.sort_values(KEYS[name])[KEYS[name]].reset_index(drop=True))
    register = pd.read_csv(ENGLAND_DIRECTORY / "tables.csv")
    assert set(register.loc[register["table"].eq(name), "rows"]) == {len(table)}


def test_there_are_296_authorities_and_former_ones_name_their_successor() -> None:
    authorities = england_table("authorities").set_index("code")
    former = authorities[authorities["status"].eq("former")]
    assert len(current()) == 296
    assert len(former) == 50
    assert set(former["successor"]) <= current()
    assert (authorities.loc[sorted(current()), "successor"] == "").all()
    assert authorities.loc["E07000026", "successor"] == "E06000063"
    assert authorities.loc["E08000016", "successor"] == "E08000038"
    assert authorities.loc["E06000055", "region_name"] == "East of England"
    assert authorities.loc["E07000008", "upper_tier_name"] == "Cambridgeshire"


@pytest.mark.parametrize("name", ALL)
def test_every_authority_is_in_it_under_its_code_in_force(name: str) -> None:
    assert set(england_table(name)["authority"]) == current()


@pytest.mark.parametrize("name", ["components_of_change", "births_and_deaths", "dwelling_stock"])
def test_an_authority_that_a_table_lacks_is_named_in_the_register(name: str) -> None:
    assert current() - set(england_table(name)["authority"]) == set(WITHOUT)
    register = pd.read_csv(ENGLAND_DIRECTORY / "tables.csv")
    note = register.loc[register["table"].eq(name), "note"].iloc[0]
    assert all(f"{title} ({code})" in note for code, title in WITHOUT.items())


def test_people_of_england_are_those_published() -> None:
    by_year = england_table("population").groupby("year")["population"].sum()
    assert by_year.to_dict() == {2021: 56_536_419, 2022: 57_106_398}
    assert england_table("population_persons")["population"].sum() == 58_620_101
    assert england_table("msoa_totals")["population"].sum() == 58_620_101
    of_2020 = england_table("population_totals").query("year == 2020")
    assert len(of_2020) == 296
    assert of_2020["population"].sum() == 56_550_138


def test_every_cell_of_the_estimates_is_there() -> None:
    people = england_table("population")
    assert (people.groupby(["authority", "year", "sex"])["age"].nunique() == 91).all()
    assert len(people) == 296 * 2 * 2 * 91


def test_figures_of_known_places_are_those_published() -> None:
    """As the tables of the default area have them, which were read from other files."""
    totals = england_table("population_totals").set_index(["authority", "year"])["population"]
    assert totals["E06000032", 2021] == 224_826
    assert totals["E06000042", 2024] == 305_884
    births = england_table("births_and_deaths").set_index(["authority", "year"])
    assert births.loc[("E06000032", 2014), ["births", "deaths"]].tolist() == [3481, 1429]
    stock = england_table("dwelling_stock").set_index(["authority", "year"])["dwellings"]
    assert stock["E06000055", 2001] == 61_000
    flows = england_table("components_of_change").set_index(["authority", "year"])
    assert flows.loc[("E06000032", 2002), "internal_out"] == 10_242
    added = england_table("net_additional_dwellings").set_index(["authority", "year"])
    assert added.loc[("E06000056", 2020), "net_additional_dwellings"] == 2135
    assert england_table("census_households").set_index("authority").loc["E06000032", "households"] == 78_940


def test_births_published_for_two_places_together_are_unknown_not_nought() -> None:
    births = england_table("births_and_deaths").set_index("authority")
    for code in ("E06000052", "E06000053"):
        assert births.loc[code, "births"].isna().all()
        assert births.loc[code, "deaths"].notna().all()


def test_boards_of_both_dates_are_all_there_and_shares_add_up() -> None:
    boards = england_table("authority_boards")
    assert boards["icb_2024"].nunique() == BOARDS_OF_2024
    assert boards["icb_2026"].nunique() == BOARDS_OF_2026
    assert boards["lsoas"].sum() == 33_755
    shares = boards.groupby("authority")[["lsoa_share", "people_share"]].sum()
    assert (shares - 1).abs().max().max() < 1e-9
    bedford = boards.set_index("authority").loc["E06000055"]
    assert bedford[["sub_icb", "icb_2024", "icb_2026", "icb_2026_gss"]].tolist() == [
        "M1J4Y",
        "QHG",
        "S1Y5D",
        "E54000065",
    ]
    # Frimley was shared out among three boards in 2026; Slough's practices went to the Thames Valley.
    frimley = boards[boards["icb_2024"].eq("QNQ")].set_index("authority")
    assert frimley.loc["E06000039", "icb_2026"] == "S0E4D"
    assert frimley.loc["E07000089", "icb_2026"] == "QRL"
    assert frimley.loc["E07000209", "icb_2026"] == "S9B9J"


def test_people_of_a_location_are_near_those_its_projection_starts_from() -> None:
    boards = england_table("authority_boards").groupby("sub_icb_gss")["people"].sum()
    projected = england_table("official_projections_by_age").query("year == 2024 and kind == 'sub_icb'")
    by_location = projected.groupby("area")["population"].sum()
    assert set(boards.index) == set(by_location.index)
    assert (boards / by_location - 1).abs().max() < 0.05


def test_every_msoa_has_ages_people_and_deprivation_and_an_authority() -> None:
    neighbourhoods = england_table("neighbourhoods")
    assert len(neighbourhoods) == MSOAS
    for name in ("msoa_ages", "msoa_totals", "msoa_deprivation"):
        assert set(england_table(name)["msoa"]) == set(neighbourhoods["msoa"])
    deprivation = england_table("msoa_deprivation")
    assert deprivation.groupby("quintile")["lsoas"].sum().to_dict() == dict.fromkeys(range(1, 6), 6751)
    named = neighbourhoods.set_index("msoa")
    assert named.loc["E02003258", ["official_name", "authority"]].tolist() == ["Luton 001", "E06000032"]


def test_a_plan_says_how_its_number_is_given() -> None:
    plans = england_table("plan_requirements")
    assert len(plans) == 527
    assert plans["number_given"].value_counts().to_dict() == {
        "total": 376,
        "a_year": 82,
        "none": 34,
        "joint_total": 25,
        "range": 6,
        "range_a_year": 2,
        "joint_a_year": 2,
    }
    bedford = plans[plans["authority"].eq("E06000055")].set_index("plan")
    assert bedford.loc["Bedford Borough Local Plan 2030", "status"] == "adopted"
    assert bedford.loc["Bedford Borough Local Plan 2030", ["start_year", "end_year", "homes"]].tolist() == [
        2015,
        2030,
        14550,
    ]
    oxford = plans[plans["plan"].str.startswith("Oxford Local Plan 2040")].iloc[0]
    assert (oxford["status"], oxford["withdrawn"]) == ("withdrawn", "2025-01-27")
    assert plans["withdrawn"].ne("").sum() == plans["status"].eq("withdrawn").sum() == 11
    assert current() - set(plans["authority"]) == set()


def test_boundaries_are_of_all_areas_and_no_ring_crosses_itself() -> None:
    for name, wanted in (("authority_boundaries", current()), ("msoa_boundaries", None)):
        boundaries = england_boundaries(name)
        codes = [feature["properties"]["code"] for feature in boundaries["features"]]
        assert len(codes) == len(set(codes)) == (len(wanted) if wanted else MSOAS)
        assert wanted is None or set(codes) == wanted
        assert "Crown copyright" in boundaries["attribution"]
        for feature in boundaries["features"]:
            for polygon in feature["geometry"]["coordinates"]:
                for ring in polygon:
                    assert ring[0] == ring[-1]
                    assert len({tuple(point) for point in ring}) == len(ring) - 1 > 2


@pytest.mark.parametrize("file", [AUTHORITY_BOUNDARIES, MSOA_BOUNDARIES])
def test_boundaries_name_the_file_they_are_made_of(file: str) -> None:
    assert file in set(pd.read_csv(ENGLAND_DIRECTORY / "tables.csv")["file"])


@pytest.mark.parametrize("subject", ["authorities", "housing_stock", "plans"])
def test_the_tables_in_the_project_are_made_of_the_published_files(
    subject: str, shared: Callable[[str], Path], tmp_path: Path
) -> None:
    rebuilt(tmp_path, shared("england"), subject)


@pytest.mark.long
@pytest.mark.parametrize("subject", ["boards", "people", "msoas", "projections", "boundaries"])
def test_the_larger_tables_are_made_of_the_published_files(
    subject: str, shared: Callable[[str], Path], tmp_path: Path
) -> None:
    rebuilt(tmp_path, shared("england"), subject)


def rebuilt(into: Path, published: Path, subject: str) -> None:
    """Every table of the subject is built to the byte as it stands in the project, register rows too."""
    sizes = build_england(PublishedFiles(published), into, only=[subject]).sizes
    assert sizes
    for name in sizes:
        assert (into / name).read_bytes() == (ENGLAND_DIRECTORY / name).read_bytes(), name
    ours = pd.read_csv(ENGLAND_DIRECTORY / "tables.csv", dtype=str, keep_default_na=False)
    theirs = pd.read_csv(into / "tables.csv", dtype=str, keep_default_na=False)
    assert theirs.equals(ours[ours["table"].isin(theirs["table"])].reset_index(drop=True))
