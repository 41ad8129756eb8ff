"""Months of accident and emergency as they are published: counts, totals, mergers and spoilt cells."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.official_files.recognise import read_publication
from tests.assets.official_files.official_examples import (
    AE_HEADER,
    AE_ROWS,
    AE_TOTAL,
    known,
    refusal,
    written,
)


def test_a_month_of_accident_and_emergency_adds_types_and_holds_the_row_of_totals(tmp_path: Path) -> None:
    read = read_publication(written(tmp_path, "ae.csv", AE_HEADER, *AE_ROWS, AE_TOTAL), known())
    rows = read.tables["ae_attendances_monthly"]
    assert rows.values.tolist() == [["RC9", "2024-03", 21034, 5410], ["RD8", "2024-03", 8500, 2100]]
    assert read.proofs == ("10 totals of England by column, its providers together hold",)
    assert "column Attendances over 4hrs Type 1" in read.unused


def test_a_trust_of_before_a_merger_counts_with_the_provider_it_became(tmp_path: Path) -> None:
    earlier = AE_ROWS[2].replace("RXX", "RC1")
    read = read_publication(
        written(tmp_path, "ae.csv", AE_HEADER, AE_ROWS[0], AE_ROWS[1], earlier, AE_TOTAL), known()
    )
    assert read.tables["ae_attendances_monthly"]["ae_attendances"].tolist() == [21034 + 115, 8500]


@pytest.mark.parametrize(
    "total",
    [
        AE_TOTAL.replace("TOTAL,TOTAL,TOTAL,TOTAL", "Total,,,"),
        AE_TOTAL.replace("TOTAL,TOTAL,TOTAL,TOTAL", ",,TOTAl,"),
        AE_TOTAL.replace("TOTAL,TOTAL,TOTAL,TOTAL", "MSitAE-MARCH-2024,-,-,Total"),
    ],
)
def test_the_row_of_totals_is_found_in_whichever_column_says_so(tmp_path: Path, total: str) -> None:
    read = read_publication(written(tmp_path, "ae.csv", AE_HEADER, *AE_ROWS, total), known())
    assert len(read.tables["ae_attendances_monthly"]) == 2
    assert read.proofs == ("10 totals of England by column, its providers together hold",)


def test_a_department_there_is_not_and_columns_without_a_name_are_proved_by_the_totals(
    tmp_path: Path,
) -> None:
    without = AE_ROWS[1].replace('"8,500",0,0,', '"8,500",-,,')
    lines = [f"{line},," for line in (AE_HEADER, AE_ROWS[0], without)]
    read = read_publication(written(tmp_path, "ae.csv", *lines, AE_ROWS[2] + ",,,", AE_TOTAL + ",,"), known())
    assert read.tables["ae_attendances_monthly"]["ae_attendances"].tolist() == [21034, 8500]
    assert read.proofs[1] == "2 cells with '-' or nothing counted as none: the totals hold with them"
    assert not any(words == "column " for words in read.unused)
    lost = AE_ROWS[1].replace('"8,500",', "-,")
    finding = refusal(written(tmp_path, "lost.csv", AE_HEADER, AE_ROWS[0], lost, AE_ROWS[2], AE_TOTAL))
    assert finding.column == "A&E attendances Type 1"


@pytest.mark.parametrize(
    ("lines", "row", "column"),
    [
        ((AE_HEADER, *AE_ROWS, AE_TOTAL.replace("28600", "28601")), 5, "A&E attendances Type 1"),
        ((AE_HEADER, AE_ROWS[0], AE_ROWS[0], *AE_ROWS[1:], AE_TOTAL), 3, "Org Code"),
        ((AE_HEADER, *AE_ROWS), None, "Org Code"),
        ((AE_HEADER, AE_ROWS[0].replace("20000", "2e999"), AE_TOTAL), 2, "A&E attendances Type 1"),
        ((AE_HEADER, AE_ROWS[0].replace("MARCH", "MARS"), AE_TOTAL), 2, "Period"),
    ],
)
def test_a_spoilt_month_of_accident_and_emergency_is_refused_with_its_cell(
    tmp_path: Path, lines: tuple[str, ...], row: int | None, column: str
) -> None:
    finding = refusal(written(tmp_path, "ae.csv", *lines))
    assert (finding.file, finding.row, finding.column) == ("ae.csv", row, column)


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_month_of_accident_and_emergency_as_it_is_published_in_2026_is_read(
    tmp_path: Path, ending: str
) -> None:
    """NHS England, Monthly A&E attendances and emergency admissions, by provider.

    Layout: a byte order mark or none; the region with a blank behind it; a stray last column named `a`; two
    blanks in a name; a total row spelt `TOTAL,TOTAL,Total,Total`; files named `May-2026-CSV-Dl8t54.csv`.
    """
    header = AE_HEADER.replace("Booked Appointments Type 1", "Booked  Appointments Type 1", 1) + ",a"
    rows = [row.replace("NHS ENGLAND EAST OF ENGLAND", "NHS ENGLAND EAST OF ENGLAND ") for row in AE_ROWS]
    total = AE_TOTAL.replace("TOTAL,TOTAL,TOTAL,TOTAL", "TOTAL,TOTAL,Total,Total")
    lines = [header, *(f"{row.replace('MARCH-2024', 'MAY-2026')}," for row in rows), f"{total},"]
    path = tmp_path / "May-2026-CSV-Dl8t54.csv"
    path.write_bytes((ending.join(lines) + ending).encode("utf-8-sig"))
    read = read_publication(path, known())
    assert read.tables["ae_attendances_monthly"].values.tolist() == [
        ["RC9", "2026-05", 21034, 5410],
        ["RD8", "2026-05", 8500, 2100],
    ]
    assert read.proofs == ("10 totals of England by column, its providers together hold",)


@pytest.mark.parametrize(
    ("there", "instead"),
    [
        ("A&E attendances Booked Appointments Type 1", "A&E attendances (booked) Type 1"),
        ("Emergency admissions via A&E - Type 1", "Emergency admissions via A&E (Type 1)"),
        ("Other emergency admissions", "Other emergency admissions (direct)"),
    ],
)
def test_a_count_under_an_unknown_name_is_refused_and_not_left_out(
    tmp_path: Path, there: str, instead: str
) -> None:
    header = AE_HEADER.replace(there, instead, 1)
    finding = refusal(written(tmp_path, "ae.csv", header, *AE_ROWS, AE_TOTAL))
    assert (finding.row, finding.column) == (1, instead)


def test_a_month_of_accident_and_emergency_of_before_august_2020_is_read(tmp_path: Path) -> None:
    """NHS England, the same series: `Number of A&E attendances …`, no booked appointments, no region."""
    names = [
        *("Period", "Org Code", "Org name"),
        *("Number of A&E attendances Type 1", "Number of A&E attendances Type 2"),
        "Number of A&E attendances Other A&E Department",
        *("Number of attendances over 4hrs Type 1", "Number of attendances over 4hrs Type 2"),
        "Number of attendances over 4hrs Other A&E Department",
        "Patients who have waited 4-12 hs from DTA to admission",
        "Patients who have waited 12+ hrs from DTA to admission",
        *("Emergency admissions via A&E - Type 1", "Emergency admissions via A&E - Type 2"),
        *("Emergency admissions via A&E - Other A&E department", "Other emergency admissions"),
    ]
    lines = (
        ",".join(names),
        "MSitAE-DECEMBER-2018,RC9,BEDFORDSHIRE HOSPITALS,1000,50,200,100,10,30,5,0,400,0,-,70",
        "TOTAL,TOTAL,TOTAL,1000,50,200,100,10,30,5,0,400,0,0,70",
    )
    read = read_publication(written(tmp_path, "ae.csv", *lines, encoding="cp1252"), known())
    assert read.tables["ae_attendances_monthly"].values.tolist() == [["RC9", "2018-12", 1250, 470]]
