"""Staff files in the layouts that are published now, their dates, and what is wrong named before a run."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from assets.official_files.staff_layouts.staff_months import month_of
from assets.official_files.staff_layouts.staff_records import FormerTrust, KnownStaffNames, financial_year
from tests.assets.official_files.test_staff_files import (
    BOTH,
    GP_HEADER,
    LUTON,
    NHS_GROUPS,
    NHS_HEADER,
    STAFF_HEADER,
    known,
    nhs_rows,
    only,
    problem,
    tidy,
    two_practices,
    written,
)
from tests.conftest import ROOT

NETWORKS = ROOT.parent / "shared" / "england" / "gp" / "PCNWFIndividualCSV.062026.zip"
CORE_HEADER = (
    "DATA_MONTH,NHSE_REGION_CODE,NHSE_REGION_NAME,ICS_CODE,ICS_NAME,ORG_CODE,ORG_NAME,MAIN_STAFF_GROUP,"
    "STAFF_GROUP_1,FTE,HEADCOUNT"
)
CARE_HEADER = (
    "Date,NHSE_Region_Code,NHSE_Region_Name,ICS code,ICS name,Org Code,Org Name,Cluster Group,"
    "Benchmark Group,Main Staff Group,Staff Group 1,Staff Group 2,Care Setting,Level,Total FTE"
)
DOCTORS_HEADER = (
    "Date,NHSE_Region_Code,NHSE_Region_Name,ICS code,ICS name,Org Code,Org Name,Cluster Group,"
    "Benchmark Group,Grade Sort Order,Grade,Specialty Group,Specialty,Total FTE"
)
PEOPLE_HEADER = (
    "YEAR,Month,COMM_REGION_CODE,COMM_REGION_NAME,ICB_CODE,ICB_NAME,SUB_ICB_CODE,SUB_ICB_NAME,DATA_SOURCE,"
    "UNIQUE_IDENTIFIER,STAFF_GROUP,DETAILED_STAFF_ROLE,STAFF_ROLE,COUNTRY_QUALIFICATION_AREA,"
    "COUNTRY_QUALIFICATION_GROUP,AGE_BAND,AGE_YEARS,GENDER,FTE"
)
NETWORK_HEADER = (
    "Data_source,CENSUS_YEAR,CENSUS_MONTH,PCN_CODE,PCN_NAME,SUB_ICB_CODE,SUB_ICB_NAME,ICB_CODE,ICB_NAME,"
    "COMM_REGION_CODE,COMM_REGION_NAME,STAFF_GROUP,STAFF_ROLE,DETAILED_STAFF_ROLE,FTE,UNIQUE_IDENTIFIER"
)


def names(**changed: object) -> KnownStaffNames:
    return replace(known(), **changed)  # type: ignore[arg-type]


def core_rows(month: str = "2025-09-30", trust: str = "RD8") -> list[str]:
    rows = []
    qualified, support = "Professionally qualified clinical staff", "Support to clinical staff"
    every = "All staff groups"
    for main, group, fte, heads in (
        (every, every, 3200.5, 3600),
        (qualified, every, 2110.5, 2390),
        (qualified, "HCHS doctors - All grades", 600, 640),
        (qualified, "HCHS doctors - Consultant", 250, 270),
        (qualified, "Nurses & health visitors", 1000, 1150),
        (qualified, "Midwives", 110, 140),
        (qualified, '"Scientific, therapeutic & technical staff"', 400.5, 460),
        (support, every, 1000, 1170),
        (support, '"Support to doctors, nurses & midwives"', 800, 930),
        (support, "Support to ST&T staff", 200, 240),
        ("NHS infrastructure support", every, 90, 95),
        ("NHS infrastructure support", "Managers", 90, 95),
    ):
        rows.append(f"{month},Y61,East,QHG,BLMK,{trust},Milton Keynes,{main},{group},{fte},{heads}")
    return rows


def test_trusts_and_core_organisations_as_published_since_september_2025(tmp_path: Path) -> None:
    read = only(written(tmp_path / "in", CORE_HEADER, core_rows()))
    staff = {entry.staff_group: entry for entry in read.staff}
    assert {entry.month for entry in read.staff} == {"2025-09"}
    assert (staff["doctors"].wte, staff["doctors"].headcount) == (600.0, 640)
    assert staff["support_to_clinical_staff"].wte == 1000.0
    changed = [row.replace("110,140", "150,180") for row in core_rows()]
    assert "groups add up to 3,240.5; expected a total of its groups" in problem(
        written(tmp_path / "off", CORE_HEADER, changed)
    )


def test_care_settings_and_doctors_of_two_files_are_a_trust_s_groups_together(tmp_path: Path) -> None:
    def care(group: str, setting: str, fte: float) -> str:
        start = "31/03/2025,Y61,East,QHG,BLMK,RD8,Milton Keynes,Acute,Medium"
        return f"{start},Professionally qualified,{group},Part,{setting},Band 5,{fte}"

    rows = [
        care("Nurses & health visitors", "Acute, elderly & general".replace(",", ""), 700),
        care("Nurses & health visitors", "Community Health Services", 300),
        care("Midwives", "Maternity", 110),
        care('"Scientific, therapeutic & technical staff"', "All", 400.5),
        care('"Support to doctors, nurses & midwives"', "All", 800),
        care("Support to ST&T staff", "All", 200),
        care("Managers", "All", 90),
    ]
    start = "31/03/2025,Y61,East,QHG,BLMK,RD8,Milton Keynes,Acute,Medium"
    doctors = [f"{start},1,Consultant,Medicine,Cardiology,250", f"{start},2,Core,Medicine,Cardiology,350"]
    folder = written(tmp_path / "in", CARE_HEADER, rows, "other.csv")
    assert "no doctors for RD8 in 2025-03" in problem(folder)
    written(folder, DOCTORS_HEADER, doctors, "doctors.csv")
    from assets.official_files.staff_files import read_folder

    staff = {entry.staff_group: entry for read in read_folder(folder, known()) for entry in read.staff}
    assert (staff["doctors"].wte, staff["nurses"].wte) == (600.0, 1000.0)
    assert staff["nurses"].headcount is None
    again = written(tmp_path / "twice", DOCTORS_HEADER, [*doctors, doctors[0]])
    assert "row 4, column Staff Group 1: found the row a second time" in problem(again)


def person(
    number: int, group: str, role: str, fte: float, board: str = "M1J4Y", month: str = "2026,3"
) -> str:
    return f"{month},Y61,East,S1Y5D,B,{board},B,NWRS,{number},{group},{role},{role},UK,UK,40-44,41,F,{fte}"


def test_individuals_of_practices_are_shared_out_by_registered_patients(tmp_path: Path) -> None:
    rows = [
        person(1, "GP", "Salaried GPs", 0.8),
        person(2, "GP", "GP Partners", 1.4),
        person(3, "GP", "GPs in Training Grades", 1.0),
        person(4, "Nurses", "Practice Nurses", 0.5),
        person(5, "Direct Patient Care", "Dispensers", 1.0),
        person(6, "GP", "Salaried GPs", 0.9, board="93C"),
    ]
    read = only(written(tmp_path / "in", PEOPLE_HEADER, rows))
    totals: dict[str, float] = {}
    for entry in read.staff:
        totals[entry.staff_group] = totals.get(entry.staff_group, 0.0) + entry.wte
    # 116 of the location's patients are of a practice outside the area.
    assert totals == pytest.approx({"gps": 2.2, "gps_in_training": 1.0, "practice_nurses": 0.5}, rel=2e-4)
    assert len({entry.area for entry in read.staff}) == 4
    assert {entry.month for entry in read.staff} == {"2026-03"}
    assert any("Direct Patient Care: 1.0 FTE are in no staff group" in said for said in read.remarks)
    assert any("more than one FTE a person" in said for said in read.remarks)
    wrong = [*rows, person(7, "GP", "Salaried GPs", 2.5), person(8, "Wizards", "Wizard", 1)]
    said = problem(written(tmp_path / "wrong", PEOPLE_HEADER, wrong))
    assert "row 8, column FTE: found 2.5 FTE of 1 people; expected at most 2 FTE a person" in said
    mixed = [*rows, person(7, "GP", "Salaried GPs", 0.5, month="2026,April")]
    said = problem(written(tmp_path / "mixed", PEOPLE_HEADER, mixed))
    assert "row 8, column MONTH: found 2026-04 where row 2 has 2026-03; expected one month in a file" in said


def networks_file() -> list[list[str]]:
    if not NETWORKS.is_file():
        pytest.skip("the published file of networks is not here")
    with zipfile.ZipFile(NETWORKS) as archive:
        (name,) = (each for each in archive.namelist() if each.endswith(".csv"))
        with archive.open(name) as handle:
            return list(csv.reader(io.TextIOWrapper(handle, "utf-8-sig")))


def test_the_published_file_of_networks_of_june_2026_is_read(tmp_path: Path) -> None:
    header, *rows = networks_file()
    near = [row for row in rows if row[5] == "M1J4Y" or row[0] != rows[0][0]]
    path = tmp_path / "in" / "1.Primary Care Networks - June 2026 Individual Level.csv"
    path.parent.mkdir()
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([header, *near])
    read = only(path.parent)
    assert {entry.month for entry in read.staff} == {"2026-06"}
    ours = [row for row in near if row[5] == "M1J4Y"]
    of_networks = {
        "other_direct_patient_care": ("Other Direct Patient Care staff", "Other Nurses"),
        "practice_administration": ("Directors", "Other Admin/Non-clinical staff"),
    }
    assert {entry.staff_group for entry in read.staff} == set(of_networks)
    for group, names in of_networks.items():
        wte = sum(float(row[14]) for row in ours if row[11] in names)
        # Practices employ staff of the same groups, who are not in the file.
        practices = sum(own for (_, of), own in known().practice_staff.items() if of == group)
        assert practices > 200
        found = sum(entry.wte for entry in read.staff if entry.staff_group == group)
        assert found == pytest.approx(wte + practices, rel=1e-3), group
    assert any("whom practices employ themselves" in said for said in read.remarks)
    assert any("25 of 26 networks of the area" in said for said in read.remarks)
    # A row of a service that is bought may have several FTE and is no person: heads are not counted.
    assert all(entry.headcount is None for entry in read.staff)
    assert {row[0] for row in ours} == {"NWRS Staff", "NWRS contracted services"}


def network_row(
    network: str, group: str, fte: float, month: str = "2026,6", source: str = "NWRS Staff"
) -> str:
    where = f"{network},N,M1J4Y,B,S1Y5D,B,Y61,East"
    return f"{source},{month},{where},{group},Pharmacists,Pharmacist,{fte},{network}"


def test_a_file_of_some_networks_and_an_unlisted_group_are_refused(tmp_path: Path) -> None:
    every = sorted(known().networks)
    rows = [network_row(code, "Other Direct Patient Care staff", 2.0) for code in every]
    read = only(written(tmp_path / "in", NETWORK_HEADER, rows))
    assert {entry.area for entry in read.staff} == {LUTON, "E06000042", "E06000055", "E06000056"}
    said = problem(written(tmp_path / "cut", NETWORK_HEADER, rows[: len(rows) // 2]))
    assert "column PCN_CODE: found 13 of 26 networks of the area" in said
    rows.append(network_row(every[0], "Other Wizards", 1.0))
    said = problem(written(tmp_path / "unlisted", NETWORK_HEADER, rows))
    assert f"row {len(rows) + 1}, column STAFF_GROUP: found Other Wizards" in said


def test_a_group_that_no_table_lists_is_mapped_once_by_the_user(tmp_path: Path) -> None:
    rows = [row.replace("Midwives,", "Midwives and friends,") for row in nhs_rows()]
    said = problem(written(tmp_path / "in", NHS_HEADER, rows))
    assert "column Staff Group: found Midwives and friends" in said
    assert "a row '\"Midwives and friends\",<staff group>' in staff_group_mapping.csv beside the file" in said
    assert said.count("Midwives and friends;") == 1
    mapping = "published_staff_group,staff_group"
    folder = written(tmp_path / "in", mapping, ["Midwives and friends,midwives"], "staff_group_mapping.csv")
    staff = {entry.staff_group: entry.wte for entry in only(folder).staff}
    assert staff["midwives"] == 110
    written(folder, mapping, ["Midwives and friends,wizards"], "staff_group_mapping.csv")
    assert "staff_group_mapping.csv, row 2, column staff_group: found wizards" in problem(folder)


NO_MONTH = GP_HEADER.removeprefix("MONTH,")
UNDATED = [row.removeprefix("2025-03,") for row in BOTH]


def test_a_practice_file_has_no_month_and_its_owner_says_it(tmp_path: Path) -> None:
    name = "1 General Practice – March 2026 Practice Level - Detailed.csv"
    folder = written(tmp_path / "in", NO_MONTH, UNDATED, name)
    said = problem(folder, two_practices())
    assert f"{name}: found no date in the file; expected the month the staff stand at" in said
    assert f"'{name},2026-03' in file_months.csv" in said
    written(folder, "file,month", [f"{name},2026-03"], "file_months.csv")
    assert {entry.month for entry in only(folder, two_practices()).staff} == {"2026-03"}
    written(folder, "file,month", [f"{name},2025-03"], "file_months.csv")
    assert "found 2025-03, and March 2026 in the file's name" in problem(folder, two_practices())
    written(folder, "file,month", [f"{name},2026-03", "gone.csv,2026-03"], "file_months.csv")
    assert "file_months.csv, row 3, column file: found gone.csv" in problem(folder, two_practices())


@pytest.mark.parametrize(
    ("month", "said"),
    [
        ("2026-08", "row 2, column month: found 2026-08, which is to come; expected up to 2026-07"),
        (
            "2021-03",
            "row 2, column month: found 2021-03; expected 2022-04 or later: the base year is 2024/25",
        ),
        ("", "row 2, column MONTH: found an empty cell; expected a date or month"),
        ("spring", "row 2, column MONTH: found 'spring'"),
    ],
)
def test_a_month_that_cannot_be_is_said(tmp_path: Path, month: str, said: str) -> None:
    rows = [row.replace("2025-03", month) for row in tidy()]
    assert said in problem(written(tmp_path / "in", STAFF_HEADER, rows))


def test_a_file_without_a_date_and_one_of_two_months_are_refused(tmp_path: Path) -> None:
    undated = [row.replace("2025-03,", "") for row in tidy()]
    said = problem(written(tmp_path / "undated", STAFF_HEADER.replace("month,", ""), undated))
    assert "found no date in the file; expected the month the staff stand at: a column MONTH" in said
    rows = tidy()
    rows[2] = rows[2].replace("2025-03", "2025-02")
    said = problem(written(tmp_path / "mixed", STAFF_HEADER, rows))
    assert "row 4, column MONTH: found 2025-02 where row 2 has 2025-03; expected one month in a file" in said
    # A file of every month since 2009: one trust ends before the others.
    rows = [*nhs_rows("2025-02-28"), *nhs_rows("2025-03-31"), *nhs_rows("2025-02-28", "RC9")]
    said = problem(written(tmp_path / "ends", NHS_HEADER, rows))
    assert "column Date: found RC9 until 2025-02, other trusts until 2025-03" in said


def test_a_published_file_without_its_dates_and_cells_that_are_empty_are_said(tmp_path: Path) -> None:
    undated = [row.split(",", 1)[1] for row in nhs_rows()]
    said = problem(written(tmp_path / "undated", NHS_HEADER.removeprefix("Date,"), undated))
    assert (
        "recorded.csv, row 1, column DATE: found no such column; expected the month the staff stand" in said
    )
    for old, new, at in (
        ("RD8", "", "row 4, column Org Code: found an empty cell"),
        ("2025-03-31", "", "row 4, column Date: found an empty cell"),
        ("1000.0", "", "row 4, column Total: found an empty cell"),
        ("Nurses & health visitors", "", "row 4, column Staff Group: found an empty cell"),
    ):
        rows = nhs_rows()
        rows[2] = rows[2].replace(old, new)
        assert at in problem(written(tmp_path / "empty", NHS_HEADER, rows)), at
    rows = nhs_rows()
    said = problem(written(tmp_path / "again", NHS_HEADER, [*rows, rows[2]]))
    assert (
        "row 17, column Staff Group: found Nurses & health visitors of RD8 a second time (first in row 4)"
        in said
    )
    practice = [BOTH[0].replace("E81008", ""), *BOTH]
    said = problem(written(tmp_path / "practice", GP_HEADER, practice), two_practices())
    assert "row 2, column PRAC_CODE: found an empty cell" in said
    said = problem(written(tmp_path / "twice", GP_HEADER, [*BOTH, BOTH[0]]), two_practices())
    assert "row 4, column PRAC_CODE: found E81008 a second time; expected each practice once" in said


def test_the_later_of_two_files_of_a_year_counts_and_says_so_and_the_same_month_twice_is_refused(
    tmp_path: Path,
) -> None:
    from assets.official_files.staff_files import read_folder

    folder = written(tmp_path / "in", STAFF_HEADER, tidy(), "a.csv")
    written(folder, STAFF_HEADER, [row.replace("2025-03", "2024-05") for row in tidy()], "b.csv")
    first, second = read_folder(folder, known())
    assert (len(first.staff), second.staff) == (len(tidy()), [])
    assert second.remarks == ["RD8 in 2024-05 is left out: a.csv has 2025-03"]
    written(folder, STAFF_HEADER, tidy(), "b.csv")
    assert "in 2025-03 a second time (first in a.csv row 2)" in problem(folder)


def test_a_trust_under_a_code_of_before_is_its_successor_where_that_is_certain(tmp_path: Path) -> None:
    new = {"RD8": "2020-10-01"}
    one = {"RAA": FormerTrust("2020-09-30", ("RD8",))}
    rows = nhs_rows(trust="RAA")
    folder = written(tmp_path / "in", NHS_HEADER, rows)
    read = only(folder, names(former=one, opened=new))
    assert {entry.area for entry in read.staff} == {"RD8"}
    assert "RAA ended on 2020-09-30: its staff are counted with RD8's" in read.remarks
    two = {**one, "RAB": FormerTrust("2020-09-30", ("RD8",))}
    said = problem(folder, names(former=two, opened=new))
    assert "column Org Code: found RAA of RD8 in 2025-03 without RAB" in said
    split = {"RAA": FormerTrust("2020-09-30", ("RC9", "RD8"))}
    assert "found RAA in 2025-03, which became RC9, RD8" in problem(folder, names(former=split))
    # Before a merger both codes are its parts.
    ahead = {"RAA": FormerTrust("2026-01-31", ("RD8",))}
    said = problem(written(tmp_path / "part", NHS_HEADER, nhs_rows()), names(former=ahead))
    assert "found RD8 of RD8 in 2025-03 without RAA" in said


def test_vacancies_need_a_number_or_a_rate_and_staff_of_their_year(tmp_path: Path) -> None:
    header = "area,staff_group,month,vacant_wte,vacancy_percent"
    for row, said in (
        ("RD8,nurses,2025-03,,", "row 2, column vacant_wte: found neither a number nor a rate"),
        ("RD8,nurses,2025-03,3,4", "found both a number and a rate"),
        ("RD8,nurses,2025-03,,100", "column vacancy_percent: found 100 % of posts; expected under 100 %"),
        (
            "RD8,nurses,2026-03,3,",
            "found vacancies of nurses of RD8 in 2026-03 alone; expected staff in post",
        ),
        ("RD8,nurses,2023-03,3,", "column month: found 2023-03; expected 2024-04 or later"),
        ("RD8,wizards,2025-03,3,", "column staff_group: found wizards"),
    ):
        assert said in problem(written(tmp_path / "in", header, [row]))
    (entry,) = only(written(tmp_path / "in", header, ["RD8,nurses,2025-03,30,"])).vacancies
    assert (entry.vacant_wte, entry.percent, entry.month) == (30.0, None, "2025-03")
    both = [row + "," + ("12" if "nurses" in row else "") for row in tidy()]
    read = only(written(tmp_path / "in", STAFF_HEADER + ",vacancy_percent", both))
    assert [(each.staff_group, each.percent) for each in read.vacancies] == [("nurses", 12.0)]


def test_a_month_is_told_in_the_ways_that_are_published() -> None:
    ways = ("31/03/2026", "2026-03-31", "Mar-26", "March 2026", "31 March 2026", "31MAR2026", "2026-03")
    assert {month_of(way) for way in ways} == {"2026-03"}
    assert month_of("13/2026") is None
    assert [financial_year(month) for month in ("2026-03", "2026-04")] == [2025, 2026]
    assert set(NHS_GROUPS)  # the groups of the mock are those of the publication
