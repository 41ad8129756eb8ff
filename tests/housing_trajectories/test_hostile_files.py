"""Files made to do harm end in a finding, soon and small, and nothing in them comes alive."""

from __future__ import annotations

import csv
import io
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from housing_trajectories import read
from housing_trajectories.checks.reference_figures import reference_figures
from housing_trajectories.rows.tidy_table import write_tidy
from housing_trajectories.terminal import Terminal
from housing_trajectories.tools.check_report import echo, print_comparison, print_findings
from housing_trajectories.tools.comparison import compare
from housing_trajectories.tools.template import write_template


def test_a_file_that_was_cut_off_in_a_row_is_not_taken_for_a_whole_one(tmp_path: Path, root: Path) -> None:
    whole = (root / "housing_trajectories" / "blmk" / "bedford.csv").read_bytes()
    path = tmp_path / "bedford.csv"
    path.write_bytes(whole[: int(len(whole) * 0.6)])
    [found] = [finding for finding in read(path, "E06000055").findings if finding.issue == "file cut off"]
    assert found.severity == "error"
    assert found.row == 10
    path.write_bytes(whole.rstrip(b"\n"))
    assert not [finding for finding in read(path, "E06000055").findings if finding.issue == "file cut off"]


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 120_000_000)


def entities(path: Path) -> None:
    book = io.BytesIO()
    Workbook().save(book)
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    with zipfile.ZipFile(book) as source, zipfile.ZipFile(path, "w") as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename.endswith("sheet1.xml"):
                content = f'<!DOCTYPE x [<!ENTITY l0 "lol">{lol}]><worksheet>&l8;</worksheet>'.encode()
            target.writestr(entry.filename, content)


def wide(path: Path) -> None:
    path.write_text("Site Ref,Site Name,2025/26," + "x," * 10_000 + "\nA1,Mill,5," + "1," * 10_000 + "\n")


def tall(path: Path) -> None:
    path.write_text("Site Ref,Site Name,2025/26\n" + ",,\n" * 200_000 + "A1,Mill,5\n", encoding="utf-8")


def quote(path: Path) -> None:
    path.write_text('Site Ref,Site Name,2025/26\nA1,"Mill,5\n' + "A2,Dairy,6\n" * 2_000, encoding="utf-8")


def noise(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 400)


HOSTILE: list[tuple[str, Callable[[Path], None], str]] = [
    ("bomb.xlsx", bomb, "zip bomb"),
    ("entities.xlsx", entities, "malformed file"),
    ("wide.csv", wide, "too many columns"),
    ("tall.csv", tall, "blank row"),
    ("quote.csv", quote, "quote that does not close"),
    ("noise.csv", noise, "control character"),
    ("noise.xlsx", noise, "file type"),
]


@pytest.mark.parametrize(("name", "make", "issue"), HOSTILE)
def test_a_hostile_file_ends_in_a_finding(
    tmp_path: Path, name: str, make: Callable[[Path], None], issue: str
) -> None:
    make(tmp_path / name)
    started = time.monotonic()
    trajectory = read(tmp_path / name)
    assert issue in {finding.issue for finding in trajectory.findings}
    assert time.monotonic() - started < 10


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    bomb(tmp_path / "bomb.xlsx")
    tracemalloc.start()
    read(tmp_path / "bomb.xlsx")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


def test_what_a_file_holds_is_inert_in_all_that_is_written(tmp_path: Path) -> None:
    live = [
        '=HYPERLINK("http://x","y")',
        "<script>alert(1)</script>",
        "@SUM(A1)",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "\tTab",
    ]
    with (tmp_path / "live.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Site Ref", "Site Name", "Notes", "2025/26"])
        writer.writerows([f"A{n}", text, text, 5] for n, text in enumerate(live))
    trajectory = read(tmp_path / "live.csv")
    assert trajectory.errors == ()
    write_tidy(trajectory, tmp_path / "tidy.csv")
    with (tmp_path / "tidy.csv").open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "-"))]
    assert not [cell for cell in cells if "<script" in cell]
    write_template(tmp_path / "filled.xlsx", 2025, 1, trajectory)
    sheet = load_workbook(tmp_path / "filled.xlsx")["Trajectory"]
    assert not [cell for row in sheet for cell in row if cell.data_type == "f"]


@settings(max_examples=150)
@given(
    content=st.one_of(st.binary(max_size=400), st.text(max_size=400).map(str.encode)),
    ending=st.sampled_from([".csv", ".xlsx"]),
)
def test_no_bytes_end_in_a_traceback(tmp_path: Path, content: bytes, ending: str) -> None:
    path = tmp_path / f"any{ending}"
    path.write_bytes(content)
    trajectory = read(path)
    assert trajectory.findings
    assert "cannot be read" not in {finding.issue for finding in trajectory.findings}


CELLS = st.one_of(
    st.sampled_from(
        [
            "",
            "Total",
            "2025/26",
            "2026",
            "TBC",
            "5",
            "-3",
            "1,2",
            "Site Ref",
            "Year",
            "Windfall",
            "=1",
            "#N/A",
            "E06000042",
            "1",
            "2",
            "3",
            "permissioned",
            "C2",
            "0.5",
            "45748",
        ]
    ),
    st.text(max_size=8),
)


def assert_no_traceback(path: Path, place: str | None = None) -> None:
    """Neither reading a file nor what the commands then do with it raises; what is printed is printable."""
    trajectory = read(path, place)
    assert [f.sentence() for f in trajectory.findings if f.issue == "cannot be read"] == []
    screen = io.StringIO()
    print_findings(trajectory.findings, Terminal(200, file=screen))
    screen.writelines(echo(trajectory, reference_figures(), trajectory))
    print_comparison(compare(trajectory, trajectory), Terminal(200, file=screen))
    assert all(character.isprintable() or character == "\n" for character in screen.getvalue())
    if not trajectory.errors and not trajectory.table.empty:
        write_tidy(trajectory, path.with_name("tidy.csv"))
        again = read(path.with_name("tidy.csv"), place)
        homes = [each.table["planned_net_dwellings"].sum() for each in (trajectory, again)]
        assert homes[0] == pytest.approx(homes[1]), [f.sentence() for f in again.findings]


@settings(max_examples=150)
@given(rows=st.lists(st.lists(CELLS, max_size=9), max_size=9), headed=st.booleans())
@example(rows=[["", "2025/26", "", "", "-3", "", "TBC"]], headed=True)
@example(rows=[["5", "0", "²"]], headed=True)
def test_no_table_ends_in_a_traceback(tmp_path: Path, rows: list[list[str]], headed: bool) -> None:
    with (tmp_path / "any.csv").open("w", encoding="utf-8", newline="") as file:
        if headed:
            file.write("Site Ref,Site Name,Status,Use class,Capacity,Built,2024/25,2025/26,Post 2040\n")
        csv.writer(file).writerows(rows)
    assert_no_traceback(tmp_path / "any.csv")


Cell = str | int | float | bool | date | datetime | None
NUMBERS: st.SearchStrategy[Cell] = st.one_of(
    st.integers(-50, 3_000),
    st.sampled_from([0, 1, 0.5, -1, 1e9, 36_526, 45_748, 40_000, True, date(2025, 4, 1)]),
    st.sampled_from(
        ["", "TBC", "tbc", "?", "-", "nil", "0", "12", "1,200", "c. 50", "20-30", "87/90", "30+"]
    ),
    st.sampled_from(
        ["up to 40", "(5)", "10*", "5%", "#REF!", "=A1", "45 dwellings", "complete", "1.2e3", "½"]
    ),
)
WORDS: st.SearchStrategy[Cell] = st.one_of(
    st.sampled_from(["", "Mill Lane", "Total", "Sub-total", "Windfall allowance", "Demolition of 3 homes"]),
    st.sampled_from(
        ["Care home (C2, 66 bed)", "220 student rooms", "Lapse rate 10%", "Allocations", "as above"]
    ),
    st.sampled_from(
        ["[b]Dairy[/b]", "H/1:b", "2025/26", "E06000042", "E06000055", "Ŵyn’s field", "\u202eliM"]
    ),
    st.text(max_size=12),
)
COLUMNS: dict[str, st.SearchStrategy[Cell]] = {
    **dict.fromkeys(
        ("Site Ref", "Site Reference", "LAA ref", "Application number", "Site Name", "Address"), WORDS
    ),
    **dict.fromkeys(("Notes", "Ward", "Parish", "GSS code", "Plan", "Deliverable (Y/N)"), WORDS),
    "Planning Status": st.sampled_from(
        ["", "permissioned", "Full", "Outline", "Allocated", "u/c", "lapsed", "x"]
    ),
    "Use class": st.sampled_from(["", "C3", "C2", "C4", "sui generis", "student", "Class E"]),
    "Permission date": st.sampled_from(
        ["", "01/04/2025", "2025-13-40", 45_748, date(2024, 5, 1), "May 2024"]
    ),
    **dict.fromkeys(
        ("Capacity", "Net Dwellings", "Gross", "Losses", "Built", "Remaining", "Bedrooms"), NUMBERS
    ),
    **dict.fromkeys(("Hectares", "Easting", "Northing", "1 bed", "Affordable", "Total", "S/N"), NUMBERS),
    **dict.fromkeys(("2023/24", "2024/25", "2025/26", "2026-27", "2027", "Apr 2028 to Mar 2029"), NUMBERS),
    **dict.fromkeys(
        ("2030-35", "Year 1", "Years 6-10", "Post 2040", "Beyond plan period", "0-5 years"), NUMBERS
    ),
}


@st.composite
def council_tables(draw: st.DrawFn) -> list[list[Cell]]:
    """Titles, headings, sites and what stands between them, as councils' officers send them."""
    headings: list[str] = draw(st.lists(st.sampled_from(list(COLUMNS)), min_size=2, max_size=12))
    rows: list[list[Cell]] = [[title] for title in draw(st.lists(WORDS, max_size=2))]
    rows.append([*headings])
    if draw(st.booleans()):
        rows.append([draw(st.sampled_from(["", *headings])) for _ in headings])
    for _ in range(draw(st.integers(0, 6))):
        if draw(st.integers(0, 5)) == 0:
            rows.append(draw(st.sampled_from([[], ["Large sites"], [*headings], ["", "Total", 5, 5, 5, 5]])))
        else:
            rows.append([draw(COLUMNS[name]) for name in headings][: draw(st.integers(1, 14))])
    return rows


@settings(max_examples=120)
@given(rows=council_tables(), place=st.sampled_from([None, "E06000042", "E06000032"]))
def test_no_council_s_table_ends_in_a_traceback(
    tmp_path: Path, rows: list[list[Cell]], place: str | None
) -> None:
    with (tmp_path / "council.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    assert_no_traceback(tmp_path / "council.csv", place)


@settings(max_examples=40)
@given(sheets=st.lists(council_tables(), min_size=1, max_size=3), merge=st.booleans(), hide=st.booleans())
def test_no_council_s_workbook_ends_in_a_traceback(
    tmp_path: Path, sheets: list[list[list[Cell]]], merge: bool, hide: bool
) -> None:
    book = Workbook()
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"Sites {number}")
        for row in rows:
            sheet.append(
                [ILLEGAL_CHARACTERS_RE.sub("", cell) if isinstance(cell, str) else cell for cell in row]
            )
        if merge:
            sheet.merge_cells("A2:B3")
        sheet.sheet_state = "hidden" if hide and number else "visible"
    book.save(tmp_path / "council.xlsx")
    assert_no_traceback(tmp_path / "council.xlsx")
