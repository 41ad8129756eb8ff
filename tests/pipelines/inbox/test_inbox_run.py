"""What is put into the inbox is accepted whole and checked, or quarantined with reasons; nothing gets out."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from housing_trajectories import read
from pipelines.inbox import put_away
from pipelines.inbox.arrivals import target_of
from pipelines.inbox.inbox_run import STANDS_STILL_SECONDS, take_in
from pipelines.inbox.put_away import Inbox
from pipelines.inbox.receipts import Receipt
from tests.conftest import ROOT
from tests.shipped import DATA

LATER = STANDS_STILL_SECONDS + 1


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    inputs = tmp_path / "inputs"
    shutil.copytree(DATA, tmp_path / "data")
    shutil.copytree(ROOT / "housing_trajectories" / "blmk", tmp_path / "trajectories")
    (inputs / "inbox").mkdir(parents=True)
    return Inbox(inputs / "inbox", inputs / "quarantine", tmp_path / "data", tmp_path / "trajectories")


def taken(inbox: Inbox) -> list[Receipt]:
    outputs = inbox.data.parent / "outputs"
    return [*take_in(inbox, outputs, now=0), *take_in(inbox, outputs, now=LATER)]


def everything_outside(inbox: Inbox) -> dict[str, bytes]:
    root = inbox.data.parent
    inside = (inbox.folder, inbox.quarantine, root / "outputs", inbox.folder.parent / "receipts.jsonl")
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not any(path.is_relative_to(folder) for folder in inside)
    }


def test_a_good_trajectory_becomes_the_new_version_and_both_are_kept(inbox: Inbox) -> None:
    before = (inbox.trajectories / "luton.csv").read_bytes()
    after = before.replace(b",87,86,87,", b",127,86,87,")
    (inbox.folder / "Luton 2026 (final).csv").write_bytes(after)
    [receipt] = taken(inbox)
    assert receipt.accepted, receipt.findings
    assert receipt.where == "trajectories/luton.csv"
    assert (inbox.trajectories / "luton.csv").read_bytes() == after
    for content in (before, after):
        stored = inbox.data.parent / "outputs" / "inputs" / hashlib.sha256(content).hexdigest()
        assert stored.read_bytes() == content
    assert sorted(path.name for path in inbox.folder.iterdir() if not path.name.startswith(".")) == []
    line = json.loads((inbox.folder.parent / "receipts.jsonl").read_text())
    assert (line["accepted"], line["sha256"]) == (True, receipt.sha256)


BARE_YEARS = (
    "Site Ref,Site Name,Planning Status,Net Dwellings,2025,2026\nLU1,Power Court,Permissioned,300,100,200\n"
)


def test_what_was_told_of_a_trajectory_comes_in_with_it(inbox: Inbox) -> None:
    (inbox.folder / "luton_june.csv").write_text(BARE_YEARS, encoding="utf-8")
    [refused] = taken(inbox)
    assert not refused.accepted
    (inbox.folder / "luton_june.csv").write_text(BARE_YEARS, encoding="utf-8")
    (inbox.folder / "luton_june.csv.reading.yaml").write_text("years: calendar\n", encoding="utf-8")
    receipts = taken(inbox)
    assert [(receipt.accepted, receipt.where) for receipt in receipts] == [
        (True, "trajectories/luton.csv"),
        (True, "trajectories/luton.csv.reading.yaml"),
    ]
    homes = read(inbox.trajectories / "luton.csv", "E06000032").table.groupby("year")["planned_net_dwellings"]
    assert homes.sum().to_dict() == {2024: 25.0, 2025: 125.0, 2026: 150.0}


def test_a_trajectory_that_is_refused_leaves_the_reading_of_the_one_in_use_as_it_was(inbox: Inbox) -> None:
    before = everything_outside(inbox)
    (inbox.folder / "luton.csv").write_text(BARE_YEARS.replace("200", "many"), encoding="utf-8")
    (inbox.folder / "luton.csv.reading.yaml").write_text("years: calendar\n", encoding="utf-8")
    assert [receipt.accepted for receipt in taken(inbox)] == [False, False]
    assert everything_outside(inbox).items() >= before.items()
    assert not (inbox.trajectories / "luton.csv.reading.yaml").exists()


def test_a_wrong_table_is_quarantined_with_its_findings_and_the_old_one_stays(inbox: Inbox) -> None:
    old = (inbox.data / "dwelling_stock.csv").read_text(encoding="utf-8")
    wrong = old.replace("E06000032", "E06009999", 1)
    (inbox.folder / "dwelling_stock.csv").write_text(wrong, encoding="utf-8")
    [receipt] = taken(inbox)
    assert not receipt.accepted
    folder = inbox.folder.parent / receipt.where
    assert (folder / "dwelling_stock.csv").read_text(encoding="utf-8") == wrong
    assert "E06009999" in (folder / "findings.txt").read_text(encoding="utf-8")
    assert (inbox.data / "dwelling_stock.csv").read_text(encoding="utf-8") == old


def test_a_quarantined_file_is_not_spoken_of_as_if_it_were_in_use(inbox: Inbox) -> None:
    lines = (inbox.trajectories / "milton_keynes.csv").read_text(encoding="utf-8").split("\n")
    cells = lines[3].split(",")
    cells[lines[0].split(",").index("capacity_dwellings")] = "1"
    lines[3] = ",".join(cells)
    (inbox.folder / "milton_keynes.csv").write_text("\n".join(lines), encoding="utf-8")
    [receipt] = taken(inbox)
    findings = (inbox.folder.parent / receipt.where / "findings.txt").read_text(encoding="utf-8")
    assert "against a stated capacity of 1;" in findings
    assert "was refused and is not used. trajectories/milton_keynes.csv stays the version in use" in findings
    assert "kept" not in findings
    assert "kept" not in receipt.sentence()


def test_a_trajectory_cut_off_between_two_rows_is_told_of_when_it_is_taken_in(inbox: Inbox) -> None:
    lines = (inbox.trajectories / "milton_keynes.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (inbox.folder / "milton_keynes.csv").write_text("".join(lines[:20]), encoding="utf-8")
    [refused] = taken(inbox)
    assert not refused.accepted
    assert "a row of release_acceptances.csv that names milton_keynes.csv" in refused.findings[0]
    (inbox.folder.parent / "receipts.jsonl").unlink()
    with (inbox.data / "release_acceptances.csv").open("a", encoding="utf-8") as file:
        file.write("milton_keynes.csv,E06000042,2999-12-31,A. Planner,the council has dropped them\n")
    (inbox.folder / "milton_keynes.csv").write_text("".join(lines[:20]), encoding="utf-8")
    [receipt] = taken(inbox)
    assert receipt.accepted
    missing = sorted(line.split(",")[3] for line in lines[20:])
    assert f"milton_keynes.csv, version {receipt.sha256[:12]}; warning: " in receipt.sentence()
    assert "found less than in the version before: 0 of 11 sites, " in receipt.sentence()
    assert f"missing are {', '.join(missing[:2])}, " in receipt.sentence()
    alert = receipt.alert()
    assert alert is not None
    assert alert.kind == "accepted_with_warnings"
    assert json.loads((inbox.folder.parent / "receipts.jsonl").read_text())["findings"] == 1


def test_a_file_that_is_in_use_already_is_said_to_be_and_nothing_is_done(inbox: Inbox) -> None:
    before = everything_outside(inbox)
    times = {path: path.stat().st_mtime_ns for path in inbox.trajectories.iterdir()}
    shutil.copy(inbox.trajectories / "luton.csv", inbox.folder / "Luton again.csv")
    shutil.copy(inbox.data / "dwelling_stock.csv", inbox.folder / "dwelling_stock.csv")
    receipts = taken(inbox)
    assert [receipt.sentence().partition(" (")[0] for receipt in receipts] == [
        "Luton again.csv is the version of trajectories/luton.csv already in use",
        "dwelling_stock.csv is the version of data/dwelling_stock.csv already in use",
    ]
    assert all(receipt.alert() is None for receipt in receipts)
    assert everything_outside(inbox) == before
    assert {path: path.stat().st_mtime_ns for path in inbox.trajectories.iterdir()} == times
    assert not (inbox.data.parent / "outputs").exists()
    assert [path.name for path in inbox.folder.iterdir() if not path.name.startswith(".")] == []
    lines = (inbox.folder.parent / "receipts.jsonl").read_text().splitlines()
    assert [json.loads(line)["unchanged"] for line in lines] == [True, True]


PACKED = gzip.compress(b"x", mtime=0)
OPEN_DOCUMENT = b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
NOMIS = b'"Population estimates"\n"ONS Crown Copyright Reserved [from Nomis on 12 July 2025]"\n'


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("population_estimates.csv.gz", PACKED, ("file (gzip)", "unpacked: a table of")),
        ("luton.csv", PACKED, ("a packed file (gzip)", "unpacked")),
        ("all.zip", b"PK\x03\x04zip", ("a packed file (zip)", "unpacked: a table of")),
        ("dwelling_stock.xlsx", b"PK\x03\x04", ("the table dwelling_stock as .xlsx", "dwelling_stock.csv")),
        ("luton 2026.ods", OPEN_DOCUMENT, ("an OpenDocument file (.ods)", "saved as .xlsx, or .csv")),
        ("luton.xlsb", b"PK\x03\x04", ("a trajectory as .xlsb", "saved as .xlsx or .csv")),
        (
            "download.csv",
            NOMIS,
            ("Nomis population estimates (CSV)", "pipelines read-official-file FILE --into"),
        ),
        (
            "luton nomis.csv",
            NOMIS,
            ("Nomis population estimates (CSV)", "pipelines read-official-file FILE"),
        ),
        ("my_scenario.yaml", b"name: x", ("a YAML file", "a scenario goes into data/scenarios/ by hand")),
        ("plan.pdf", b"%PDF-1.4", ("a .pdf file", "ending in .csv, .xlsx or .xlsm")),
        ("strange.csv", b"a,b\n1,2\n", ("content that no reader recognises", "with one of: bedford,")),
    ],
)
def test_a_kind_of_file_that_is_not_taken_is_told_what_is_and_what_to_do(
    inbox: Inbox, name: str, content: bytes, said: tuple[str, ...]
) -> None:
    before = everything_outside(inbox)
    (inbox.folder / name).write_bytes(content)
    [receipt] = taken(inbox)
    assert not receipt.accepted
    findings = (inbox.folder.parent / receipt.where / "findings.txt").read_text(encoding="utf-8")
    for words in said:
        assert words in findings
    if target_of(name, inbox.data, inbox.trajectories, inbox.known) is None:
        assert "--into data`, as published: ONS mid-year" in findings
    elif "Nomis" not in said[0]:
        assert "trajectories/luton.csv stays the version in use" in findings
    assert everything_outside(inbox) == before


def test_tables_that_must_agree_are_taken_in_together_and_neither_alone(inbox: Inbox) -> None:
    estimates = pd.read_csv(inbox.data / "population_estimates.csv")
    totals = pd.read_csv(inbox.data / "mid_year_estimate_totals.csv")
    luton = estimates["place"].eq("E06000032") & estimates["year"].eq(2024)
    estimates.loc[estimates[luton].index[0], "population"] += 100
    totals.loc[totals["place"].eq("E06000032") & totals["year"].eq(2024), "population"] += 100
    estimates.to_csv(inbox.folder / "population_estimates.csv", index=False)
    [alone] = taken(inbox)
    assert not alone.accepted
    estimates.to_csv(inbox.folder / "population_estimates.csv", index=False)
    totals.to_csv(inbox.folder / "mid_year_estimate_totals.csv", index=False)
    (inbox.folder / "dwelling_stock.csv").write_text("place,year,dwellings\nE06009999,2021,5\n")
    receipts = {receipt.name: receipt.accepted for receipt in taken(inbox)}
    assert receipts == {
        "population_estimates.csv": True,
        "mid_year_estimate_totals.csv": True,
        "dwelling_stock.csv": False,
    }


def test_a_file_that_still_grows_is_left_until_it_stands_still(inbox: Inbox) -> None:
    content = (inbox.data / "dwelling_stock.csv").read_bytes() + b"\n"
    path = inbox.folder / "dwelling_stock.csv"
    outputs = inbox.data.parent / "outputs"
    path.write_bytes(content[:100])
    assert take_in(inbox, outputs, now=0) == []
    path.write_bytes(content)
    assert take_in(inbox, outputs, now=LATER) == [], "it has grown since the last look"
    assert take_in(inbox, outputs, now=LATER + 1) == [], "it has not stood still for long"
    [receipt] = take_in(inbox, outputs, now=3 * LATER)
    assert receipt.accepted, receipt.findings


def test_a_file_still_being_copied_under_another_name_is_not_touched(inbox: Inbox) -> None:
    for name in ("luton.csv.part", ".luton.csv.swp", "~$luton.xlsx"):
        (inbox.folder / name).write_text("half")
    assert taken(inbox) == []
    assert len(list(inbox.folder.iterdir())) == 3


def test_links_and_pipes_are_never_opened(inbox: Inbox, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("password")
    (inbox.folder / "luton.csv").symlink_to(secret)
    (inbox.folder / "dwelling_stock.csv").symlink_to(inbox.data / "dwelling_stock.csv")
    os.mkfifo(inbox.folder / "places.csv")
    before = everything_outside(inbox)
    assert len(taken(inbox)) == 3
    assert everything_outside(inbox) == before
    assert not any(b"password" in path.read_bytes() for path in inbox.quarantine.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    "name",
    [
        "..csv",
        "...",
        "-rf.csv",
        "data_..%2f..%2fetc.csv",
        "luton;rm -rf.txt",
        "\u202elatot.csv",
        "a" * 251 + ".csv",
    ],
)
def test_a_name_that_no_input_has_is_quarantined_under_a_plain_one(inbox: Inbox, name: str) -> None:
    before = everything_outside(inbox)
    (inbox.folder / name).write_text("x")
    if name.startswith("."):
        assert taken(inbox) == []
        return
    [receipt] = taken(inbox)
    assert not receipt.accepted
    kept = [path.name for path in (inbox.folder.parent / receipt.where).iterdir()]
    assert "findings.txt" in kept
    assert all(len(entry) <= 80 and entry.isascii() and entry.isprintable() for entry in kept)
    assert everything_outside(inbox) == before


@settings(max_examples=60)
@given(st.text(min_size=1, max_size=120))
def test_a_name_only_chooses_among_the_inputs_there_are(inbox: Inbox, name: str) -> None:
    target = target_of(name, inbox.data, inbox.trajectories, inbox.known)
    if target is not None:
        assert target.path.parent in (inbox.data, inbox.trajectories, inbox.known)
    safe = put_away._safe(name)
    assert Path(safe).name == safe
    assert safe not in (".", "..", "")
    assert len(safe) <= 80


def test_the_name_of_a_place_is_matched_by_whole_words(inbox: Inbox) -> None:
    assert target_of("bedfordshire.csv", inbox.data, inbox.trajectories, inbox.known) is None
    target = target_of(
        "Central-Bedfordshire_trajectory_2026.xlsx", inbox.data, inbox.trajectories, inbox.known
    )
    assert target is not None
    assert target.place == "E06000056"
    assert target.name == "trajectories/central_bedfordshire.xlsx"
