"""Builders of the tables of health on small files: what is read, what is refused and with which words."""

from __future__ import annotations

import pandas as pd
import pytest
from openpyxl import Workbook

from assets.england.health import (
    emergency_departments,
    health_estates,
    hospital_beds,
    pcn_staff,
    practices,
    social_care,
    trust_staff,
    trusts,
    urgent_care_providers,
)
from assets.england.health.practice_locations import place_practices
from housing_trajectories.findings import BadInput
from tests.assets.england.published_folder import Folder
from tests.assets.official_files.official_examples import AE_HEADER, AE_ROWS, AE_TOTAL
from tests.assets.official_files.test_ae_workbooks import ENGLAND, PROVIDERS, workbook


def month(folder: Folder, period: str, rows: list[list[object]], england: list[object] = ENGLAND) -> None:
    there = folder.path / emergency_departments.WORKBOOKS
    there.mkdir(parents=True, exist_ok=True)
    workbook(there, rows, england, period).rename(there / f"{period}.xlsx")


def test_every_provider_of_every_month_is_read_and_a_footnote_is_none(folder: Folder) -> None:
    footnote = ["", "1. Did not submit", "", "", *[""] * 14]
    month(folder, "April 26", [*PROVIDERS, footnote])
    month(folder, "May 26", PROVIDERS)
    table = folder.tables(emergency_departments.build)["ae_monthly"]
    assert table[["provider", "month"]].to_numpy().tolist() == [
        [code, at] for code in ("RC1", "RC9", "RXX") for at in ("2026-04", "2026-05")
    ]
    assert table.iloc[0][list(emergency_departments.COUNTS)].tolist() == [100, 2, 10, 21, 4]
    assert table.iloc[0][["ae_attendances", "emergency_admissions"]].tolist() == [112, 25]


def test_a_month_that_is_missing_or_there_twice_is_refused(folder: Folder) -> None:
    month(folder, "April 26", PROVIDERS)
    month(folder, "June 26", PROVIDERS)
    assert folder.refusal(emergency_departments.build).found == "no workbook of 2026-05"
    month(folder, "May 26", PROVIDERS)
    there = folder.path / emergency_departments.WORKBOOKS
    (there / "a copy.xlsx").write_bytes((there / "May 26.xlsx").read_bytes())
    assert folder.refusal(emergency_departments.build).found == "2026-05 a second time"


def test_a_month_as_csv_that_differs_is_named_and_not_used(folder: Folder) -> None:
    text = "\n".join([AE_HEADER, *AE_ROWS, AE_TOTAL])
    folder.write("health/ae_csv/March.csv", text)
    counts = [(20030, 0, 1004, 5010, 400), (8500, 0, 0, 2000, 100), (103, 5, 7, 45, 17)]
    rows: list[list[object]] = []
    for (code, name), (first, second, third, via, other) in zip(
        (("RC9", "Luton"), ("RD8", "MK"), ("RXX", "Elsewhere")), counts, strict=True
    ):
        came, admitted = first + second + third, via + other
        rows.append(
            ["", code, "EAST", name, first, second, third, came, 0, 0, 0, 0, via, 0, 0, via, other, admitted]
        )
    england: list[object] = [
        "",
        "-",
        "-",
        "England",
        *(sum(int(str(row[at])) for row in rows) for at in range(4, 18)),
    ]
    month(folder, "March 2024", rows, england)
    [table] = emergency_departments.build(folder.files)
    assert "has the same of every provider" in table.origins[-1].note
    folder.write("health/ae_csv/March.csv", text.replace("8,500", "8,400").replace(",28600,", ",28500,"))
    [table] = emergency_departments.build(folder.files)
    assert table.origins[-1].note.startswith("not used for RD8: the workbook has other figures")


def mapping(folder: Folder, month: str, board: str, share: float = 0.7, first: str = "Org code") -> None:
    book = Workbook()
    boards = book.create_sheet(urgent_care_providers.BOARDS_SHEET)
    for line in ([""], [""], [first, "Region ", "Name", "STP"], ["rbb", "East", "Walk-in  Centre", board]):
        boards.append(line)
    footprints = book.create_sheet(urgent_care_providers.FOOTPRINTS_SHEET)
    for _ in range(3):
        footprints.append(["words"])
    footprints.append(["Code", "Acute Code", "Proportion of Attends Acute 1"])
    for trust, proportion in (("RAA", share), ("RCC", 0.3)):
        footprints.append(["RBB", trust, proportion])
    book.save(folder.path / f"{month}.xlsx")


def urgent_care(folder: Folder) -> dict[str, pd.DataFrame]:
    folder.write(trusts.SYSTEMS_FILE, "ICB Name,ICB Code\nNHS Luton And Bedford Board,QHG\n")
    folder.write(trusts.MAP_FILE, "ICB_NAME,ICB_CODE\nNHS Central East Board,S1Y5D\n", trusts.MAP_MEMBER)
    names = {month: f"{month}.xlsx" for month in ("2026-03", "2026-05")}
    return folder.tables(lambda files: urgent_care_providers.built_from(files, names))


def test_a_walk_in_centre_has_its_boards_and_the_trusts_whose_area_it_serves(folder: Folder) -> None:
    mapping(folder, "2026-03", "NHS LUTON and Bedford Board")
    mapping(folder, "2026-05", "NHS Central East Board\xa0\xa0")
    tables = urgent_care(folder)
    assert tables["ae_providers"].iloc[0, :4].tolist() == ["RBB", "Walk-in Centre", "QHG", "S1Y5D"]
    assert tables["ae_footprints"][["acute_trust", "proportion"]].to_numpy().tolist() == [
        ["RAA", 0.7],
        ["RCC", 0.3],
    ]


def test_footprints_that_are_no_whole_and_another_header_are_refused(folder: Folder) -> None:
    mapping(folder, "2026-03", "Any")
    mapping(folder, "2026-05", "Any", share=0.5)
    with pytest.raises(BadInput, match=r"1 providers' proportions: 0\.2"):
        urgent_care(folder)
    mapping(folder, "2026-05", "Any", share=-0.5)
    with pytest.raises(BadInput, match=r"found -0\.5 of RBB; expected a proportion"):
        urgent_care(folder)
    mapping(folder, "2026-05", "Any", first="Org")
    with pytest.raises(BadInput, match="a row with Org code, Name, STP"):
        urgent_care(folder)


def kh03(folder: Folder, england: str = "30", quarter: str = "2024-25 Q2") -> None:
    header = ",".join(["org_code", "period", *hospital_beds._QUARTERLY])
    lines = [header]
    for period, total in (("2024-25 Q1", "30"), (quarter, england)):
        lines += [f"NAN,{period},40,{total},4,2", f"RAA,{period},30,25,4,2", f"RBB,{period},10,5,0,0"]
    folder.write(hospital_beds.QUARTERLY_FILE, "\n".join(lines))


def other_beds(folder: Folder, value: str = "100", births: str = "1000") -> None:
    kinds = ",".join(hospital_beds._MONTHLY)
    cells = ",".join([value, "90", *["NA"] * 10])
    folder.write(hospital_beds.MONTHLY_FILE, f"nhs_trust22_code,date,{kinds}\nRAA,April 2022,{cells}\n")
    rows = ["Period,Dimension,Org_Level,Org_Code,Value"]
    for dimension in hospital_beds._BIRTHS:
        rows += [f"2022-23,{dimension},National,All,{births}", f"2022-23,{dimension},Provider,RAA,1000"]
    folder.write(hospital_beds.MATERNITY_FILE, "\n".join(rows))


def test_beds_hold_england_and_say_which_quarter_came_twice(folder: Folder) -> None:
    kh03(folder)
    other_beds(folder)
    tables = folder.tables(hospital_beds.build)
    assert tables["beds_quarterly"]["repeats"].tolist() == ["", "2024-25 Q1", "", ""]
    assert tables["beds_monthly"].loc[0, "month"] == "2022-04"
    assert tables["beds_monthly"].loc[0, ["adult_critical_care_beds_occupied"]].isna().all()
    assert tables["maternity"][["provider", "deliveries"]].to_numpy().tolist() == [["RAA", 1000.0]]


def test_beds_that_are_not_england_or_no_number_are_refused(folder: Folder) -> None:
    other_beds(folder)
    kh03(folder, england="31")
    assert folder.refusal(hospital_beds.build).found.startswith("largest distance of all trusts' beds")
    kh03(folder, quarter="2024 Q2")
    finding = folder.refusal(hospital_beds.build)
    assert (finding.row, finding.column, finding.found) == (5, "period", "2024 Q2")
    kh03(folder)
    other_beds(folder, value="many")
    finding = folder.refusal(hospital_beds.build)
    assert (finding.row, finding.found) == (2, "many")
    other_beds(folder, births="2000")
    assert "deliveries of 1 providers" in folder.refusal(hospital_beds.build).found


def sickness(folder: Folder, day: str = "30/04/2024", rate: str = "5.0", lost: str = "FTE_DAYS_LOST") -> None:
    folder.write(
        "health/sickness/april.csv",
        f"DATE,ORG_CODE,ORG_NAME,ORG_TYPE,{lost},FTE_DAYS_AVAILABLE,SICKNESS_ABSENCE_RATE_PERCENT\n"
        f"{day},RAA,A Trust,Acute,150,3000,{rate}\n",
    )


def test_days_available_over_days_of_the_month_are_staff(folder: Folder) -> None:
    sickness(folder)
    row = folder.tables(trust_staff.build)["trust_staff"].iloc[0]
    assert (row["trust"], row["month"], row["mean_fte"], row["sickness_rate"]) == (
        "RAA",
        "2024-04",
        100,
        0.05,
    )


def test_a_rate_that_is_not_its_days_or_another_layout_is_refused(folder: Folder) -> None:
    assert folder.refusal(trust_staff.build).found == "no file"
    sickness(folder, rate="4.9")
    assert folder.refusal(trust_staff.build).found.startswith("largest distance from the 1 rates")
    sickness(folder, lost="DAYS_LOST")
    finding = folder.refusal(trust_staff.build)
    assert (finding.file, finding.column, finding.expected) == (
        "health/sickness/april.csv",
        "FTE_DAYS_LOST",
        "the column FTE_DAYS_LOST once",
    )
    sickness(folder, day="April 2024")
    assert folder.refusal(trust_staff.build).column == "DATE"


def test_individual_staff_are_only_added_up(folder: Folder) -> None:
    header = (
        "CENSUS_YEAR,CENSUS_MONTH,PCN_CODE,SUB_ICB_CODE,ICB_CODE,STAFF_GROUP,STAFF_ROLE,FTE,UNIQUE_IDENTIFIER"
    )
    rows = [
        "2026,6,U1,A,I,Nurses,Nurse,0.5,1",
        "2026,6,U1,A,I,Nurses,Dispenser,0.25,2",
        "2026,6,U2,A,I,Nurses,Nurse,1,3",
    ]
    folder.write(pcn_staff.FILE, "\n".join([header, *rows]), pcn_staff.MEMBER)
    tables = folder.tables(pcn_staff.build)
    assert tables["pcn_staff"][["pcn", "fte"]].to_numpy().tolist() == [["U1", 0.75], ["U2", 1.0]]
    assert tables["pcn_staff_roles"][["staff_role", "fte"]].to_numpy().tolist() == [
        ["Dispenser", 0.25],
        ["Nurse", 1.5],
    ]
    folder.write(
        pcn_staff.FILE, "\n".join([header, *rows, "2026,7,U2,A,I,Nurses,Nurse,1,3"]), pcn_staff.MEMBER
    )
    assert folder.refusal(pcn_staff.build).found == "the months 2026-06, 2026-07"
    folder.write(pcn_staff.FILE, "x", "other.csv")
    assert pcn_staff.MEMBER in folder.refusal(pcn_staff.build).expected


def test_sites_of_a_trust_by_kind_must_be_its_sites(folder: Folder) -> None:
    words = ",".join([*health_estates._SITE, *health_estates._SITE_NUMBERS, *health_estates.RUNNING_COSTS])
    cells = ",".join(
        [
            *("RAA", "RAA01", "Site", "1. General", "1. Freehold", "AA1 1AA", '"1,200"'),
            *["Not Applicable"] * 17,
            *('"2,500"', "40"),
            *["Not Applicable"] * (len(health_estates.RUNNING_COSTS) - 2),
        ]
    )
    folder.write(health_estates.SITES_FILE, f"{words}\n{cells}\n")

    def trust(total: int) -> None:
        header = ",".join([*health_estates._TRUST, *health_estates._TRUST_NUMBERS])
        kinds = ",".join(["1"] * 11)
        path = folder.path / health_estates.TRUSTS_FILE
        path.write_bytes(f"{header}\nRAA,A,ACUTE,{kinds},{total},0,1,2,3,4\n".encode("cp1252"))

    trust(11)
    tables = folder.tables(health_estates.build)
    assert tables["estates_sites"].loc[0, "gross_internal_area_m2"] == 1200
    assert tables["estates_sites"].loc[0, ["backlog_high_risk_gbp"]].isna().all()
    assert tables["estates_sites"].loc[0, "running_cost_gbp"] == 2540
    assert tables["estates_trusts"].loc[0, ["sites", "capital_equipment_gbp"]].tolist() == [11, 4]
    trust(12)
    finding = folder.refusal(health_estates.build)
    assert (finding.row, finding.column) == (2, "Total number of sites (No.)")


def test_a_practice_is_placed_by_what_is_nearest_to_it_in_the_lists() -> None:
    here = pd.DataFrame(
        {
            "practice": ["A", "B", "C", "D", "E"],
            "postcode": ["P1", "P1", "P9", "P8", "P7"],
            "pcn": ["U1", "U2", "U1", "U9", "U9"],
            "sub_icb": ["S1", "S1", "S1", "S1", "S9"],
        }
    )
    lists = pd.DataFrame(
        {
            "practice": ["A"],
            "postcode": ["P1"],
            "latitude": [52.0],
            "longitude": [0.5],
            "authority": ["E06000032"],
        }
    )
    placed = place_practices(here, lists)
    assert placed["placed_by"].tolist()[:4] == ["allocations", "postcode", "network", "sub-ICB location"]
    assert placed["latitude"].tolist()[:2] == [52.0, 52.0]
    assert placed["latitude"].isna().tolist() == [False, False, True, True, True]
    assert placed["authority"].tolist()[:4] == ["E06000032"] * 4
    assert placed["authority"].isna().tolist() == [False] * 4 + [True]


def ages(folder: Folder, region: str = "30", of_practice: str = "30") -> None:
    lines = ["EXTRACT_DATE,ORG_TYPE,ORG_CODE,SEX,AGE_GROUP_5,NUMBER_OF_PATIENTS"]
    lines += [f"2026-07-01,Comm Region,Y1,ALL,ALL,{region}", f"2026-07-01,GP,A,ALL,ALL,{of_practice}"]
    lines += ["2026-07-01,GP,A,FEMALE,0_4,10", "2026-07-01,GP,A,MALE,95+,20", "2026-07-01,GP,A,MALE,ALL,20"]
    folder.write(practices.AGES_FILE, "\n".join(lines), practices.AGES_MEMBER)


def test_patients_by_age_are_those_of_the_practice_and_of_england(folder: Folder) -> None:
    ages(folder)
    rows, patients, day, _ = practices.patients_by_age(folder.files)
    assert rows[["sex", "age_from", "age_to", "patients"]].to_numpy().tolist() == [
        ["female", 0, 4, 10],
        ["male", 95, 95, 20],
    ]
    assert (patients["A"], day) == (30, "2026-07-01")
    ages(folder, region="31")
    with pytest.raises(BadInput, match="practices and regions"):
        practices.patients_by_age(folder.files)
    ages(folder, region="31", of_practice="31")
    with pytest.raises(BadInput, match="a practice's ages"):
        practices.patients_by_age(folder.files)


def care(folder: Folder, cell: object = "[c]", above: int = 6) -> None:
    book = Workbook()
    sheet = book.create_sheet("Table_2a")
    for _ in range(above):
        sheet.append(["words"])
    sheet.append(
        ["Local authority code", "Local authority", "ONS area code"]
        + [f"2024 to 2025 - {part}" for part in ("numerator", "denominator", "outcome")]
    )
    sheet.append([611.0, "Luton", "E06000032", cell, 120.0, 75.5])
    (folder.path / "social_care").mkdir(exist_ok=True)
    book.save(folder.path / social_care.FILE)


def test_a_figure_of_care_that_is_kept_back_is_none_and_one_that_is_no_figure_refused(folder: Folder) -> None:
    care(folder)
    row = social_care._sheet(folder.files, "Table_2a").iloc[0]
    assert row[["council", "denominator", "outcome"]].tolist() == ["E06000032", 120, 75.5]
    assert pd.isna(row["numerator"])
    care(folder, cell="few")
    with pytest.raises(BadInput, match="row 8, column 2024 to 2025 - numerator: found few"):
        social_care._sheet(folder.files, "Table_2a")
    care(folder, above=5)
    with pytest.raises(BadInput, match="expected the column Local authority once"):
        social_care._sheet(folder.files, "Table_2a")
    with pytest.raises(BadInput, match="expected a sheet Table_2b"):
        social_care._sheet(folder.files, "Table_2b")
