"""A release is whole or absent, shown in one step, and what it says cannot run in a spreadsheet."""

from __future__ import annotations

import codecs
import hashlib
import json
import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pandas as pd
import pyarrow.csv as pa_csv
import pytest
from python_calamine import CalamineWorkbook

from assets.inputs.settings import RunSettings
from assets.publication import release_stage as publication
from assets.publication.release_stage import publish

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def tables(title: str = "Estimates") -> dict[str, pd.DataFrame]:
    sources = pd.DataFrame(
        [
            {
                "id": "ons",
                "title": title,
                "publisher": "ONS",
                "series": "s",
                "release": "r",
                "licence": "OGL",
                "coverage": "England",
                "note": "",
            }
        ],
        dtype="str",
    )
    files = pd.DataFrame(
        [
            {
                "id": "data/places.csv",
                "table": "places",
                "sha256": "0" * 64,
                "size_bytes": 1,
                "source_id": "ons",
            }
        ]
    )
    return {"sources": sources, "input_files": files}


def settings(folder: Path) -> RunSettings:
    return RunSettings(outputs_directory=str(folder), code_version="abc")


def test_a_release_holds_every_table_twice_its_dictionary_and_a_manifest_with_true_hashes(
    tmp_path: Path,
) -> None:
    folder = publish(tables(), settings(tmp_path), run_id="run", checks=[], now=NOON)
    names = {path.name for path in folder.iterdir()}
    assert names == {
        "sources.parquet",
        "sources.csv",
        "input_files.parquet",
        "input_files.csv",
        "data_dictionary.csv",
        "manifest.json",
    }
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["release"] == folder.name
    assert manifest["inputs"] == {"data/places.csv": "0" * 64}
    for name, entry in manifest["tables"].items():
        content = (folder / f"{name}.parquet").read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["parquet_sha256"]
    assert (tmp_path / "current").resolve() == folder.resolve()


def test_all_of_a_release_is_on_the_disk_before_readers_are_led_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: dict[int, int] = {}

    def noted(handle: int) -> None:
        stat = os.fstat(handle)
        sizes[stat.st_ino] = stat.st_size

    monkeypatch.setattr(os, "fsync", noted)
    led_to: list[dict[int, int]] = []
    point = publication.point_current_at
    monkeypatch.setattr(
        publication, "point_current_at", lambda *given: (led_to.append(dict(sizes)), point(*given))
    )
    folder = publish(tables(), settings(tmp_path), run_id="run", checks=[], now=NOON)
    for path in folder.iterdir():
        assert led_to[0].get(path.stat().st_ino) == path.stat().st_size, path.name
    assert {folder.stat().st_ino, folder.parent.stat().st_ino} <= led_to[0].keys()
    assert tmp_path.stat().st_ino in sizes


def test_the_same_tables_make_the_same_bytes_and_other_tables_do_not(tmp_path: Path) -> None:
    contents = []
    for number, title in enumerate(("Estimates", "Estimates", "Projections")):
        folder = publish(tables(title), settings(tmp_path / str(number)), run_id="r", checks=[], now=NOON)
        contents.append(json.loads((folder / "manifest.json").read_text())["content_sha256"])
    assert contents[0] == contents[1] != contents[2]


def test_the_same_tables_twice_in_one_second_are_two_releases(tmp_path: Path) -> None:
    first, second = (publish(tables(), settings(tmp_path), run_id="r", checks=[], now=NOON) for _ in range(2))
    assert (first.name[:16], second.name[:16]) == ("20261122T120000Z", "20261122T120001Z")
    assert (tmp_path / "current").resolve() == second.resolve()


def test_text_that_a_spreadsheet_would_run_is_made_inert_in_csv_and_kept_in_parquet(tmp_path: Path) -> None:
    live = '=HYPERLINK("http://example.org")'
    folder = publish(tables(live), settings(tmp_path), run_id="run", checks=[], now=NOON)
    assert pd.read_csv(folder / "sources.csv")["title"].iloc[0] == "'" + live
    assert pd.read_parquet(folder / "sources.parquet")["title"].iloc[0] == live


def test_csv_files_say_that_they_are_utf_8_and_every_reader_gets_the_same_text(tmp_path: Path) -> None:
    title = "The system’s £1m at Ŵyn – ≥ 5 m²"
    folder = publish(tables(title), settings(tmp_path), run_id="run", checks=[], now=NOON)
    for path in folder.glob("*.csv"):
        content = path.read_bytes()
        assert content.startswith(codecs.BOM_UTF8), f"{path.name}: Excel would take it for Windows-1252"
        assert content.count(codecs.BOM_UTF8) == 1
    path = folder / "sources.csv"
    assert pd.read_csv(path)[["id", "title"]].to_dict("records") == [{"id": "ons", "title": title}]
    assert pa_csv.read_csv(path).to_pylist()[0]["id"] == "ons"


def test_libreoffice_opens_a_csv_file_with_its_first_heading_and_its_text(tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("needs LibreOffice, which is not here")
    title = "The system’s £1m at Ŵyn – ≥ 5 m²"
    folder = publish(tables(title), settings(tmp_path), run_id="run", checks=[], now=NOON)
    utf_8 = "--infilter=Text - txt - csv (StarCalc):44,34,76"
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [office, "--headless", profile, utf_8, "--convert-to", "ods", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(folder / "sources.csv")], check=True, capture_output=True, timeout=240)
    rows = CalamineWorkbook.from_path(tmp_path / "sources.ods").get_sheet_by_index(0).to_python()
    assert rows[0][:2] == ["id", "title"]
    assert rows[1][:2] == ["ons", title]


def test_a_run_of_a_part_publishes_nothing() -> None:
    """Its other tables may have been made by a run with another seed."""
    made = {"population", "demand"}
    for everything in (None, frozenset[dg.AssetKey]()):
        publication.require_everything(made, everything)
    every = {dg.AssetKey(name) for name in (*made, "release")}
    publication.require_everything(made, every)
    with pytest.raises(publication.AuditFailed, match="without demand and 0 other tables: start"):
        publication.require_everything(made, every - {dg.AssetKey("demand")})


def test_a_copy_in_the_place_of_the_link_is_moved_aside_and_kept(tmp_path: Path) -> None:
    first = publish(tables(), settings(tmp_path), run_id="one", checks=[], now=NOON)
    (tmp_path / "current").unlink()
    shutil.copytree(first, tmp_path / "current")
    second = publish(tables("New"), settings(tmp_path), run_id="two", checks=[], now=NOON)
    assert (tmp_path / "current").readlink() == Path("releases") / second.name
    aside = tmp_path / f"current-before-{second.name}"
    assert {path.name for path in aside.iterdir()} == {path.name for path in first.iterdir()}


def test_a_publication_that_fails_half_way_leaves_the_last_release_and_no_debris(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publish(tables(), settings(tmp_path), run_id="one", checks=[], now=NOON)

    def full_disk(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(publication, "_write_csv", full_disk)
    with pytest.raises(OSError, match="No space"):
        publish(tables("New"), settings(tmp_path), run_id="two", checks=[])
    assert (tmp_path / "current").resolve() == first.resolve()
    assert [path.name for path in (tmp_path / "releases").iterdir()] == [first.name]
