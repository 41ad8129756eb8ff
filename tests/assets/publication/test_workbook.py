"""The workbook: tables as they are, texts that stay text, the same bytes again, and LibreOffice agrees."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from assets.publication.workbook import MISSING, MOST_ROWS, narrowed, write_workbook

HOSTILE = (
    "<script>alert(1)</script>",
    '=HYPERLINK("http://example.org","pay")',
    "@SUM(A1:A9)",
    "[Our new homes](http://example.org)",
    "$$note$$",
    "***",
    "http://example.org",
    "12",
)


def sources(titles: tuple[str, ...] = HOSTILE) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "id": f"source_{number}",
                "title": title,
                "publisher": "ONS",
                "series": "s",
                "release": "r",
                "licence": "OGL",
                "coverage": "England",
                "note": None,
            }
            for number, title in enumerate(titles)
        ]
    )


def assumptions() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "id": "demand.growth",
                "value": 1 / 3,
                "low": np.nan,
                "high": np.nan,
                "unit": "%",
                "source_id": "source_0",
                "evidence_grade": "C",
                "tables": "demand",
                "concerns": "",
                "note": "n",
            },
        ]
    )


def table(path: Path, name: str) -> pd.DataFrame:
    """The table of a sheet: its rows below the heading row."""
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name(name).to_python()
    first = next(number for number, row in enumerate(rows) if row[0] in ("id", "scenario", "table"))
    return pd.DataFrame(rows[first + 1 :], columns=rows[first])


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("workbook") / "workbook.xlsx"
    write_workbook({"assumptions": assumptions(), "sources": sources()}, path, "[A system](x)", "abc")
    return path


def test_sheets_are_cover_contents_notes_and_the_tables_under_their_own_names(workbook: Path) -> None:
    names = CalamineWorkbook.from_path(workbook).sheet_names
    assert names == ["Cover", "Contents", "Notes", "assumptions", "sources", "data_dictionary"]
    with ZipFile(workbook) as archive:
        tables = "".join(
            archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/tables/")
        )
    for name in ("assumptions", "sources", "data_dictionary"):
        assert f'displayName="{name}"' in tables


def test_a_text_from_a_file_is_neither_formula_nor_link_nor_note(workbook: Path) -> None:
    assert tuple(table(workbook, "sources")["title"]) == HOSTILE
    with ZipFile(workbook) as archive:
        sheets = [
            archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/worksheets/")
        ]
        links = "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".rels"))
    assert all("<f>" not in sheet for sheet in sheets)
    assert "example.org" not in links


def test_a_number_that_is_not_there_is_said_to_be_missing(workbook: Path) -> None:
    row = table(workbook, "assumptions").iloc[0]
    assert row["value"] == 1 / 3
    assert (row["low"], row["high"]) == (MISSING, MISSING)


def test_a_number_without_end_is_refused_and_not_written_as_text(tmp_path: Path) -> None:
    endless = assumptions().assign(value=np.inf)
    with pytest.raises(ValueError, match="cannot hold inf"):
        write_workbook({"assumptions": endless}, tmp_path / "w.xlsx", "Testshire", "1")


def test_the_same_tables_make_the_same_bytes(workbook: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.xlsx"
    write_workbook({"assumptions": assumptions(), "sources": sources()}, again, "[A system](x)", "abc")
    assert again.read_bytes() == workbook.read_bytes()


def test_a_sheet_too_long_to_read_is_narrowed_and_says_to_what() -> None:
    years, scenarios = range(2021, 2051), ("local_plan", "trend")
    frame = pd.DataFrame(
        [
            {"scenario": scenario, "place": f"p{number}", "year": year, "principal": 1.0}
            for scenario in scenarios
            for number in range(MOST_ROWS // 20)
            for year in years
        ]
    )
    held, words = narrowed(frame)
    assert set(held["scenario"]) == {"local_plan"}
    assert set(held["year"]) == {2021, 2025, 2030, 2035, 2040, 2045, 2050}
    assert f"{len(frame):,}" in words
    assert "scenario local_plan" in words
    assert "every fifth" in words
    whole, words = narrowed(frame.head(10))
    assert len(whole) == 10
    assert words == "All 10 rows of the table."


def test_the_table_to_pivot_is_whole_and_can_be_filtered(tmp_path: Path) -> None:
    """More rows than another sheet holds, with the arrows of a filter: no row of it is left out."""
    years = range(2024, 2051)
    rows = pd.MultiIndex.from_product([range(80), years], names=["area", "year"]).to_frame(index=False)
    rows = rows.assign(area=rows["area"].map("E{:08d}".format), area_kind="place", gap_wte=1.5)
    assert len(rows) > MOST_ROWS
    held = write_workbook(
        {"workforce_flat": rows, "retirements": rows, "sources": sources(), "assumptions": assumptions()},
        tmp_path / "workbook.xlsx",
        "Here",
        "v1",
    )
    assert held["workforce_flat"] == len(rows) > MOST_ROWS >= held["retirements"]
    with ZipFile(tmp_path / "workbook.xlsx") as archive:
        tables = [archive.read(name).decode() for name in archive.namelist() if "/tables/" in name]
    filters = {name: "<autoFilter" in text for text in tables for name in held if f'"{name}"' in text}
    assert filters == {name: name == "workforce_flat" for name in held}


def test_a_long_table_of_areas_keeps_the_system_s_rows() -> None:
    rows = pd.DataFrame({"area_kind": ["place"] * 2000 + ["system"] * 100, "year": 2030})
    held, said = narrowed(rows)
    assert (len(held), "area_kind system" in said) == (100, True)


def test_libreoffice_opens_it_and_gives_the_numbers_back(workbook: Path, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("needs LibreOffice, which is not here")
    subprocess.run(
        [
            office,
            "--headless",
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--convert-to",
            "ods",
            "--outdir",
            str(tmp_path),
            str(workbook),
        ],
        check=True,
        capture_output=True,
        timeout=240,
    )
    converted = tmp_path / "workbook.ods"
    assert (
        CalamineWorkbook.from_path(converted).sheet_names == CalamineWorkbook.from_path(workbook).sheet_names
    )
    for name in ("assumptions", "sources"):
        pd.testing.assert_frame_equal(table(converted, name), table(workbook, name), check_dtype=False)
