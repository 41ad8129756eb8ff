"""Parquet, CSV, workbook and report of one release hold the same rows and the same totals."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from assets.inputs.settings import RunSettings
from assets.publication.csvw import description
from assets.publication.documents import workbook_writer
from assets.publication.release_stage import publish
from assets.publication.report.chart_library import keep, kept_at
from assets.publication.report.report_data import CUBES
from assets.publication.workbook_cells import FIGURES
from tests.assets.publication.made_releases import FORMULA, SCENARIOS, SCRIPT, documents, tables
from tests.assets.publication.workbook_reading import excel_table

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("outputs"), NOON)


def made(outputs: Path, moment: datetime) -> Path:
    settings = RunSettings(outputs_directory=str(outputs), code_version="abc")
    keep("window.vegaEmbed = null;", kept_at(outputs))
    return publish(tables(), settings, run_id="run", checks=[], documents=documents(), now=moment)


def page_data(release: Path) -> dict[str, Any]:
    text = (release / "report.html").read_text(encoding="utf-8")
    found = re.search(r'id="data">([^<]*)<', text)
    assert found
    content: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(found.group(1))))
    for packed in content["cubes"].values():
        values, size = packed["values"], len(list(packed["keys"].values())[-1])
        for name, steps in values.items():
            values[name] = [
                level for start in range(0, len(steps), size) for level in summed(steps[start : start + size])
            ]
        for name in {"p10", "p90"} & set(values):
            pairs = zip(values[name], values["principal"], strict=True)
            values[name] = [apart if apart is None else apart + middle for apart, middle in pairs]
    return content


def summed(steps: list[int | None]) -> list[int | None]:
    """Levels of the steps of one series, as the page has them."""
    level, levels = 0, []
    for step in steps:
        level += step or 0
        levels.append(None if step is None else level)
    return levels


def sheet(release: Path, name: str) -> pd.DataFrame:
    return excel_table(release / "workbook.xlsx", name)


@pytest.mark.parametrize("name", ["population", "demand", "estates", "workforce", "households"])
def test_rows_and_totals_reconcile_from_parquet_to_csv_workbook_and_report(release: Path, name: str) -> None:
    parquet = pd.read_parquet(release / f"{name}.parquet")
    text = pd.read_csv(release / f"{name}.csv")
    assert len(text) == len(parquet)
    assert text["principal"].sum() == pytest.approx(parquet["principal"].sum(), rel=1e-12)

    if name != "workforce":  # which workforce_flat stands for
        workbook = sheet(release, {"demand": "demand_flat", "estates": "estates_flat"}.get(name, name))
        if "area_kind" in workbook:  # the sheet to pivot has providers below places
            workbook = workbook[workbook["area_kind"] != "provider"]
        assert len(workbook) == len(parquet)
        assert workbook["principal"].sum() == pytest.approx(parquet["principal"].sum(), rel=10**-FIGURES)

    declared = CUBES[name]
    rows = parquet
    for column, wanted in (declared.where or {}).items():
        rows = rows[rows[column].isin(wanted)]
    packed = page_data(release)["cubes"][name]
    values = [value for value in packed["values"]["principal"] if value is not None]
    assert len(values) == len(rows)
    scale = 10 ** packed["decimals"]
    assert sum(values) / scale == pytest.approx(rows["principal"].sum(), abs=0.5 * len(rows) / scale)


@pytest.mark.parametrize(
    "name", ["population", "pyramid", "demand", "estates", "workforce", "delivery", "drivers"]
)
def test_every_cell_of_the_report_is_the_cell_of_its_row(release: Path, name: str) -> None:
    declared, packed = CUBES[name], page_data(release)["cubes"][name]
    rows = pd.read_parquet(release / f"{declared.table}.parquet")
    for column, wanted in (declared.where or {}).items():
        rows = rows[rows[column].isin(wanted)]
    index = pd.MultiIndex.from_product([packed["keys"][key] for key in declared.keys], names=declared.keys)
    for value in declared.values:
        shown = pd.Series(packed["values"][value], index, dtype="float64") / 10 ** packed["decimals"]
        held = rows.set_index(list(declared.keys))[value].reindex(index)
        assert held.notna().sum() == len(rows)
        assert (shown - held).abs().max() <= 0.5001 / 10 ** packed["decimals"], value


def test_a_workbook_that_cannot_be_written_is_an_error_that_says_why(tmp_path: Path) -> None:
    settings = RunSettings(outputs_directory=str(tmp_path), code_version="abc")
    with workbook_writer() as writer:
        writer.begin(["population"], documents(), settings, tmp_path)
        with pytest.raises(RuntimeError, match=r"the workbook was not written: .*population\.parquet"):
            writer.finish()


def test_every_file_of_a_release_is_in_its_manifest_with_its_true_hash(release: Path) -> None:
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    there = {path.name for path in release.iterdir()} - {"manifest.json"}
    assert set(manifest["files"]) == there
    assert {"report.html", "workbook.xlsx", "csv-metadata.json", "data_dictionary.csv"} <= there
    for name, digest in manifest["files"].items():
        assert hashlib.sha256((release / name).read_bytes()).hexdigest() == digest, name


def test_only_one_line_of_the_report_knows_when_it_was_published(release: Path, tmp_path: Path) -> None:
    later = made(tmp_path, datetime(2027, 1, 1, tzinfo=UTC))
    one, other = ((folder / "report.html").read_text().splitlines() for folder in (release, later))
    different = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    assert len(different) == 1
    assert "1 January 2027" in different[0][1]
    assert (later / "workbook.xlsx").read_bytes() == (release / "workbook.xlsx").read_bytes()


def test_the_first_table_of_the_scenarios_says_what_each_is_and_what_it_builds(release: Path) -> None:
    text = (release / "report.html").read_text(encoding="utf-8")
    rows = re.findall(r'<tr><th scope="row">([^<]*)</th><td>A title\. d</td><td class="n">([^<]*)</td>', text)
    assert [name for name, _ in rows] == [name.replace("_", " ").capitalize() for name in SCENARIOS]
    assert all(homes == "result from the population" or int(homes.replace(",", "")) > 0 for _, homes in rows)
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["scenarios"] == dict.fromkeys(SCENARIOS, "A title. d")


def test_each_plan_stands_in_the_report_with_its_grade_and_what_to_know(release: Path) -> None:
    text = (release / "report.html").read_text(encoding="utf-8")
    (row,) = (
        pd.read_parquet(release / "housing_need_and_supply.parquet")
        .query("years_ahead == 5")
        .to_dict("records")
    )
    (cells,) = re.findall(r"Plan &lt;script&gt;.*?</tr>", text)
    found = re.findall(r'<td class="(?:n|grade|long)">([^<]*)</td>', cells)
    figures = [
        f"{row[name]:,.0f}" for name in ("local_housing_need_a_year", "requirement_a_year", "supply_a_year")
    ]
    expected = f"{row['principal']:,.0f} ({row['p10']:,.0f} to {row['p90']:,.0f})"
    assert found == [row["evidence_grade"], *figures, expected, row["note"]]


def test_names_with_markup_or_formulas_are_text_in_page_and_csv(release: Path) -> None:
    text = (release / "report.html").read_text(encoding="utf-8")
    assert SCRIPT not in text
    assert SCRIPT in page_data(release)["rows"]["housing_delivery"]["site_name"]
    names = set(pd.read_csv(release / "housing_delivery.csv")["site_name"])
    assert names == {SCRIPT, "'" + FORMULA, "All homes"}
    assert set(sheet(release, "housing_delivery")["site_name"]) == {SCRIPT, FORMULA, "All homes"}


def test_a_column_of_codes_is_described_as_leading_to_the_dimension_that_is_there() -> None:
    described = description(["demand", "dim_place", "dim_year"])["tables"]
    assert isinstance(described, list)
    keys = {table["url"]: table["tableSchema"]["foreignKeys"] for table in described}
    assert [(key["columnReference"], key["reference"]["resource"]) for key in keys["demand.csv"]] == [
        ("place", "dim_place.csv"),
        ("year", "dim_year.csv"),
    ]
    assert keys["dim_place.csv"] == []


def test_the_csv_files_are_described_as_they_are(release: Path) -> None:
    described = json.loads((release / "csv-metadata.json").read_text(encoding="utf-8"))
    assert described["@context"][0] == "http://www.w3.org/ns/csvw"
    for table in described["tables"]:
        frame = pd.read_csv(release / table["url"])
        columns = [column["name"] for column in table["tableSchema"]["columns"]]
        assert list(frame.columns) == columns, table["url"]
        assert not frame.duplicated(table["tableSchema"]["primaryKey"]).any()
        for column in table["tableSchema"]["columns"]:
            if column["required"]:
                assert frame[column["name"]].notna().all(), (table["url"], column["name"])
    assert all(table["tableSchema"]["foreignKeys"] == [] for table in described["tables"])
    assert {table["url"] for table in described["tables"]} == {
        path.name for path in release.glob("*.csv") if path.name != "data_dictionary.csv"
    }
