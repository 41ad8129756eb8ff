"""The full extract of waiting times: ours by treatment function, held to its own totals, in both layouts."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from assets.official_files.recognise import read_publication
from housing_trajectories.findings import BadInput
from tests.assets.official_files.official_examples import known, written
from tests.conftest import ROOT

WEEKS = [*(f"Gt {week:02d} To {week + 1:02d} Weeks SUM 1" for week in range(104)), "Gt 104 Weeks SUM 1"]
HEADER = [
    "Period", "Provider Parent Org Code", "Provider Parent Name", "Provider Org Code", "Provider Org Name",
    "Commissioner Parent Org Code", "Commissioner Parent Name", "Commissioner Org Code",
    "Commissioner Org Name", "RTT Part Type", "RTT Part Description", "Treatment Function Code",
    "Treatment Function Name", *WEEKS, "Total", "Patients with unknown clock start date", "Total All",
]  # fmt: skip
PARTS = {"Part_1A": 40, "Part_1B": 110, "Part_2": 900, "Part_2A": 200, "Part_3": 170}


def line(part: str, function: str, count: int, provider: str = "RC9", late: int = 0) -> str:
    weeks = ["0"] * len(WEEKS)
    weeks[20] = str(late)
    cells = ["RTT-June-2024", "QHG", "BOARD", provider, "TRUST", "QHG", "BOARD", "M1J4Y", "SUB BOARD"]
    return ",".join([*cells, part, "WORDS", function, "WORDS", *weeks, "", "", str(count)])


def extract(functions: tuple[str, ...] = ("C_100", "C_110")) -> list[str]:
    rows = [
        line(part, function, count + number, late=7 if part == "Part_2" else 0)
        for part, count in PARTS.items()
        for number, function in enumerate(functions)
    ]
    totals = [line(part, "C_999", 2 * count + 1) for part, count in PARTS.items()]
    return [",".join(HEADER), *rows, *totals, line("Part_3", "C_100", 5, provider="RXX")]


def test_each_function_of_our_trusts_is_read_and_held_to_the_printed_totals(tmp_path: Path) -> None:
    read = read_publication(written(tmp_path, "rtt.csv", *extract()), known())
    assert read.tables["waiting_lists"].values.tolist() == [
        ["RC9", "2024-06", "C_100", 170, 40, 110, 900, 7],
        ["RC9", "2024-06", "C_110", 171, 41, 111, 901, 7],
    ]
    assert read.proofs == ("4 totals of treatment functions of a provider, commissioner and part hold",)
    assert "1 other providers" in read.unused


def test_a_function_that_was_lost_and_a_file_cut_before_its_totals_are_refused(tmp_path: Path) -> None:
    lost = [each for each in extract() if "Part_1A,WORDS,C_110" not in each]
    with pytest.raises(BadInput, match="column Total All: found 81 of 2024-06, RC9, M1J4Y, Part_1A"):
        read_publication(written(tmp_path, "lost.csv", *lost), known())
    with pytest.raises(BadInput, match="the file may be cut short"):
        read_publication(written(tmp_path, "cut.csv", *extract()[:-4]), known())


def test_cells_that_cannot_be_are_named_with_their_row(tmp_path: Path) -> None:
    lines = extract()
    lines[1] = lines[1].replace("RTT-June-2024", "RTT-Juni-2024")
    lines[2] = lines[2][: lines[2].rindex(",")] + ",many"
    with pytest.raises(BadInput) as error:
        read_publication(written(tmp_path, "rtt.csv", *lines), known())
    assert [(each.row, each.column) for each in error.value.findings] == [(2, "Period"), (3, "Total All")]


def test_a_workbook_with_numbers_for_texts_reads_as_the_file_of_lines(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for number, text in enumerate(extract()):
        cells = text.split(",")
        sheet.append(cells if not number else [float(cell) if cell.isdecimal() else cell for cell in cells])
    book.save(tmp_path / "rtt.xlsx")
    lines = read_publication(written(tmp_path, "rtt.csv", *extract()), known())
    read = read_publication(tmp_path / "rtt.xlsx", known())
    assert read.tables["waiting_lists"].equals(lines.tables["waiting_lists"])


@pytest.mark.long
def test_the_published_workbook_is_read_for_trusts_it_holds_and_says_where_it_stops() -> None:
    path = ROOT.parent / "shared/england/health/20240630-RTT-June-2024-full-extract-revised.xlsb"
    if not path.exists():
        pytest.skip(f"{path.name} is not on this machine")
    read = read_publication(path, known())
    table = read.tables["waiting_lists"].groupby("provider")[["referrals", "waiting"]].sum()
    assert table.loc["RC9"].tolist() == [19_795, 101_466]
    assert read.tables["waiting_lists"]["over_18_weeks"].isna().all()
    assert any("the file stops at row 65,536" in words for words in read.unused)
    assert any("not every week from 18 on" in words for words in read.unused)
