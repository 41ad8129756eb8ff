"""Files that were cut or changed too far: never taken in without a word."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipelines.inbox.inbox_run import STANDS_STILL_SECONDS, Inbox, Receipt, take_in
from tests.conftest import ROOT
from tests.shipped import DATA


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    shutil.copytree(DATA, tmp_path / "data")
    shutil.copytree(ROOT / "housing_trajectories" / "blmk", tmp_path / "trajectories")
    (tmp_path / "inputs" / "inbox").mkdir(parents=True)
    inputs = tmp_path / "inputs"
    return Inbox(inputs / "inbox", inputs / "quarantine", tmp_path / "data", tmp_path / "trajectories")


def put(inbox: Inbox, name: str, content: bytes) -> Receipt:
    """What becomes of a file of this content."""
    (inbox.folder / name).write_bytes(content)
    outputs = inbox.data.parent / "outputs"
    [receipt] = [
        *take_in(inbox, outputs, now=0),
        *take_in(inbox, outputs, now=STANDS_STILL_SECONDS + 1),
    ]
    return receipt


def test_a_cut_table_is_quarantined_and_one_with_a_row_less_is_told_of(inbox: Inbox) -> None:
    lines = (inbox.data / "gp_appointments_monthly.csv").read_bytes().splitlines(keepends=True)
    receipt = put(inbox, "gp_appointments_monthly.csv", b"".join(lines[: len(lines) // 2]))
    assert not receipt.accepted
    assert any("rows gone" in finding for finding in receipt.findings), receipt.findings
    receipt = put(inbox, "gp_appointments_monthly.csv", b"".join(lines[:-1]))
    assert receipt.accepted, receipt.findings
    assert f"1 of {len(lines) - 1} rows gone" in receipt.sentence()
    assert receipt.alert() is not None


def test_a_figure_far_from_the_one_in_use_needs_an_acceptance_and_new_rows_do_not(inbox: Inbox) -> None:
    text = (inbox.data / "births_and_deaths.csv").read_text(encoding="utf-8")
    receipt = put(
        inbox, "births_and_deaths.csv", text.replace("E06000032,2014,3481", "E06000032,2014,3020").encode()
    )
    assert not receipt.accepted
    assert "3,020 for place E06000032, year 2014, 3,481 in the version in use" in receipt.findings[0]
    acceptances = inbox.data / "release_acceptances.csv"
    row = "births_and_deaths.csv,E06000032,2999-12-31,A. Planner,revised\n"
    acceptances.write_text(acceptances.read_text(encoding="utf-8") + row, encoding="utf-8")
    receipt = put(
        inbox, "births_and_deaths.csv", text.replace("E06000032,2014,3481", "E06000032,2014,3020").encode()
    )
    assert receipt.accepted, receipt.findings
    assert "from 3,481 to 3,020" in receipt.sentence()
    more = (inbox.data / "births_and_deaths.csv").read_text(encoding="utf-8")
    more += "".join(
        line.replace(",2022,", ",2023,") for line in more.splitlines(keepends=True) if ",2022," in line
    )
    receipt = put(inbox, "births_and_deaths.csv", more.encode())
    assert receipt.accepted
    assert receipt.findings == ()


def test_a_trajectory_that_is_cut_is_said_with_sites_and_homes(inbox: Inbox) -> None:
    lines = (inbox.trajectories / "milton_keynes.csv").read_bytes().splitlines(keepends=True)
    receipt = put(inbox, "milton_keynes.csv", b"".join(lines[:-1]))
    assert receipt.accepted
    assert any("less than in the version before: " in finding for finding in receipt.findings)
