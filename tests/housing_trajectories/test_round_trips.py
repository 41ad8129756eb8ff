"""What `convert` and `template` write is read back as it was, whatever a council's trajectory holds."""

from __future__ import annotations

import codecs
import csv
import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from housing_trajectories import Trajectory, read
from housing_trajectories.__main__ import main
from housing_trajectories.rows.tidy_table import write_tidy
from housing_trajectories.tools.template import write_template

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1, max_size=25)
HOMES = st.one_of(
    st.integers(0, 900).map(str),
    st.just(""),
    st.tuples(st.integers(0, 90), st.integers(1, 90)).map(lambda ends: f"{ends[0]}-{ends[0] + ends[1]}"),
    st.sampled_from(["c. 50", "12.0", "1,200", "-", "TBC", "30+", "up to 40"]),
)
Site = tuple[str, str, str, str, list[str]]
SITES = st.lists(
    st.tuples(
        NAMES,
        st.sampled_from(["permissioned", "Allocated", "ful", ""]),
        st.sampled_from(["C3", "C2", "student", ""]),
        st.sampled_from(["", "3"]),
        st.lists(HOMES, min_size=5, max_size=5) | st.just([""] * 5),
    ),
    min_size=1,
    max_size=6,
)


def council_file(folder: Path, sites: list[Site], base_date: str = "") -> Path:
    path = folder / "council.csv"
    rows = [
        {
            "GSS code": "E06000001",
            "Site Reference": f"S{number}",
            "Site Name": f"{name} {number}",
            "Planning Status": status,
            "Use class": use,
            "Notes": name,
            "1 bed": mix,
            **dict(zip(("2025/26", "2026/27", "2027/28", "2028/29", "Beyond plan"), homes, strict=True)),
        }
        for number, (name, status, use, mix, homes) in enumerate(sites)
    ]
    title = f"Position at {base_date}\n" if base_date else ""
    path.write_text(title + pd.DataFrame(rows).to_csv(index=False, quoting=csv.QUOTE_ALL), encoding="utf-8")
    return path


def same(first: Trajectory, second: Trajectory) -> None:
    pd.testing.assert_frame_equal(first.table, second.table)
    pd.testing.assert_frame_equal(first.sites, second.sites)
    assert first.base_date == second.base_date


@settings(max_examples=30)
@given(sites=SITES, base_date=st.sampled_from(["", "1 April 2026"]))
def test_what_convert_writes_is_read_back(sites: list[Site], base_date: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        first = read(council_file(Path(folder), sites, base_date))
        if first.table.empty:
            return
        write_tidy(first, Path(folder) / "tidy.csv")
        assert (Path(folder) / "tidy.csv").read_bytes().startswith(codecs.BOM_UTF8)
        second = read(Path(folder) / "tidy.csv")
        assert {f.issue for f in second.errors} <= {"the same site under two references"}
        same(first, second)


@settings(max_examples=20)
@given(sites=SITES, base_date=st.sampled_from(["", "1 April 2026"]))
def test_what_template_writes_is_read_back(sites: list[Site], base_date: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        first = read(council_file(Path(folder), sites, base_date))
        if first.table.empty:
            return
        write_template(Path(folder) / "filled.xlsx", 2025, 4, first)
        same(first, read(Path(folder) / "filled.xlsx"))


@pytest.mark.parametrize("name", ["bedford", "central_bedfordshire", "luton", "milton_keynes"])
def test_shipped_files_come_back_from_both(root: Path, tmp_path: Path, name: str) -> None:
    source = root / "housing_trajectories" / "blmk" / f"{name}.csv"
    first = read(source).usable()
    assert main(["convert", str(source), "--to", str(tmp_path / "tidy.csv")]) == 0
    assert main(["template", "--from", str(source), "--to", str(tmp_path / "filled.xlsx")]) == 0
    for path in (tmp_path / "tidy.csv", tmp_path / "filled.xlsx"):
        second = read(path)
        assert second.errors == ()
        pd.testing.assert_frame_equal(first.table, second.table)


def test_an_empty_template_has_lists_to_choose_from(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    assert main(["template", "--to", str(tmp_path / "t.xlsx"), "--first-year", "2025"]) == 0
    sheet = load_workbook(tmp_path / "t.xlsx")["Trajectory"]
    lists = [v.formula1 for v in sheet.data_validations.dataValidation if v.type == "list"]
    assert any("not permissioned" in formula for formula in lists)
    assert len(lists) == 5
    assert "no table" in {f.issue for f in read(tmp_path / "t.xlsx").errors}


def test_homes_before_the_base_date_come_back_with_it(tmp_path: Path) -> None:
    source = tmp_path / "council.csv"
    source.write_text(
        "Position at 1 April 2026,,,,,,\n"
        "Site Reference,Site Name,Planning Status,Capacity,2025/26,2026/27,2027/28\n"
        "P1,Gas Works,permissioned,45,15,15,15\n",
        encoding="utf-8",
    )
    first = read(source)
    assert (first.errors, first.base_date) == ((), "2026-04-01")
    write_tidy(first, tmp_path / "tidy.csv")
    write_template(tmp_path / "filled.xlsx", 2025, 3, first)
    for name in ("tidy.csv", "filled.xlsx"):
        second = read(tmp_path / name)
        assert (second.errors, second.base_date) == ((), first.base_date)
        pd.testing.assert_frame_equal(first.table, second.table)
