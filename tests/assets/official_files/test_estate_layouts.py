"""Readers of published files on buildings and beds, each on a small file made in the published layout."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from assets.estates.premises import Existing
from assets.inputs.csv_reading import without_rows
from assets.inputs.settings import RunSettings
from assets.official_files import merging
from assets.official_files.file_content import Content
from assets.official_files.official_file import Known, Publication
from assets.official_files.recognise import READERS, read_publication
from assets.tables.declarations import INPUT_TABLES
from housing_trajectories.findings import BadInput, Finding
from tests.assets.official_files.official_examples import (
    BEDFORD,
    ERIC_HEADER,
    ERIC_ROWS,
    LUTON,
    known,
    written,
)

SECTORS = ["Total", "General & Acute", "Learning Disabilities", "Maternity", "Mental Illness"]
QUARTER, SHARES = ["2025-26", "September"], [0.8] * 5
KH03: list[list[object]] = [
    ["Title:", "Average daily number of available and occupied beds open overnight by sector"],
    ["Source:", "KH03"],
    [],
    [None] * 5 + ["Available"] + [None] * 5 + ["Occupied"] + [None] * 5 + ["% Occupied"] + [None] * 4,
    ["Year", "Period End", "Region Code", "Org Code", "Org Name", *SECTORS, None, *SECTORS, None, *SECTORS],
    [*QUARTER, None, None, "England", 160, 105, 0, 35, 20, None, 130, 90, 0, 25, 15, None, *SHARES],
    [*QUARTER, "Y61", "RC9", "Beds", 90, 55, 0, 15, 20, None, 70, 45, 0, 10, 15, None, *SHARES],
    [*QUARTER, "Y61", "RC1", "Old", 70, 50, 0, 20, 0, None, 60, 45, 0, 15, 0, None, *SHARES],
]  # fmt: skip

CQC_HEADER = (
    "Location ID,Dormant (Y/N),Care home?,Location Name,Care homes beds,,Location Local Authority,"
    "Location Postal Code,Service user band - Older People,"
)
CQC_ROWS = (
    "1-101,N,Y,Larches,42,,Luton,LU4 0DZ,Y,",
    "1-102,N,Y,Elms,31,,Bedford,MK42 9DJ,Y,",
    "1-103,N,Y,For younger people,8,,Luton,LU4 0DZ,,",
    "1-104,Y,Y,Asleep,50,,Luton,LU4 0DZ,Y,",
    "1-105,N,N,A dentist,0,,Luton,LU4 0DZ,Y,",
    "1-106,N,Y,Far,60,,Leeds,LS1 1AA,Y,",
)
DENTAL_HEADER = (
    "CONTRACT_NUMBER,PROVIDER_NAME,LATEST_PPC_ADDRESS_POSTCODE,UDA_PERF_TARGET,UDA_FIN_VAL,UDA_DELIVERED"
)
SURVEY_HEADER = (
    "Practice Code,Site Name,GIA (m2),NIA (m2),Consulting Rooms,Treatment Rooms,Physical Condition,"
    "Functional Suitability,Tenure,Lease End Date,Survey Date,Parking"
)
SURVEY_ROW = "E81005,Kingfisher,640,495,8,2,B - sound,C,Leased,31/03/2031,2025-11-20,12"


def workbook(path: Path, rows: list[list[object]], sheet: str = "NHS Trust by Sector") -> Path:
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    page = book.create_sheet(sheet)
    for cells in rows:
        page.append(cells)
    book.save(path)
    return path


def register() -> pd.DataFrame:
    """A trust's maternity beds, a practice, and a care home of an earlier directory."""
    rows = pd.DataFrame(
        {
            "site_code": ["RC9", "E81005", "1-99"],
            "site_name": ["Bedfordshire Hospitals", "Kingfisher", "Closed since"],
            "place": [LUTON, LUTON, BEDFORD],
            "provider": ["RC9", None, None],
            "facility": ["maternity_beds", "gp_consulting_rooms", "care_home_places"],
            "quantity": [104.0, None, 25.0],
            "unit": ["beds", "rooms", "places"],
            "registered_patients": [None, 9000.0, None],
            "source_id": [
                "nhs_england_kh03",
                "nhs_england_registered_patients",
                "cqc_care_directory_2025_10_01",
            ],
        }
    )
    return rows.reindex(columns=INPUT_TABLES["premises"].column_names)


def ours(**changed: object) -> Known:
    return known(**{"councils": {LUTON: "Luton", BEDFORD: "Bedford"}, "premises": register(), **changed})


def read(path: Path, **changed: object) -> Publication:
    found = read_publication(path, ours(**changed))
    for name, rows in found.tables.items():
        assert list(rows.columns) == INPUT_TABLES[name].column_names
        required = [column.name for column in INPUT_TABLES[name].columns if not column.nullable]
        assert rows[[name for name in required if name != "source_id"]].notna().all(axis=None), name
    return found


def refusal(path: Path, **changed: object) -> Finding:
    with pytest.raises(BadInput) as error:
        read_publication(path, ours(**changed))
    return error.value.findings[0]


def test_beds_of_a_quarter_are_read_by_sector_and_of_trusts_that_merged_added_up(tmp_path: Path) -> None:
    found = read(workbook(tmp_path / "Beds-Open-Overnight-Web_File-Q2-2025-26.xlsx", KH03))
    beds = found.tables["trust_beds"].set_index("sector")
    assert set(beds["provider"]) == {"RC9"}
    assert beds["available"].to_dict() == {
        "general_and_acute": 105, "learning_disabilities": 0, "maternity": 35, "mental_illness": 20
    }  # fmt: skip
    assert beds.loc["maternity", ["occupied", "open", "as_of"]].tolist() == [25, "overnight", "2025-09-30"]
    row = found.tables["premises"].iloc[0]
    assert row[["site_code", "quantity", "surveyed"]].tolist() == ["RC9", 35, "2025-09-30"]
    assert "2 totals" in found.proofs[0] or "4 totals" in found.proofs[0]
    # The same sheet saved as text, of day cases: no register counts them.
    lines = [",".join("" if cell is None else f'"{cell}"' for cell in cells) for cells in KH03]
    lines[0] = lines[0].replace("open overnight", "open day only")
    day = read(written(tmp_path, "beds.csv", *lines))
    assert set(day.tables["trust_beds"]["open"]) == {"day_only"}
    assert "premises" not in day.tables


def test_beds_that_do_not_add_up_or_have_no_headings_over_them_are_refused(tmp_path: Path) -> None:
    wrong = [list(cells) for cells in KH03]
    wrong[6][8] = 19
    finding = refusal(workbook(tmp_path / "a.xlsx", wrong))
    assert (finding.row, finding.column) == (7, "total")
    assert "90 of RC9" in finding.found
    bare = [list(cells) for cells in KH03]
    bare[3] = []
    assert refusal(workbook(tmp_path / "b.xlsx", bare)).expected == "two rows of headings"
    same = [list(cells) for cells in KH03[:7]]
    same[6][14], same[6][11] = 15, 75
    found = read(workbook(tmp_path / "c.xlsx", same))
    assert "premises" not in found.tables
    assert any("as many open as occupied" in line for line in found.unused)


def test_care_homes_for_older_people_are_all_a_place_has_and_one_that_is_gone_counts_none(
    tmp_path: Path,
) -> None:
    found = read(written(tmp_path, "01_October_2026_HSCA_Active_Locations.csv", CQC_HEADER, *CQC_ROWS))
    homes = found.tables["premises"].set_index("site_code")
    assert homes["quantity"].to_dict() == {"1-101": 42, "1-102": 31, "1-99": 0}
    assert homes["place"].to_dict() == {"1-101": LUTON, "1-102": BEDFORD, "1-99": BEDFORD}
    assert set(homes["surveyed"]) == {"2026-10-01"}
    coverage = found.tables["register_coverage"]
    assert coverage[["place", "facility"]].values.tolist() == [
        [LUTON, "care_home_places"],
        [BEDFORD, "care_home_places"],
    ]
    stand = Existing(
        found.tables["premises"], without_rows(INPUT_TABLES["estate_schemes"]),
        without_rows(INPUT_TABLES["practice_places"]), coverage, np.array([2026, 2027]), RunSettings(draws=2),
    )  # fmt: skip
    assert [stand.of_place(place, "care_home_places")[0, 0] for place in (LUTON, BEDFORD)] == [42, 31]  # type: ignore[index]
    # Of a county the postcode says which district.
    county = CQC_ROWS[1].replace(",Bedford,", ",Countyshire,")
    path = written(tmp_path, "01_October_2026_b.csv", CQC_HEADER, CQC_ROWS[0], county)
    assert read(path).tables["premises"].set_index("site_code").loc["1-102", "place"] == BEDFORD
    twice = written(tmp_path, "01_October_2026_c.csv", CQC_HEADER, *CQC_ROWS, CQC_ROWS[0])
    finding = refusal(twice)
    assert (finding.row, finding.found) == (8, "1-101, as in row 2")
    half = written(tmp_path, "01_October_2026_d.csv", CQC_HEADER, CQC_ROWS[0])
    assert refusal(half).found == "no care home in Bedford"
    assert "--release" in refusal(written(tmp_path, "homes.csv", CQC_HEADER, *CQC_ROWS)).expected


def ods(code: str, name: str, postcode: str, closed: str = "") -> str:
    cells = [code, name, "Y61", "QHG", "1 The Street", "", "Town", "", "", postcode, "20010401", closed]
    return ",".join(f'"{cell}"' for cell in [*cells, "", "", *[""] * 13])


def test_open_sites_of_our_trusts_are_added_and_a_return_s_are_left_alone(tmp_path: Path) -> None:
    there = pd.DataFrame({"site_code": ["RC971"]})
    lines = (
        ods("RC971", "LUTON AND DUNSTABLE", "LU4 0DZ"),
        ods("RC9AB", "ARNDALE CLINIC", "LU1 2LJ"),
        ods("RC110", "BEDFORD SOUTH WING", "MK42 9DJ"),
        ods("RC9ZZ", "SHUT", "LU1 2LJ", "20200331"),
        ods("RXX01", "ELSEWHERE", "LS1 1AA"),
    )
    found = read(written(tmp_path, "ets.csv", *lines), trust_sites=there, release="2026-08-28")
    sites = found.tables["trust_sites"].set_index("site_code")
    assert sites[["trust", "provider", "place"]].to_dict("index") == {
        "RC9AB": {"trust": "RC9", "provider": "RC9", "place": LUTON},
        "RC110": {"trust": "RC1", "provider": "RC9", "place": BEDFORD},
    }
    assert "1 closed sites of our trusts" in found.unused
    bad = written(tmp_path, "ets2.csv", *lines[:2], *[lines[1]] * 40, lines[1].replace("20010401", "April"))
    finding = refusal(bad, trust_sites=there)
    assert (finding.row, finding.column) == (3, "code")
    cut = written(tmp_path, "ets3.csv", *lines[:2], *lines[2:] * 20, "RC9AB,CUT")
    assert refusal(cut, trust_sites=there).expected == "each site once"


def test_dental_contracts_are_a_volume_in_a_place_and_no_surgery(tmp_path: Path) -> None:
    rows = (
        "100/1,Smile,LU4 0DZ,12000,360000,11500",
        "200/1,Grin,LS1 1AA,9000,1,1",
        "300/1,Beam,MK42 9DJ,800,2,3",
    )
    found = read(written(tmp_path, "UDA_2025-26.csv", DENTAL_HEADER, *rows))
    contracts = found.tables["dental_contracts"].set_index("contract")
    assert contracts["place"].to_dict() == {"100/1": LUTON, "300/1": BEDFORD}
    assert contracts.loc["100/1", ["udas_contracted", "udas_delivered", "as_of"]].tolist() == [
        12_000, 11_500, "2025/26"
    ]  # fmt: skip
    assert "premises" not in found.tables
    finding = refusal(
        written(tmp_path, "UDA_2025-26_b.csv", DENTAL_HEADER, rows[0], rows[0].replace("12000", "many"))
    )
    assert (finding.row, finding.column, finding.found) == (3, "contract_number", "100/1, as in row 2")


def test_a_survey_of_premises_gives_rooms_and_areas_of_each_building(tmp_path: Path) -> None:
    found = read(written(tmp_path, "survey.csv", SURVEY_HEADER, SURVEY_ROW))
    rows = found.tables["premises"].set_index("facility")
    assert rows["quantity"].to_dict() == {
        "primary_care_gross_internal_area": 640,
        "primary_care_net_internal_area": 495,
        "gp_consulting_rooms": 8,
        "gp_treatment_rooms": 2,
    }
    assert set(rows["unit"]) == {"m2", "rooms"}
    first = rows.iloc[0]
    assert first[["condition", "functional_suitability", "tenure", "lease_end", "surveyed"]].tolist() == [
        "B", "C", "leasehold", 2031.0, "2025-11-20"
    ]  # fmt: skip
    assert first[["place", "registered_patients"]].tolist() == [LUTON, 9000]
    assert found.unused == ("parking",)
    for cell, other, column in (
        ("E81005", "E99999", "practice code"),
        (",640,", ",large,", "gia (m2)"),
        ("31/03/2031", "soon", "lease end date"),
        ("Leased", "squat", "tenure"),
        ("B - sound", "fair", "physical condition"),
        ("2025-11-20", "", "survey date"),
    ):
        finding = refusal(written(tmp_path, "bad.csv", SURVEY_HEADER, SURVEY_ROW.replace(cell, other)))
        assert (finding.row, finding.column) == (2, column)


def test_sites_of_a_later_return_bring_age_backlog_and_cost_whatever_its_columns_are_called(
    tmp_path: Path,
) -> None:
    header = ERIC_HEADER.replace(
        "Age profile - pre 1948 (%)",
        "Age profile - pre 1948 (%),Age profile - 1948 to 1954 (%),Age profile - 2025 to 2034 (%),"
        "Cost to eradicate Low risk backlog (£),Post Code,Gas costs (£),Rates (£)",
    )
    row = f'{ERIC_ROWS[0]},20,75,"2,000",LU4 0DZ,30,"1,000"'
    other = f"{ERIC_ROWS[3]},,,,LS1 1AA,,"
    path = written(tmp_path, "ERIC - 2024_25 - Site data.csv", header, row, other, encoding="cp1252")
    sites = read(path).tables["trust_sites"].set_index("site_code")
    assert list(sites.index) == ["RC971"]
    site = sites.loc["RC971"]
    assert site[["gross_internal_area_m2", "backlog_high_risk_gbp", "backlog_low_risk_gbp"]].tolist() == [
        73_000, 1_234, 2_000
    ]  # fmt: skip
    built = ["built_before_1948_percent", "built_1948_to_1974_percent", "built_since_1995_percent"]
    assert site[built].tolist() == [5, 20, 75]
    assert site[["running_cost_gbp", "place", "as_of"]].tolist() == [1_030, LUTON, "2024/25"]


def test_each_of_these_files_is_recognised_by_one_reader_alone(tmp_path: Path) -> None:
    files = {
        "CQC care directory with filters (workbook or CSV)": written(
            tmp_path, "a.csv", CQC_HEADER, *CQC_ROWS
        ),
        "ODS sites of NHS trusts (CSV)": written(tmp_path, "b.csv", ods("RC9AB", "CLINIC", "LU1 2LJ")),
        "NHS dental activity by contract (CSV)": written(tmp_path, "c.csv", DENTAL_HEADER),
        "premises survey (workbook or CSV)": written(tmp_path, "d.csv", SURVEY_HEADER, SURVEY_ROW),
        "Bed availability and occupancy, KH03 (workbook or CSV)": workbook(tmp_path / "e.xlsx", KH03),
    }
    for name, path in files.items():
        content = Content(path)
        assert [other for other, reader in READERS.items() if reader.recognises(content)] == [name]


def test_rows_come_into_an_area_s_table_that_leaves_optional_columns_out(tmp_path: Path) -> None:
    """The area's row keeps its cells and has the rest as its inputs were composed."""
    table = INPUT_TABLES["practice_places"]
    area, composed = tmp_path / "area", tmp_path / "composed"
    for folder in (area, composed):
        folder.mkdir()
    (area / "practice_places.csv").write_text(
        f"registered_patients,practice,practice_name,place\n90,A1,Ours,{LUTON}\n", encoding="utf-8"
    )
    names = table.column_names
    rows = [
        {**dict.fromkeys(names, ""), "practice": "A1", "practice_name": "Ours", "place": LUTON,
         "registered_patients": "90", "pcn": "U1"},
        {**dict.fromkeys(names, ""), "practice": "A2", "practice_name": "England's", "place": LUTON,
         "registered_patients": "70", "pcn": "U2"},
    ]  # fmt: skip
    before = "\n".join([",".join(names), *(",".join(row[name] for name in names) for row in rows)]) + "\n"
    (composed / "practice_places.csv").write_text(before, encoding="utf-8")
    after = before.replace(",70,", ",75,")
    told = pd.read_csv(io.StringIO(merging._own_rows(table, area, composed, after)), dtype=str)
    assert told[["practice", "registered_patients", "pcn"]].values.tolist() == [
        ["A1", "90", "U1"],
        ["A2", "75", "U2"],
    ]
