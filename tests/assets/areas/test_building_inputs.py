"""Beds and trust sites of an area: which published figure stands, and what is not taken for one."""

from __future__ import annotations

import pandas as pd
import pytest

from assets.areas.bed_inputs import beds_of_trust
from assets.areas.national_rows import AreaOfEngland
from assets.areas.postcode_places import placed_postcodes
from assets.areas.trust_site_inputs import trust_site_rows
from assets.buildings.trust_site_buildings import AREA, trust_site_buildings
from assets.tables.declarations import INPUT_TABLES
from tests.shipped import DATA

NO_MONTHS = pd.DataFrame(
    columns=[
        "month",
        "general_acute_beds_available",
        "general_acute_beds_occupied",
        "adult_critical_care_beds_available",
    ]
)


def quarters(*rows: tuple[str, float, float, float, float, str]) -> pd.DataFrame:
    names = ["general_acute_beds", "maternity_beds"]
    columns = [
        "quarter",
        *(f"{name}_{what}" for name in names for what in ("available", "occupied")),
        "repeats",
    ]
    return pd.DataFrame(rows, columns=columns)


def test_maternity_beds_are_the_quarters_that_were_counted() -> None:
    told = quarters(
        ("2023-24 Q1", 300.0, 250.0, 50.0, 30.0, ""),
        ("2023-24 Q2", 300.0, 250.0, 54.0, 31.0, ""),
        ("2023-24 Q4", 300.0, 250.0, 90.0, 80.0, "2022-23 Q4"),
        ("2024-25 Q1", 310.0, 260.0, 40.0, 33.0, ""),
        ("2024-25 Q2", 330.0, 260.0, 44.0, 35.0, ""),
        ("2024-25 Q3", 320.0, 260.0, 70.0, 70.0, ""),
    )
    found = {each.facility: each for each in beds_of_trust(NO_MONTHS, told, 2024)}
    assert found["maternity_beds"].beds == 42.0
    assert (found["maternity_beds"].grade, found["maternity_beds"].day) == ("A", "2025-03-31")
    assert "2 quarters of 2024/25" in found["maternity_beds"].note
    # A trust that sends no daily report.
    assert (found["general_acute_beds"].beds, found["general_acute_beds"].source) == (
        320.0,
        "nhs_england_kh03",
    )
    assert "critical_care_beds" not in found
    # As many open as occupied in every quarter: no count of open beds, so the year before stands.
    told.loc[told["quarter"].str.startswith("2024"), "maternity_beds_occupied"] = [40.0, 44.0, 70.0]
    earlier = next(each for each in beds_of_trust(NO_MONTHS, told, 2024) if each.facility == "maternity_beds")
    assert (earlier.beds, earlier.grade, earlier.day) == (52.0, "B", "2024-03-31")
    assert earlier.note.endswith("returned as many open as occupied in 2024/25")
    none = told.assign(maternity_beds_available=0.0, maternity_beds_occupied=0.0)
    assert [each.facility for each in beds_of_trust(NO_MONTHS, none, 2024)] == ["general_acute_beds"]


def test_every_acute_trust_of_the_default_area_has_its_beds_by_type() -> None:
    register = pd.read_csv(DATA / "premises.csv")
    beds = register[register["provider"].isin(["RC9", "RD8"]) & (register["unit"] == "beds")]
    types = {"general_acute_beds", "general_acute_beds_winter_peak", "critical_care_beds", "maternity_beds"}
    assert {trust: set(rows["facility"]) for trust, rows in beds.groupby("provider")} == {
        "RC9": types,
        "RD8": types,
    }
    open_beds = beds.set_index(["provider", "facility"])["quantity"]
    assert open_beds["RC9", "maternity_beds"] == pytest.approx(104.28, abs=0.01)
    assert open_beds["RD8", "maternity_beds"] == pytest.approx(39.40, abs=0.01)


def test_a_postcode_is_where_most_practices_of_its_sector_or_district_are() -> None:
    practices = pd.DataFrame(
        {
            "postcode": ["AB1 2CD", "AB1 2EF", "AB1 2EG", "AB1 7AA", "XY9 9ZZ"],
            "authority": ["W", "E", "E", "W", "N"],
            "latitude": [52.0, 52.2, 52.4, 53.0, 51.0],
            "longitude": [-1.0, -1.2, -1.4, -2.0, 0.0],
        }
    )
    found = placed_postcodes(pd.Series(["ab12cd", "AB1  2ZZ", "AB1 9AA", "", "QQ1 1QQ"]), practices)
    assert found["authority"].fillna("").tolist() == ["W", "E", "E", "", ""]
    assert found["placed_by"].fillna("").tolist() == [
        "postcode",
        "postcode sector",
        "postcode district",
        "",
        "",
    ]
    assert found["latitude"].round(6).tolist()[:2] == [52.0, 52.2]
    assert found["latitude"].isna().tolist() == [False, False, True, True, True]


def made_up(name: str) -> pd.DataFrame:
    """A trust that became another's, with a site in the area, one elsewhere and another trust's beside it."""
    from assets.england.national_tables import england_table

    if name != "estates_sites":
        return england_table(name)
    sites = england_table(name)
    return sites[sites["site_code"].isin(["RC110", "RC971", "RWK2X", "R0A01"])]


def test_sites_are_those_of_the_area_s_trusts_and_within_it_with_what_was_returned_of_them() -> None:
    area = AreaOfEngland("E54000024", "Here", ("E06000032", "E06000055"), ("RC9",), made_up)
    rows = trust_site_rows(area).rows.set_index("site_code")
    assert list(rows.reset_index().columns) == INPUT_TABLES["trust_sites"].column_names
    assert list(rows.index) == ["RC110", "RC971", "RWK2X"]
    assert rows["provider"].tolist() == ["RC9", "RC9", "RWK"]
    assert rows["trust"].tolist() == ["RC1", "RC9", "RWK"]
    assert rows["place"].tolist() == ["E06000055", "E06000032", "E06000032"]
    assert rows.loc["RC971", "built_1948_to_1974_percent"] == 16 + 7 + 40
    built = rows.filter(like="built_").sum(axis=1)
    assert built.between(99, 101).all()
    assert rows.loc["RC110", "backlog_high_risk_gbp"] == 1_594_224

    told = trust_site_buildings(rows.reset_index()).set_index("building")
    assert (told["facility"] == AREA).all()
    assert told.loc["RC971", ["value", "basis", "as_of"]].tolist() == [72_816, "published", "2019/20"]
    assert told.loc["RC971", "note"] == (
        "Area in 2019/20; 64 % built before 1975; 29 % not functionally suitable; backlog £46,381,589, "
        "£8,200,305 of it high risk; running cost £35,878,064 a year"
    )
    nothing = rows.reset_index().assign(gross_internal_area_m2=float("nan"))
    assert set(trust_site_buildings(nothing)["basis"]) == {"unknown"}
