"""Recorded staff: NHS England's files as published, our tidy layouts, and what is wrong said with its row."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from assets.inputs.settings import RunSettings
from assets.official_files.staff_files import known_names, read_file, read_folder, recorded_staff_files
from assets.official_files.staff_layouts.staff_records import KnownStaffNames, Read
from assets.official_files.staff_layouts.tidy_staff import FLOW_NAMES
from assets.tables.declarations.named_values import AGE_BANDS
from assets.workforce.posts_and_staff import staff_in_post, staffing_base
from assets.workforce.workforce_stage import staffing
from housing_trajectories.findings import BadInput
from tests.assets.services_run import DRAWS, call_stage, named_outputs, services

LUTON = "E06000032"
NHS_HEADER = (
    "Date,NHSE_Region_Code,NHSE_Region_Name,ICS code,ICS name,Org Code,Org Name,Cluster Group,"
    "Benchmark Group,Staff Group Sort Order,Staff Group,Data Type,Total"
)
NHS_GROUPS = {
    "HCHS Doctors": (600.0, 640),
    "Nurses & health visitors": (1000.0, 1150),
    "Midwives": (110.0, 140),
    '"Scientific, therapeutic & technical staff"': (400.5, 460),
    '"Support to doctors, nurses & midwives"': (800.0, 930),
    "Support to ST&T staff": (200.0, 240),
}
GP_HEADER = (
    "MONTH,PRAC_CODE,PRAC_NAME,SUB_ICB_CODE,ICB_CODE,TOTAL_PATIENTS,TOTAL_GP_HC,TOTAL_GP_EXTG_HC,TOTAL_GP_FTE,"
    "TOTAL_GP_EXTG_FTE,TOTAL_NURSES_HC,TOTAL_NURSES_FTE"
)


@cache
def known() -> KnownStaffNames:
    return known_names(services(), date(2026, 7, 15))


def nhs_rows(date: str = "2025-03-31", trust: str = "RD8", **changed: tuple[float, int]) -> list[str]:
    lines = []
    for group, (fte, heads) in {**NHS_GROUPS, **changed}.items():
        for measure, value in (("FTE", fte), ("HC", heads)):
            lines.append(
                f"{date},Y61,East,QHG,BLMK,{trust},Milton Keynes,Acute,Medium,05,{group},{measure},{value}"
            )
    total = 90 + sum(fte for fte, _ in {**NHS_GROUPS, **changed}.values())
    lines.append(f"{date},Y61,East,QHG,BLMK,{trust},Milton Keynes,Acute,Medium,01,Total,FTE,{total}")
    lines.append(f"{date},Y61,East,QHG,BLMK,{trust},Milton Keynes,Acute,Medium,03,Consultant,FTE,250")
    lines.append(f"{date},Y61,East,QHG,BLMK,{trust},Milton Keynes,Acute,Medium,15,Managers,FTE,90")
    return lines


def written(folder: Path, header: str, rows: list[str], name: str = "recorded.csv") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return folder


def two_practices() -> KnownStaffNames:
    """What the files may name where Luton has two practices and no other place any."""
    patients = {"E81008": 12_000.0, "E81010": 3_000.0}
    return replace(known(), practices=dict.fromkeys(patients, LUTON), patients=patients)


def only(folder: Path, names: KnownStaffNames | None = None) -> Read:
    (read,) = read_folder(folder, names or known())
    return read


def problem(folder: Path, names: KnownStaffNames | None = None) -> str:
    with pytest.raises(BadInput) as raised:
        read_folder(folder, names or known())
    return str(raised.value)


def test_the_nhs_file_as_published_gives_each_provider_s_months_from_the_base_year_on(tmp_path: Path) -> None:
    """It holds every month since 2009: those of the base year, and the last of each later year, are kept."""
    other = "2025-03-31,Y61,East,QH8,MSE,RAJ,Other trust,Acute,Large,05,Midwives,FTE,9"
    months = ("2023-03-31", "2024-09-30", "2025-03-31", "2025-04-30", "2026-03-31")
    both = [row for month in months for trust in ("RD8", "RC9") for row in nhs_rows(month, trust)]
    read = only(written(tmp_path / "in", NHS_HEADER, [*both, other]))
    of_trust = [entry for entry in read.staff if entry.area == "RD8"]
    assert sorted({entry.month for entry in of_trust}) == ["2024-09", "2025-03", "2026-03"]
    staff = {entry.staff_group: entry for entry in of_trust if entry.month == "2025-03"}
    assert (staff["doctors"].wte, staff["doctors"].headcount) == (600.0, 640)
    assert staff["support_to_clinical_staff"].wte == 1000.0
    assert {entry.area for entry in read.staff} == {"RD8", "RC9"}


def test_a_trust_s_own_extract_leaves_the_others_as_they_are_and_a_national_file_without_one_is_refused(
    tmp_path: Path,
) -> None:
    read = only(written(tmp_path / "own", NHS_HEADER, nhs_rows()))
    assert read.remarks == ["no row of RC9: its staff stay as they are in the tables"]
    other = "2025-03-31,Y61,East,QH8,MSE,RAJ,Other trust,Acute,Large,05,Midwives,FTE,9"
    said = problem(written(tmp_path / "cut", NHS_HEADER, [*nhs_rows(), other]))
    assert "column Org Code: found no row of RC9, and rows of 1 trusts that are not the area's" in said


def test_trusts_that_have_merged_are_counted_together(tmp_path: Path) -> None:
    folder = written(tmp_path / "in", NHS_HEADER, [*nhs_rows(trust="RC1"), *nhs_rows(trust="RC9")])
    staff = {entry.staff_group: entry for entry in only(folder).staff}
    assert staff["midwives"].area == "RC9"
    assert staff["midwives"].wte == 220.0
    said = only(folder).remarks
    assert "RC1 ended on 2020-03-31: its staff are counted with RC9's" in said
    alone = problem(written(tmp_path / "alone", NHS_HEADER, nhs_rows(trust="RC1")))
    assert "column Org Code: found RC1 of RC9 in 2025-03 without RC9" in alone


def test_an_unknown_staff_group_is_said_with_its_row(tmp_path: Path) -> None:
    rows = nhs_rows()
    rows[4] = rows[4].replace("Midwives", "Mid wives")
    said = problem(written(tmp_path / "in", NHS_HEADER, rows))
    assert "recorded.csv, row 6, column Staff Group: found Mid wives" in said


def test_wte_above_headcount_is_said_with_its_row(tmp_path: Path) -> None:
    said = problem(written(tmp_path / "in", NHS_HEADER, nhs_rows(Midwives=(150.0, 140))))
    assert "row 6, column Total: found 150 FTE of 140 people; expected at most one FTE a person" in said


def test_a_missing_group_is_said(tmp_path: Path) -> None:
    rows = [row for row in nhs_rows() if "Midwives" not in row]
    said = problem(written(tmp_path / "in", NHS_HEADER, rows))
    assert "found 3,200.5 FTE of RD8 in 2025-03, groups add up to 3,090.5, without midwives" in said
    rows = [row for row in rows if ",Total,FTE" not in row]
    assert "no midwives for RD8 in 2025-03" in problem(written(tmp_path / "no_total", NHS_HEADER, rows))


def test_numbers_and_dates_that_are_none_are_said_with_their_row(tmp_path: Path) -> None:
    rows = nhs_rows()
    rows[0] = rows[0].replace("600.0", "many")
    rows[2] = rows[2].replace("2025-03-31", "last spring")
    with pytest.raises(BadInput) as raised:
        read_folder(written(tmp_path / "in", NHS_HEADER, rows), known())
    said = [finding.sentence() for finding in raised.value.findings]
    assert any("row 2, column Total: found 'many'" in line for line in said)
    assert any("row 4, column Date: found 'last spring'" in line for line in said)


def gp_row(practice: str, patients: int, *numbers: object, board: str = "M1J4Y,S1Y5D") -> str:
    return f"2025-03,{practice},A practice,{board},{patients}," + ",".join(map(str, numbers))


BOTH = [gp_row("E81008", 12_000, 9, 7, 7.5, 6.0, 4, 3.0), gp_row("E81010", 3_000, 5, 5, 4.5, 4.5, 3, 2.0)]


def test_the_practice_file_as_published_gives_gps_with_trainees_apart(tmp_path: Path) -> None:
    rows = [*BOTH, "2025-03,A81001,Elsewhere,X,Q99,5000,9,9,9,9,9,9"]
    read = only(written(tmp_path / "in", GP_HEADER, rows), two_practices())
    staff = {entry.staff_group: entry for entry in read.staff}
    assert {entry.area for entry in staff.values()} == {LUTON}
    assert staff["gps"].wte == pytest.approx(10.5)
    assert staff["gps_in_training"].wte == pytest.approx(1.5)
    assert staff["gps_in_training"].headcount == pytest.approx(2)
    assert staff["practice_nurses"].wte == pytest.approx(5.0)


def test_practices_that_sent_nothing_are_made_good_by_their_patients(tmp_path: Path) -> None:
    rows = [BOTH[0], gp_row("E81010", 3_000, "NA", "NA", "NA", "NA", "NA", "NA")]
    read = only(written(tmp_path / "in", GP_HEADER, rows), two_practices())
    staff = {entry.staff_group: entry for entry in read.staff}
    assert staff["gps"].wte == pytest.approx(6.0 * 15 / 12)


@pytest.mark.parametrize("board", ["M1J4Y,QHG", "M1J4Y,S1Y5D"])
def test_a_practice_of_the_system_without_a_place_is_said_with_its_row_whatever_the_board_is_called(
    tmp_path: Path, board: str
) -> None:
    rows = [row.replace("M1J4Y,S1Y5D", board) for row in BOTH]
    rows.append(gp_row("Y99999", 1, 1, 1, 1, 1, 1, 1, board=board))
    rows += [gp_row(f"D8100{one}", 1, 1, 1, 1, 1, 1, 1, board="06H,S1Y5D") for one in range(5)]
    with pytest.raises(BadInput) as raised:
        read_folder(written(tmp_path / "in", GP_HEADER, rows), two_practices())
    assert [(finding.row, finding.found) for finding in raised.value.findings] == [(4, "Y99999")]


def test_a_board_larger_than_the_system_needs_the_column_that_tells_its_practices_apart(
    tmp_path: Path,
) -> None:
    header = GP_HEADER.replace("SUB_ICB_CODE,", "")
    rows = [row.replace("M1J4Y,", "") for row in BOTH]
    rows += [gp_row(f"D8100{one}", 1, 1, 1, 1, 1, 1, 1, board="S1Y5D") for one in range(5)]
    said = problem(written(tmp_path / "in", header, rows), two_practices())
    assert "board S1Y5D with 2 practices of ours and 5 others; expected a column SUB_ICB_CODE" in said


def test_a_file_of_part_of_a_places_practices_is_refused_and_a_closed_one_is_said(tmp_path: Path) -> None:
    said = problem(written(tmp_path / "part", GP_HEADER, BOTH[:1]), two_practices())
    assert "1 of 2 practices of E06000032, 12,000 of 15,000 patients; missing are E81010" in said
    moved = [BOTH[0].replace(",12000,", ",14500,")]
    read = only(written(tmp_path / "closed", GP_HEADER, moved), two_practices())
    assert read.remarks == ["1 of 2 practices of E06000032, 14,500 of 15,000 patients; missing are E81010"]
    said = problem(written(tmp_path / "in", GP_HEADER, BOTH))
    assert "0 of 23 practices of E06000056, 0 of 303,129 patients" in said


@pytest.mark.parametrize("share", [0.25, 0.5, 0.75])
def test_a_practice_file_that_is_cut_is_refused(tmp_path: Path, share: float) -> None:
    every = known()
    rows = [gp_row(code, int(count), 2, 2, 2, 2, 1, 1) for code, count in sorted(every.patients.items())]
    whole = only(written(tmp_path / "whole", GP_HEADER, rows))
    assert (len(whole.staff), whole.remarks) == (3 * 4, [])
    said = problem(written(tmp_path / "cut", GP_HEADER, rows[: int(len(rows) * share)]))
    assert "expected every practice of practice_places.csv" in said


def test_the_practice_file_by_role_is_read_too(tmp_path: Path) -> None:
    header = "MONTH,PRAC_CODE,PRAC_NAME,STAFF_GROUP,DETAILED_STAFF_ROLE,MEASURE,VALUE"
    rows = [
        f"2025-03,E81008,A practice,{group},{role},{measure},{value}"
        for group, role, measure, value in (
            ("GP", "Total", "FTE", 5.0),
            ("GP", "Salaried GPs", "FTE", 4.0),
            ("GP", "Salaried GPs", "Headcount", 5),
            ("GP", "GPs in Training Grade ST3", "FTE", 1.0),
            ("GP", "GPs in Training Grade ST3", "Headcount", 1),
            ("Nurses", "Practice Nurses", "FTE", "2.5"),
            ("Nurses", "Practice Nurses", "Headcount", 4),
            ("Direct Patient Care", "Pharmacists", "FTE", 1),
        )
    ]
    rows.append("2025-03,E81010,A practice,Nurses,Practice Nurses,FTE,0")
    read = only(written(tmp_path / "in", header, rows), two_practices())
    staff = {entry.staff_group: entry for entry in read.staff}
    assert (staff["gps"].wte, staff["gps"].headcount) == (4.0, 5.0)
    assert staff["gps_in_training"].wte == 1.0
    assert staff["practice_nurses"].wte == 2.5
    said = problem(written(tmp_path / "part", header, rows[:-1]), two_practices())
    assert "1 of 2 practices of E06000032, 12,000 of 15,000 patients" in said
    rows.append("2025-03,E81008,A practice,Wizards,Total,FTE,1")
    assert "row 11, column STAFF_GROUP: found Wizards" in problem(written(tmp_path / "in", header, rows))


STAFF_HEADER = "area,staff_group,age_band,month,headcount,wte"


def tidy(area: str = "RD8", **changed: float) -> list[str]:
    groups = [group for group in known().groups[area] if group not in changed]
    rows = [f"{area},{group},all,2025-03,100,80" for group in groups]
    return rows


def test_our_own_layout_is_read_with_ages(tmp_path: Path) -> None:
    rows = [
        *(row for row in tidy() if "nurses" not in row),
        *(f"RD8,nurses,{band},2025-03,{10 + place},{9 + place}" for place, band in enumerate(AGE_BANDS)),
    ]
    staff = only(written(tmp_path / "in", STAFF_HEADER, rows)).staff
    assert sum(entry.wte for entry in staff if entry.staff_group == "nurses") == sum(range(9, 21))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("RD8,wizards,all,2025-03,1,1", "row 8, column staff_group: found wizards"),
        ("RX1,nurses,all,2025-03,1,1", "row 8, column area: found RX1"),
        ("RD8,nurses,all,2025-03,10,11", "row 8, column wte: found 11 WTE of 10 people"),
        ("RD8,nurses,30-39,2025-03,10,9", "row 8, column age_band: found 30-39"),
        ("RD8,nurses,all,2025-03,-3,0", "row 8, column headcount: found '-3'"),
        ("RD8,nurses,all,2025-03,3", "row 8: found 5 cells"),
        ("RD8,nurses,all,2025-03,3,2", "a second time (first in recorded.csv row 5)"),
    ],
)
def test_wrong_rows_of_our_own_layout_are_said(tmp_path: Path, row: str, said: str) -> None:
    assert said in problem(written(tmp_path / "in", STAFF_HEADER, [*tidy(), row]))


def test_ages_that_are_not_all_there_are_said(tmp_path: Path) -> None:
    rows = [*(row for row in tidy() if "nurses" not in row), "RD8,nurses,25-29,2025-03,10,9"]
    assert "nurses of RD8 without 15-19" in problem(written(tmp_path / "in", STAFF_HEADER, rows))


@pytest.mark.parametrize(("area", "in_hospital"), [("RD8", True), (LUTON, False)])
def test_a_trust_has_the_groups_of_hospitals_and_a_place_all_others(
    tmp_path: Path, area: str, in_hospital: bool
) -> None:
    table = services()["staff_groups"]
    groups = list(table.loc[(table["sector"] == "acute") == in_hospital, "staff_group"])
    rows = [f"{area},{group},all,2025-03,100,80" for group in groups]
    read = only(written(tmp_path / "in", STAFF_HEADER, rows))
    assert [entry.staff_group for entry in read.staff] == groups
    said = problem(written(tmp_path / "one_less", STAFF_HEADER, rows[1:]))
    assert f"no {groups[0]} for {area}" in said


FLOW_HEADER = "area,staff_group,flow,month,headcount"


def flows(leavers: float = 12) -> list[str]:
    return [f"RD8,nurses,{name},2025-03,{leavers if name == 'leavers' else 3}" for name in FLOW_NAMES]


def test_flows_are_read_and_those_that_cannot_be_are_said(tmp_path: Path) -> None:
    assert len(only(written(tmp_path / "a", FLOW_HEADER, flows())).flows) == 5
    assert "without joiners_return" in problem(written(tmp_path / "b", FLOW_HEADER, flows()[:-1]))
    folder = written(tmp_path / "c", FLOW_HEADER, flows(leavers=150))
    written(folder, STAFF_HEADER, tidy(), "staff.csv")
    assert "row 2, column headcount: found 150 leavers of 100 people, over 100 %" in problem(folder)


def test_a_file_of_no_known_layout_is_refused_with_the_columns_that_are_known(tmp_path: Path) -> None:
    said = problem(written(tmp_path / "in", "who,what", ["a,b"]))
    assert "found who, what; expected the columns of one of NHS Workforce Statistics" in said


def test_no_file_is_left_out_without_a_word(tmp_path: Path) -> None:
    folder = written(tmp_path / "in", STAFF_HEADER, tidy())
    (folder / "staff.xlsx").write_bytes(b"a workbook")
    assert "staff.xlsx: found a file of kind .xlsx; expected a file saved as CSV" in problem(folder)
    assert "no row of staff" in problem(written(tmp_path / "empty", STAFF_HEADER, []))
    upper = written(tmp_path / "upper", "who", ["1"], "STAFF.CSV")
    assert "STAFF.CSV, row 1: found who" in problem(upper)
    twice = written(tmp_path / "twice", STAFF_HEADER + ",wte", [row + ",70" for row in tidy()])
    assert "row 1, column wte: found the column a second time" in problem(twice)


def test_a_file_that_is_not_utf_8_is_read_all_the_same(tmp_path: Path) -> None:
    text = "\n".join([NHS_HEADER, *nhs_rows()]).replace("Milton Keynes", "Milton Keynes – MKUH")
    path = tmp_path / "recorded.csv"
    path.write_bytes(text.encode("cp1252"))
    read = read_file(path, known())
    assert not read.findings
    assert len(read.staff) == 6


def test_recorded_staff_take_the_place_of_figures(tmp_path: Path) -> None:
    written(tmp_path / "published_workforce", NHS_HEADER, nhs_rows())
    made = {**services(), "settings": RunSettings(data_directory=str(tmp_path), draws=2)}
    for asset in (recorded_staff_files, staffing_base, staff_in_post):
        made |= named_outputs(asset, call_stage(asset, made))
    base = made["staffing_base"].set_index(["area", "staff_group"])
    assert base.loc[("RD8", "doctors"), "in_post_wte"] == 600.0
    assert base.loc[("RD8", "doctors"), "wte"] == pytest.approx(600 / (1 - 0.1168 * 0.811))
    assert base.loc[("RD8", "doctors"), "participation"] == pytest.approx(600 / 640)
    assert base.loc[("RD8", "doctors"), "recorded"] == "file"
    assert base.loc[("RC9", "doctors"), "recorded"] == "figures"
    heads = made["staff_in_post"].groupby(["area", "staff_group"])["headcount"].sum()
    assert heads["RD8", "doctors"] == pytest.approx(640)


def test_recorded_flows_take_the_place_of_rates(tmp_path: Path) -> None:
    written(tmp_path / "published_workforce", FLOW_HEADER, flows(leavers=100))
    made = {**services(), "settings": RunSettings(data_directory=str(tmp_path), draws=DRAWS)}
    for asset in (recorded_staff_files, staffing):
        made |= named_outputs(asset, call_stage(asset, made))
    frame = made["workforce_flows"]
    columns = ["area", "staff_group", "scenario", "year", "flow"]
    first, usual = (
        table.set_index(columns)["principal"].xs(("local_plan", 2025), level=["scenario", "year"])
        for table in (frame, services()["workforce_flows"])
    )
    nurses = first["RD8", "nurses"]
    assert -(nurses["retirement"] + nurses["other_leavers"]) == pytest.approx(100)
    assert nurses["joiners_training"] == pytest.approx(3)
    # What one trust has recorded of one group is nobody else's.
    for area, group in (("RC9", "nurses"), ("RD8", "doctors"), (LUTON, "gps")):
        for flow in ("retirement", "other_leavers", "joiners_training"):
            assert first[area, group, flow] == pytest.approx(usual[area, group, flow]), (area, group, flow)
