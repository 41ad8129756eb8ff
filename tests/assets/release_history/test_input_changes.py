"""What changed in the inputs since the last release is shown, and refused where it is too much."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from assets.inputs.input_store import InputStore
from assets.inputs.settings import RunSettings
from assets.release_history.input_changes import (
    SHOWN_ONLY,
    UNCOMPARED,
    InputChanges,
    changes_since_last_release,
    input_changes,
)
from assets.tables.declarations import INPUT_TABLES
from tests.conftest import ROOT
from tests.shipped import DATA

TODAY = date(2026, 11, 28)
LUTON = "E06000032"
FILE = "net_additional_dwellings.csv"


def acceptances(*rows: tuple[str, str]) -> pd.DataFrame:
    columns = ["accepted", "place", "until"]
    return pd.DataFrame([(what, LUTON, until) for what, until in rows], columns=columns, dtype="str")


def changed(file: str, *edits: tuple[str, str], accepted: pd.DataFrame | None = None) -> InputChanges:
    """The shipped file against itself with lines of a start replaced; an empty text drops them."""
    before = (DATA / file).read_text(encoding="utf-8")
    lines = before.splitlines(keepends=True)
    for start, instead in edits:
        assert any(line.startswith(start) for line in lines), start
        lines = [instead if line.startswith(start) else line for line in lines]
    after = "".join(lines)
    name = f"data/{file}"
    none = acceptances() if accepted is None else accepted
    return input_changes({name: before.encode()}, {name: after.encode()}, DATA, none, TODAY)


def test_a_figure_beyond_what_its_series_did_is_shown_and_refused_with_old_and_new() -> None:
    found = changed(FILE, (f"{LUTON},2018,", f"{LUTON},2018,6890,2024-11\n"))
    (sentence,) = found.changed
    assert FILE in sentence
    assert "to 6,890" in sentence
    (finding,) = found.refused
    assert (finding.file, finding.column) == (FILE, "net_additional_dwellings")
    assert finding.row is not None
    assert finding.found.startswith("6,890 for place E06000032, year 2018, ")
    assert "release_acceptances.csv" in finding.expected


def test_a_revision_like_those_of_the_series_is_shown_and_taken() -> None:
    found = changed(FILE, (f"{LUTON},2018,", f"{LUTON},2018,700,2024-11\n"))
    assert "net_additional_dwellings from" in found.changed[0]
    assert found.refused == []


def test_an_acceptance_lets_the_file_pass_until_its_day() -> None:
    edit = (f"{LUTON},2018,", f"{LUTON},2018,6890,2024-11\n")
    assert changed(FILE, edit, accepted=acceptances((FILE, "2026-11-28"))).refused == []
    assert changed(FILE, edit, accepted=acceptances((FILE, "2026-11-27"))).refused
    assert changed(FILE, edit, accepted=acceptances(("dwelling_stock.csv", "2027-01-01"))).refused


def test_rows_that_vanish_are_counted_and_a_place_that_vanishes_is_refused() -> None:
    one = changed(FILE, (f"{LUTON},2001,", ""))
    assert "1 of 76 rows gone" in one.changed[0]
    assert one.refused == []
    (finding,) = changed(FILE, (f"{LUTON},", "")).refused
    assert "23 of 76 rows" in finding.found
    assert f"place 4 → 3, without {LUTON}" in finding.found
    assert "net_additional_dwellings" in finding.found, "the total, old and new"


def test_rows_that_come_are_no_change_of_what_there_was() -> None:
    found = changed(FILE, (f"{LUTON},2001,", f"{LUTON},1999,300,2024-11\n{LUTON},2001,210,2024-11\n"))
    assert (found.grown, found.changed, found.refused) == ([f"{FILE}: 1 row new"], [], [])


def test_a_last_figure_that_was_cut_is_refused_and_a_missing_line_end_alone_is_not() -> None:
    content = (DATA / "dwelling_stock.csv").read_bytes()

    def against(after: bytes) -> InputChanges:
        name = "data/dwelling_stock.csv"
        return input_changes({name: content}, {name: after}, DATA, acceptances(), TODAY)

    assert any("does not end its line" in finding.found for finding in against(content[:-3]).refused)
    assert against(content.rstrip(b"\n")) == InputChanges([], [], [])


def test_half_of_every_table_is_refused_or_said_with_what_is_gone() -> None:
    for name, table in INPUT_TABLES.items():
        content = (DATA / f"{name}.csv").read_bytes()
        lines = content.splitlines(keepends=True)
        if len(lines) < 3 or f"{name}.csv" in UNCOMPARED:
            continue
        for half in (content[: len(content) // 2], b"".join(lines[: (len(lines) + 1) // 2])):
            key = f"data/{name}.csv"
            found = input_changes({key: content}, {key: half}, DATA, acceptances(), TODAY)
            register = table.may_be_empty and "month" not in table.keys
            assert found.refused or (found.changed and (register or f"{name}.csv" in SHOWN_ONLY)), name


def test_a_figure_without_a_series_may_move_by_half() -> None:
    rows = "estates.gp_room_hours,{},,,hours a year,placecast,C,estates,gp_consulting_rooms,x\n"
    assert changed("assumptions.csv", ("estates.gp_room_hours", rows.format(1900))).refused == []
    assert changed("assumptions.csv", ("estates.gp_room_hours", rows.format(5500))).refused


def test_words_that_change_are_shown_and_notes_are_not() -> None:
    found = changed("providers.csv", ("RD8,", (DATA / "providers.csv").read_text(encoding="utf-8")
                    .splitlines()[2].replace(",B,", ",C,") + "\n"))  # fmt: skip
    assert "evidence_grade from B to C" in found.changed[0]


def test_new_and_lost_files_are_named_and_a_scenario_only_so() -> None:
    found = input_changes(
        {"data/scenarios/a.yaml": b"1", "data/b.csv": b"x"},
        {"data/scenarios/a.yaml": b"2", "data/c.csv": b"y"},
        DATA, acceptances(), TODAY,
    )  # fmt: skip
    assert found.changed == ["b.csv is gone", "c.csv is new", "a.yaml changed"]


@pytest.fixture
def released(tmp_path: Path) -> tuple[RunSettings, dict[str, str]]:
    """Outputs with a release made from the shipped data, and the digests of its inputs."""
    settings = RunSettings(outputs_directory=str(tmp_path / "outputs"), data_directory=str(tmp_path / "data"))
    shutil.copytree(DATA, settings.data_path)
    store = InputStore(settings.inputs_path)
    digests = {f"data/{FILE}": store.keep(settings.data_path / FILE)}
    folder = settings.outputs_path / "releases" / "20261101T000000Z-00000000"
    folder.mkdir(parents=True)
    manifest = {"release": folder.name, "inputs": digests, "tables": {}}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (settings.outputs_path / "current").symlink_to(folder)
    return settings, digests


def test_inputs_are_held_to_those_of_the_last_release(released: tuple[RunSettings, dict[str, str]]) -> None:
    settings, digests = released
    assert changes_since_last_release(digests, settings, TODAY) == InputChanges([], [], [])
    text = (DATA / FILE).read_text(encoding="utf-8")
    new = InputStore(settings.inputs_path).keep_bytes(
        text.replace(f"{LUTON},2018,", f"{LUTON},2018,9").encode()
    )
    assert changes_since_last_release({f"data/{FILE}": new}, settings, TODAY).refused
    again = settings.model_copy(update={"history_directory": "somewhere"})
    assert changes_since_last_release({f"data/{FILE}": new}, again, TODAY) == InputChanges([], [], [])


def test_inputs_no_longer_stored_are_said_not_to_be_compared(
    released: tuple[RunSettings, dict[str, str]],
) -> None:
    settings, digests = released
    new = InputStore(settings.inputs_path).keep_bytes(b"x")
    (settings.inputs_path / digests[f"data/{FILE}"]).unlink()
    found = changes_since_last_release({f"data/{FILE}": new}, settings, TODAY)
    assert found.refused == []
    assert "cannot be compared" in found.changed[0]


def test_half_of_a_trajectory_needs_an_acceptance_and_a_few_homes_fewer_do_not() -> None:
    name = "trajectories/bedford.csv"
    content = (ROOT / "housing_trajectories" / "blmk" / "bedford.csv").read_bytes()
    lines = content.splitlines(keepends=True)
    half = b"".join(lines[: len(lines) // 2])
    found = input_changes({name: content}, {name: half}, DATA, acceptances(), TODAY)
    (finding,) = found.refused
    assert "of 4 sites" in finding.found
    assert "names bedford.csv" in finding.expected
    accepted = acceptances(("bedford.csv", "2026-12-31"))
    assert input_changes({name: content}, {name: half}, DATA, accepted, TODAY).refused == []
    fewer = b"".join(lines[:-1])
    assert input_changes({name: content}, {name: fewer}, DATA, acceptances(), TODAY).changed
