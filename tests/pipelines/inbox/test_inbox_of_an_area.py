"""Files for an installation of an area: they go into its folder, and England's tables stand beside them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from assets.areas.composing import composed
from pipelines.inbox.inbox_run import STANDS_STILL_SECONDS, take_in
from pipelines.inbox.put_away import Inbox
from pipelines.inbox.receipts import Receipt

PLACE = "E06000031"


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    area = tmp_path / "area"
    (area / "trajectories").mkdir(parents=True)
    (area / "area.yaml").write_text(
        f"name: Peterborough\ncode: AREA-{PLACE}\nauthorities: [{PLACE}]\n", encoding="utf-8"
    )
    (tmp_path / "inbox").mkdir()
    return Inbox(tmp_path / "inbox", tmp_path / "quarantine", area, area / "trajectories")


def taken(inbox: Inbox) -> Receipt:
    outputs = inbox.data.parent / "outputs"
    take_in(inbox, outputs, now=0)
    (receipt,) = take_in(inbox, outputs, now=STANDS_STILL_SECONDS + 1)
    return receipt


def stock(inbox: Inbox) -> dict[str, str]:
    data, _ = composed(inbox.data, inbox.data.parent / "outputs")
    with (data / "dwelling_stock.csv").open(encoding="utf-8", newline="") as file:
        return {row["year"]: row["dwellings"] for row in csv.DictReader(file)}


def test_a_table_with_one_row_goes_into_the_area_and_the_national_rows_stay(inbox: Inbox) -> None:
    before = stock(inbox)
    own = str(int(before["2021"]) + 40)
    text = f"place,year,dwellings\n{PLACE},2021,{own}\n"
    (inbox.folder / "dwelling_stock.csv").write_text(text, encoding="utf-8")
    receipt = taken(inbox)
    assert receipt.accepted, receipt.findings
    assert (inbox.data / "dwelling_stock.csv").read_text(encoding="utf-8") == text
    assert stock(inbox) == {**before, "2021": own}


def test_a_figure_that_contradicts_england_s_is_quarantined_and_nothing_changes(inbox: Inbox) -> None:
    before = stock(inbox)
    text = f"place,year,dwellings\n{PLACE},2021,{10 * int(before['2021'])}\n"
    (inbox.folder / "dwelling_stock.csv").write_text(text, encoding="utf-8")
    receipt = taken(inbox)
    assert not receipt.accepted
    assert "row 2, column dwellings" in receipt.findings[0]
    assert not (inbox.data / "dwelling_stock.csv").exists()
    assert stock(inbox) == before


def test_a_council_s_first_trajectory_takes_the_place_of_its_plan_s(inbox: Inbox) -> None:
    outputs = inbox.data.parent / "outputs"
    _, trajectories = composed(inbox.data, outputs)
    made = (trajectories / f"{PLACE}.csv").read_text(encoding="utf-8")
    (inbox.folder / f"{PLACE}.csv").write_text(made.replace("946", "951"), encoding="utf-8")
    receipt = taken(inbox)
    assert receipt.accepted, receipt.findings
    composed(inbox.data, outputs)
    assert "951" in (trajectories / f"{PLACE}.csv").read_text(encoding="utf-8")
    assert (inbox.trajectories / f"{PLACE}.csv").is_file()
