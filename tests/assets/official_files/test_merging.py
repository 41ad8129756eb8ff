"""Rows of a publication in a data folder: what was there stays unless the publication has it anew."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.inputs.settings import RunSettings
from assets.official_files.merging import known_of, merge, merged
from assets.official_files.official_file import Publication
from assets.official_files.recognise import read_publication
from assets.tables.declarations import INPUT_TABLES
from housing_trajectories.findings import BadInput
from pipelines.__main__ import main
from tests.assets.official_files.official_examples import AE_HEADER, AE_ROWS, AE_TOTAL, written
from tests.shipped import DATA, TRAJECTORIES

TABLE = INPUT_TABLES["net_additional_dwellings"]
Rows = dict[tuple[str, int], tuple[int, str]]
ROWS = st.dictionaries(
    st.tuples(st.sampled_from(["E06000032", "E06000042", "E06000055"]), st.integers(2001, 2006)),
    st.tuples(st.integers(-50, 2_000), st.sampled_from(["2020-11", "2024-11"])),
    min_size=1,
)


def frame(rows: Rows) -> pd.DataFrame:
    return pd.DataFrame([(*key, *value) for key, value in rows.items()], columns=TABLE.column_names)


@given(there=ROWS, new=ROWS)
@settings(max_examples=40)
def test_no_row_of_another_key_is_lost_and_a_later_release_stays(
    tmp_path_factory: pytest.TempPathFactory, there: Rows, new: Rows
) -> None:
    path = tmp_path_factory.mktemp("data") / "net_additional_dwellings.csv"
    frame(there).to_csv(path, index=False)
    text, change = merged(TABLE, path, frame(new), "release")
    lines = list(csv.DictReader(text.splitlines()))
    after = {(r["place"], int(r["year"])): (int(r["net_additional_dwellings"]), r["release"]) for r in lines}
    expected = dict(there)
    for key, value in new.items():
        if key not in there or (there[key][0] != value[0] and there[key][1] <= value[1]):
            expected[key] = value
    assert after == expected
    assert len(lines) == len(expected)
    assert change.added == len(set(new) - set(there))
    path.write_text(text, encoding="utf-8")
    assert merged(TABLE, path, frame(new), "release")[0] == text


def test_rows_that_are_not_touched_keep_their_bytes(tmp_path: Path) -> None:
    path = tmp_path / "net_additional_dwellings.csv"
    path.write_bytes(
        "\ufeffplace,year,release,net_additional_dwellings\r\nE06000042, 2001 ,2024-11,0005\r\n".encode()
    )
    text, _ = merged(TABLE, path, frame({("E06000032", 2001): (7, "2024-11")}), "release")
    assert text == (
        "\ufeffplace,year,release,net_additional_dwellings\r\n"
        "E06000032,2001,2024-11,7\r\nE06000042, 2001 ,2024-11,0005\r\n"
    )


@pytest.fixture
def folder(root: Path, tmp_path: Path) -> RunSettings:
    """A copy of the shipped data."""
    shutil.copytree(DATA, tmp_path / "data")
    return RunSettings(data_directory=str(tmp_path / "data"), trajectories_directory=str(TRAJECTORIES))


def bytes_of(data: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in data.glob("*.*")}


def test_an_older_release_changes_nothing_of_a_later_one(
    folder: RunSettings, shared: Callable[[str], Path]
) -> None:
    before = bytes_of(folder.data_path)
    read = read_publication(shared("official/mhclg_live_table_122.ods"), known_of(folder.data_path))
    (change,) = merge(read, folder)
    assert (change.added, change.changed) == (0, ())
    assert change.kept_later + change.same == len(read.tables["net_additional_dwellings"]) == 64
    assert bytes_of(folder.data_path) == before


def test_a_new_month_is_added_and_said(
    folder: RunSettings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    april = [line.replace("MARCH-2024", "APRIL-2031") for line in AE_ROWS]
    path = written(tmp_path, "ae.csv", AE_HEADER, *april, AE_TOTAL)
    before = bytes_of(folder.data_path)
    assert main(["read-official-file", str(path), "--into", str(folder.data_path)]) == 0
    said = capsys.readouterr().out
    assert "ae_attendances_monthly.csv: 2 added, 0 changed, 0 unchanged" in said
    after = bytes_of(folder.data_path)
    assert {name for name in after if after[name] != before[name]} == {"ae_attendances_monthly.csv"}
    lines = after["ae_attendances_monthly.csv"].decode().splitlines()
    assert set(before["ae_attendances_monthly.csv"].decode().splitlines()) < set(lines)
    assert "RC9,2031-04,21034,5410" in lines


def test_rows_that_a_run_would_refuse_are_not_written(folder: RunSettings) -> None:
    """A total that its ages do not add up to would stop the next run: it is stopped here instead."""
    before = bytes_of(folder.data_path)
    rows = pd.DataFrame(
        [("E06000032", 2021, 1, "typed", "ons_mye_2021")],
        columns=INPUT_TABLES["mid_year_estimate_totals"].column_names,
    )
    wrong = Publication("p", "t", "e", {"mid_year_estimate_totals": rows}, (), ())
    with pytest.raises(BadInput, match="224,826"):
        merge(wrong, folder)
    assert bytes_of(folder.data_path) == before


def test_a_refused_file_ends_in_one_message_and_no_change(
    folder: RunSettings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, "ae.csv", AE_HEADER, *AE_ROWS, AE_TOTAL.replace("28600", "9"))
    before = bytes_of(folder.data_path)
    assert main(["read-official-file", str(path), "--into", str(folder.data_path)]) == 1
    assert "row 5, column A&E attendances Type 1: found 9" in capsys.readouterr().out
    assert bytes_of(folder.data_path) == before
