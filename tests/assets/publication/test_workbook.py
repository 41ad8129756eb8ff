"""The workbook: tables as they are, texts that stay text, the same bytes again, and LibreOffice agrees."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from assets.publication.workbook import NOTES, START, write_workbook
from assets.publication.workbook_cells import MISSING
from tests.assets.publication.made_releases import NAMES, PLACE, SYSTEM, tables
from tests.assets.publication.workbook_reading import excel_table, parts, sheet_of

HOSTILE = (
    "<script>alert(1)</script>",
    '=HYPERLINK("http://example.org","pay")',
    "@SUM(A1:A9)",
    "[Our new homes](http://example.org)",
    "$$note$$",
    "***",
    "http://example.org",
    "12",
    "a & b < c \x07 _x0041_",
)
RICH = "<r><t>not markup</t></r>"


def sources(titles: tuple[str, ...] = (*HOSTILE, RICH)) -> pd.DataFrame:
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
                "high": 1234567.89,
                "unit": "%",
                "source_id": "source_0",
                "evidence_grade": "C",
                "tables": "demand",
                "concerns": "",
                "note": "n",
            },
        ]
    )


def few() -> dict[str, pd.DataFrame]:
    return {"assumptions": assumptions(), "sources": sources()}


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("workbook") / "workbook.xlsx"
    write_workbook(few(), path, "[A system](x)", "abc")
    return path


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook of made tables with names, headlines and charts."""
    path = tmp_path_factory.mktemp("whole") / "workbook.xlsx"
    write_workbook({**tables(), **dimensions()}, path, "Here", "abc")
    return path


def dimensions() -> dict[str, pd.DataFrame]:
    kinds = {PLACE: "place", SYSTEM: "system"}
    return {
        "dim_place": pd.DataFrame(
            [{"place": code, "place_name": name, "kind": kinds[code]} for code, name in NAMES.items()]
        ),
        "dim_service": pd.DataFrame(
            {
                "service": ["ae_attendances", "gp_appointments"],
                "service_name": ["A&E attendances", "GP appointments"],
            }
        ),
        "dim_facility": pd.DataFrame({"facility": ["general_acute_beds"], "facility_name": ["Acute beds"]}),
    }


def test_the_first_sheets_say_where_to_go_and_each_table_has_its_own(workbook: Path) -> None:
    names = CalamineWorkbook.from_path(workbook).sheet_names
    assert names == [START, NOTES, "Assumptions", "Sources", "Data dictionary"]
    assert [sheet_of(workbook, name) for name in ("assumptions", "sources", "data_dictionary")] == names[2:]
    assert all(text.count("<table ") == 1 for text in parts(workbook, "tables").values())
    assert len(parts(workbook, "tables")) == len(names)


def test_start_leads_to_every_sheet_and_every_sheet_back(whole: Path) -> None:
    names = CalamineWorkbook.from_path(whole).sheet_names
    first, *others = parts(whole, "worksheets").values()
    assert set(re.findall(r"location=\"'([^']+)'!A1\"", first)) == set(names) - {START}
    for name, text in zip(names[2:], others[1:], strict=True):
        assert f"location=\"'{START}'!A1\"" in text, name
    rows = excel_table(whole, "start_here_list").set_index("Sheet")
    assert rows.loc["People by place", "Parquet and CSV"] == "population"
    assert rows["Question it answers"].str.len().min() > 10


def test_a_text_from_a_file_is_neither_formula_nor_link_nor_note(workbook: Path) -> None:
    assert tuple(excel_table(workbook, "sources")["title"]) == (*HOSTILE, f" {RICH}")
    with ZipFile(workbook) as archive:
        links = "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".rels"))
    assert all("<f>" not in sheet for sheet in parts(workbook, "worksheets").values())
    assert "example.org" not in links


def test_numbers_are_rounded_to_figures_and_one_that_is_not_there_is_said_to_be_missing(
    workbook: Path,
) -> None:
    row = excel_table(workbook, "assumptions").iloc[0]
    assert (row["value"], row["low"], row["high"]) == (0.333333, MISSING, 1234568)


def test_a_number_without_end_is_refused_and_not_written_as_text(tmp_path: Path) -> None:
    endless = assumptions().assign(value=np.inf)
    with pytest.raises(ValueError, match="cannot hold inf"):
        write_workbook({"assumptions": endless}, tmp_path / "w.xlsx", "Testshire", "1")


def test_the_same_tables_make_the_same_bytes(workbook: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.xlsx"
    write_workbook(few(), again, "[A system](x)", "abc")
    assert again.read_bytes() == workbook.read_bytes()


def test_a_headline_is_its_table_in_words_with_every_year(whole: Path) -> None:
    given = tables()["population"].query(
        "scenario == 'local_plan' and sex == 'persons' and age_band == 'all'"
    )
    found = excel_table(whole, "people_by_place")
    assert list(found) == ["Place", "Year", "Principal", "P10", "P50", "P90"]
    assert list(found["Place"]) == [NAMES[code] for code in given["place"]]
    assert list(found["Year"]) == [f"mid-{year}" for year in given["year"]]
    for heading in ("Principal", "P10", "P50", "P90"):
        assert found[heading].tolist() == pytest.approx(given[heading.lower()].tolist(), rel=1e-5)


def test_a_sheet_to_pivot_has_every_row_with_names_and_codes(whole: Path) -> None:
    found, given = excel_table(whole, "demand_flat"), tables()
    assert len(found) == len(given["demand"]) + len(given["provider_demand"])
    assert found["principal"].sum() == pytest.approx(
        given["demand"]["principal"].sum() + given["provider_demand"]["principal"].sum(), rel=1e-5
    )
    assert set(zip(found["area"], found["area_name"], found["area_kind"], strict=True)) == {
        (PLACE, NAMES[PLACE], "place"),
        (SYSTEM, NAMES[SYSTEM], "system"),
        ("RD8", "Milton Keynes University Hospital NHS Foundation Trust", "provider"),
    }
    assert set(zip(found["year"], found["financial_year"], strict=True)) >= {
        (2024, "2024/25"),
        (2050, "2050/51"),
    }
    assert set(found["service_name"]) == {"A&E attendances", "GP appointments"}


def test_measures_stand_side_by_side_and_what_is_not_known_is_empty(tmp_path: Path) -> None:
    rows = pd.DataFrame(
        [
            {
                "provider": "RD8",
                "year": year,
                "facility": facility,
                "measure": measure,
                "unit": unit,
                "p50": 1.0,
            }
            | {"principal": value, "p10": value - 1, "p90": value + 1}
            for year in (2024, 2025)
            for facility, unit, known in (
                ("general_acute_beds", "beds", True),
                ("imaging_rooms", "rooms", False),
            )
            for measure, value in (("existing", 400.0), ("gap", year - 2000.0), ("required", year - 1600.0))
            if known or measure == "required"
        ]
    ).assign(scenario="local_plan", provider_name="A trust")
    names = pd.DataFrame(
        {"facility": ["general_acute_beds", "imaging_rooms"], "facility_name": ["Beds", "Imaging"]}
    )
    write_workbook({"provider_estates": rows, "dim_facility": names}, tmp_path / "w.xlsx", "Here", "1")
    found = excel_table(tmp_path / "w.xlsx", "hospital_space").set_index(["Facility", "Year"])
    beds = found.loc[("Beds", "2025/26")]
    assert beds[["Required", "Required P10", "Existing", "Gap", "Gap P90"]].tolist() == [
        425,
        424,
        400,
        25,
        26,
    ]
    assert found.loc[("Imaging", "2025/26"), ["Unit", "Required", "Existing"]].tolist() == [
        "rooms",
        425,
        "",
    ]


def test_charts_draw_the_rows_of_their_lines(whole: Path) -> None:
    """Each line's cells, and what a program shows before it calculates, are those of its rows."""
    (of_places, of_system, *others) = parts(whole, "charts").values()
    assert others
    given = tables()["population"].query(
        "scenario == 'local_plan' and sex == 'persons' and age_band == 'all'"
    )
    found = (
        CalamineWorkbook.from_path(whole)
        .get_sheet_by_name("People by place")
        .to_python(skip_empty_area=False)
    )
    for text, place, columns in (
        (of_places, PLACE, ["principal"]),
        (of_system, SYSTEM, ["p10", "principal", "p90"]),
    ):
        areas = re.findall(r"<c:val><c:numRef><c:f>'People by place'!\$(\w)\$(\d+):\$\1\$(\d+)</c:f>", text)
        shown = re.findall(r"<c:val>.*?</c:val>", text)
        assert len(areas) == len(columns)
        for (letter, top, bottom), column, cache in zip(areas, columns, shown, strict=True):
            values = given.loc[given["place"] == place, column].tolist()
            cells = [row[ord(letter) - ord("A")] for row in found[int(top) - 1 : int(bottom)]]
            assert cells == pytest.approx(values, rel=1e-5)
            assert [float(v) for v in re.findall(r"<c:v>([^<]+)</c:v>", cache)] == pytest.approx(values)
        assert text.count("<c:title>") == 3, "a title, and one for each axis"


def test_two_teams_of_one_name_are_no_line(tmp_path: Path) -> None:
    teams = (("T1", "North"), ("T2", "North"), ("T3", "South"))
    rows = pd.DataFrame(
        [
            {"area": code, "area_name": name, "year": year, "measure": measure, "principal": float(year)}
            for code, name in teams
            for year in (2026, 2027)
            for measure in ("existing", "gap", "required")
        ]
    ).assign(
        scenario="local_plan",
        area_kind="team",
        facility="gp_consulting_rooms",
        place=PLACE,
        p10=1,
        p50=1,
        p90=1,
    )
    write_workbook({"local_estates": rows}, tmp_path / "w.xlsx", "Here", "1")
    (chart,) = parts(tmp_path / "w.xlsx", "charts").values()
    assert re.findall(r"<c:ser>.*?<c:v>([^<]+)</c:v>", chart) == ["South"]


def test_every_chart_says_in_words_what_it_shows(whole: Path) -> None:
    for text in parts(whole, "drawings").values():
        assert text.count("<xdr:graphicFrame ") == len(re.findall(r'descr="Line chart: [^"]+"', text))


def test_the_headings_stay_in_view_and_every_table_can_be_filtered(whole: Path) -> None:
    for text in parts(whole, "worksheets").values():
        assert 'state="frozen"' in text
        assert "<mergeCell" not in text
    for text in parts(whole, "tables").values():
        table, filters = re.findall(r' ref="([A-Z0-9:]+)"', text)
        assert table == filters


def test_two_columns_of_one_name_are_refused_and_not_left_without_a_table(tmp_path: Path) -> None:
    twice = sources().rename(columns={"series": "Title"})
    with pytest.raises(ValueError, match="two columns have one name"):
        write_workbook({"sources": twice}, tmp_path / "w.xlsx", "Here", "1")


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
    converted = CalamineWorkbook.from_path(tmp_path / "workbook.ods")
    written = CalamineWorkbook.from_path(workbook)
    assert converted.sheet_names == written.sheet_names
    for name in ("Assumptions", "Sources"):
        rows = written.get_sheet_by_name(name).to_python()
        # LibreOffice drops what cannot be printed.
        expected = [[c.replace("\x07", "") if isinstance(c, str) else c for c in row] for row in rows]
        assert converted.get_sheet_by_name(name).to_python() == expected
