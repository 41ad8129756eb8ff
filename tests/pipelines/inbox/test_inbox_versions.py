"""Two versions at once, a check that breaks off, guards of releases, large files: one file at a time."""

from __future__ import annotations

import csv
import os
import shutil
from pathlib import Path

import openpyxl
import pytest

from assets.inputs import input_tables
from assets.inputs.settings import RunSettings
from housing_trajectories import read
from pipelines.inbox import inbox_run
from pipelines.inbox.arrivals import trajectory_files
from pipelines.inbox.inbox_run import STANDS_STILL_SECONDS, take_in
from pipelines.inbox.put_away import Inbox
from pipelines.inbox.receipts import Receipt
from tests.conftest import ROOT
from tests.shipped import DATA

LATER = STANDS_STILL_SECONDS + 1
SEPTEMBER, NOVEMBER = 1_788_000_000, 1_793_000_000


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    inputs = tmp_path / "inputs"
    shutil.copytree(DATA, tmp_path / "data")
    shutil.copytree(ROOT / "housing_trajectories" / "blmk", tmp_path / "trajectories")
    (inputs / "inbox").mkdir(parents=True)
    return Inbox(inputs / "inbox", inputs / "quarantine", tmp_path / "data", tmp_path / "trajectories")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the check of every input only that the trajectories can be read: the rest takes a second a time."""

    def check(settings: RunSettings) -> None:
        for place, file in trajectory_files(settings.data_path).items():
            read(settings.trajectories_path / file, place).usable()

    monkeypatch.setattr(input_tables, "check_every_input", check)


def taken(inbox: Inbox) -> dict[str, Receipt]:
    outputs = inbox.data.parent / "outputs"
    return {one.name: one for now in (0, LATER) for one in take_in(inbox, outputs, now=now)}


def luton(inbox: Inbox, homes: str, base_date: str = "") -> bytes:
    text = (inbox.trajectories / "luton.csv").read_text(encoding="utf-8")
    assert ",87,86,87," in text
    head = f"Position at {base_date}\n" if base_date else ""
    return (head + text.replace(",87,86,87,", f",{homes},86,87,", 1)).encode()


def put(inbox: Inbox, name: str, content: bytes, changed: int) -> None:
    (inbox.folder / name).write_bytes(content)
    os.utime(inbox.folder / name, (changed, changed))


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("said", [("1 April 2025", "1 April 2026"), ("", "")])
def test_of_two_versions_the_newer_is_used_and_the_other_kept_and_said(
    inbox: Inbox, said: tuple[str, str]
) -> None:
    """By the base date they say, whenever they were changed; else by when they were changed."""
    times = (NOVEMBER, SEPTEMBER) if any(said) else (SEPTEMBER, NOVEMBER)
    older, newer = luton(inbox, "107", said[0]), luton(inbox, "127", said[1])
    put(inbox, "Luton September.csv", older, times[0])
    put(inbox, "Luton November.csv", newer, times[1])
    receipts = taken(inbox)
    assert receipts["Luton November.csv"].accepted, receipts
    assert (inbox.trajectories / "luton.csv").read_bytes() == newer
    aside = receipts["Luton September.csv"]
    assert not aside.accepted
    assert aside.well
    assert aside.alert() is None
    assert "Luton November.csv is a newer version of the same input" in aside.sentence()
    folder = inbox.folder.parent / aside.where
    assert (folder / "Luton_September.csv").read_bytes() == older
    assert "Luton November.csv, a newer version of trajectories/luton.csv" in (folder / "why.txt").read_text()
    assert '"newer": "Luton November.csv"' in (inbox.folder.parent / "receipts.jsonl").read_text()
    assert [path.name for path in inbox.folder.iterdir() if not path.name.startswith(".")] == []


@pytest.mark.usefixtures("quick")
def test_where_the_newer_version_is_wrong_the_one_before_it_is_used(inbox: Inbox) -> None:
    older = luton(inbox, "107")
    put(inbox, "Luton September.csv", older, SEPTEMBER)
    put(inbox, "Luton November.csv", luton(inbox, "many"), NOVEMBER)
    receipts = taken(inbox)
    assert receipts["Luton November.csv"].where.startswith("quarantine/")
    assert receipts["Luton September.csv"].accepted
    assert (inbox.trajectories / "luton.csv").read_bytes() == older


@pytest.mark.usefixtures("quick")
def test_two_files_of_one_table_and_of_two_formats_are_versions_too(inbox: Inbox) -> None:
    table = (inbox.data / "dwelling_stock.csv").read_bytes()
    put(inbox, "dwelling_stock.csv", table + b"\n", NOVEMBER)
    put(inbox, "dwelling_stock.CSV", table + b"\n\n", SEPTEMBER)
    assert {name: one.accepted for name, one in taken(inbox).items()} == {
        "dwelling_stock.csv": True,
        "dwelling_stock.CSV": False,
    }
    assert (inbox.data / "dwelling_stock.csv").read_bytes() == table + b"\n"


@pytest.mark.usefixtures("quick")
def test_what_is_told_of_each_version_goes_with_it(inbox: Inbox) -> None:
    bare = "Site Ref,Site Name,Planning Status,Net Dwellings,2025,2026\nLU1,Court,Permissioned,300,100,200\n"
    for month, changed in (("September", SEPTEMBER), ("November", NOVEMBER)):
        put(inbox, f"Luton {month}.csv", bare.replace("Court", month).encode(), changed)
    put(inbox, "Luton September.csv.reading.yaml", b"years: calendar\n", SEPTEMBER)
    put(inbox, "Luton November.csv.reading.yaml", b"years: financial_start\n", NOVEMBER)
    put(inbox, "Bedford.csv", (inbox.trajectories / "bedford.csv").read_bytes() + b"\n", SEPTEMBER)
    receipts = taken(inbox)
    used = "Luton November.csv" if receipts["Luton November.csv"].accepted else "Luton September.csv"
    told = (inbox.trajectories / "luton.csv.reading.yaml").read_bytes()
    assert told == (b"years: calendar\n" if "September" in used else b"years: financial_start\n")
    assert b"September" in (inbox.trajectories / "luton.csv").read_bytes() or "November" in used
    assert receipts["Bedford.csv"].accepted


@pytest.mark.usefixtures("quick")
def test_an_older_version_than_the_one_in_use_is_told_of(inbox: Inbox) -> None:
    put(inbox, "luton.csv", luton(inbox, "107", "1 April 2026"), NOVEMBER)
    assert taken(inbox)["luton.csv"].findings == ()
    put(inbox, "luton.csv", luton(inbox, "107", "1 April 2025").replace(b"107", b"108"), NOVEMBER + 9)
    receipt = taken(inbox)["luton.csv"]
    assert receipt.accepted
    assert "found base date 2025-04-01; expected one not before 2026-04-01" in receipt.sentence()


@pytest.mark.usefixtures("quick")
def test_a_file_whose_check_breaks_off_is_quarantined_alone_with_an_alert(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = input_tables.check_every_input

    def breaks_off(settings: object) -> None:
        if b"0.5" in (Path(settings.data_directory) / "premises.csv").read_bytes()[-4:]:  # type: ignore[attr-defined]
            raise ZeroDivisionError("float division by zero")
        check(settings)  # type: ignore[arg-type]

    monkeypatch.setattr(input_tables, "check_every_input", breaks_off)
    good = luton(inbox, "127")
    put(inbox, "luton.csv", good, NOVEMBER)
    put(inbox, "premises.csv", (inbox.data / "premises.csv").read_bytes() + b"0.5", NOVEMBER)
    receipts = taken(inbox)
    assert receipts["luton.csv"].accepted
    words = "premises.csv: checking it broke off (ZeroDivisionError: float division by zero)"
    assert receipts["premises.csv"].findings == (words,)
    alert = receipts["premises.csv"].alert()
    assert alert is not None
    assert alert.kind == "quarantined_file"
    assert (inbox.trajectories / "luton.csv").read_bytes() == good
    assert taken(inbox) == {}


@pytest.mark.usefixtures("quick")
def test_a_spoilt_places_csv_in_use_does_not_keep_out_the_one_that_mends_it(inbox: Inbox) -> None:
    whole = (inbox.data / "places.csv").read_bytes()
    for spoilt in (b"", b"half a fi", b"\xff\xfe\x00"):
        (inbox.data / "places.csv").write_bytes(spoilt)
        put(inbox, "luton.csv", luton(inbox, "127"), NOVEMBER)
        put(inbox, "strange.pdf", b"%PDF", NOVEMBER)
        receipts = taken(inbox)
        assert not any(receipt.accepted for receipt in receipts.values())
        assert len(receipts) == 2
        put(inbox, "places.csv", whole, NOVEMBER)
        assert taken(inbox)["places.csv"].accepted


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("table", ["release_bounds", "release_acceptances", "release_retention"])
@pytest.mark.parametrize("suffix", [".csv", ".CSV", ".xlsx"])
def test_what_guards_a_release_does_not_come_in_with_the_figures(
    inbox: Inbox, table: str, suffix: str
) -> None:
    before = (inbox.data / f"{table}.csv").read_bytes()
    put(inbox, f"{table}{suffix}", before + b"\n", NOVEMBER)
    [receipt] = taken(inbox).values()
    assert not receipt.accepted
    assert f"the table {table}, which says what may be published" in receipt.sentence()
    assert "by hand" in receipt.sentence()
    assert (inbox.data / f"{table}.csv").read_bytes() == before


@pytest.mark.usefixtures("quick")
def test_large_files_are_not_read_and_many_are_looked_at_a_few_at_a_time(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox_run, "LARGEST_BYTES", 60_000)
    monkeypatch.setattr(inbox_run, "LARGEST_TABLE_BYTES", 30_000)
    with (inbox.folder / "premises.csv").open("wb") as file:
        file.truncate(30_001)
    councils = ("bedford", "luton", "milton_keynes", "central_bedfordshire")
    for name in councils:
        content = (inbox.trajectories / f"{name}.csv").read_bytes()
        put(inbox, f"{name}.csv", content + b"\n" * (20_000 - len(content)), NOVEMBER)
    outputs = inbox.data.parent / "outputs"
    looks = [{one.name: one for one in take_in(inbox, outputs, now=LATER * look)} for look in range(4)]
    assert [len(receipts) for receipts in looks] == [0, 3, 2, 0]
    assert "found 30,001 bytes; expected a file of at most 30,000" in looks[2]["premises.csv"].sentence()
    assert all(one.accepted for receipts in looks for name, one in receipts.items() if name != "premises.csv")


@pytest.mark.usefixtures("quick")
def test_a_file_that_changes_while_it_is_checked_is_not_lost(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = luton(inbox, "107"), luton(inbox, "127")
    put(inbox, "luton.csv", first, SEPTEMBER)
    replace = inbox_run._replace

    def meanwhile(path: Path, content: bytes) -> None:
        replace(path, content)
        put(inbox, "luton.csv", second, NOVEMBER)

    with monkeypatch.context() as patched:
        patched.setattr(inbox_run, "_replace", meanwhile)
        assert taken(inbox)["luton.csv"].accepted
    assert (inbox.folder / "luton.csv").read_bytes() == second
    assert taken(inbox)["luton.csv"].accepted
    assert (inbox.trajectories / "luton.csv").read_bytes() == second


@pytest.mark.usefixtures("quick")
def test_a_file_that_cannot_be_stored_stays_in_the_inbox_and_is_taken_in_later(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    put(inbox, "luton.csv", luton(inbox, "107"), SEPTEMBER)
    with monkeypatch.context() as patched:
        patched.setattr(inbox_run, "_replace", full)
        receipt = taken(inbox)["luton.csv"]
    assert not receipt.accepted
    assert "No space left on device" in receipt.sentence()
    assert "stays in the inbox" in receipt.sentence()
    assert receipt.alert() is not None
    assert taken(inbox)["luton.csv"].accepted


@pytest.mark.usefixtures("quick")
def test_a_new_format_that_was_killed_half_way_in_is_finished_at_the_next_look(inbox: Inbox) -> None:
    """The file stands in its place by then, and places.csv does not name it yet."""
    book = openpyxl.Workbook()
    for row in csv.reader(luton(inbox, "107").decode().splitlines()):
        book.active.append([int(cell) if cell.isdecimal() else cell or None for cell in row])
    book.save(inbox.folder / "luton.xlsx")
    shutil.copy(inbox.folder / "luton.xlsx", inbox.trajectories / "luton.xlsx")
    receipt = taken(inbox)["luton.xlsx"]
    assert receipt.accepted, receipt.findings
    assert not receipt.unchanged
    assert "luton.xlsx" in (inbox.data / "places.csv").read_text()
