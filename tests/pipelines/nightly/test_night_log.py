"""The log of nights says why one ran and how it ended, and a killed one from one that never began."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

from pipelines.nightly.night_log import (
    FAILED,
    NOTHING_CHANGED,
    PUBLISHED,
    STARTED,
    begin,
    end,
    find_night,
    nights_of,
)

TWO = datetime(2026, 7, 1, 1, 0, tzinfo=UTC)
NEWS = ["trajectories/A.csv is changed"]


def test_a_night_is_entered_when_it_starts_and_completed_when_it_ends(tmp_path: Path) -> None:
    night = begin(tmp_path, NEWS, "the schedule", now=TWO)
    assert [entry.outcome for entry in nights_of(tmp_path, date(2026, 7, 1))] == [STARTED]
    ended = end(tmp_path, night, PUBLISHED, release="r2", now=TWO.replace(minute=1))
    assert find_night(tmp_path, night.id) == ended
    assert ended.seconds == 60
    text = (tmp_path / "nights" / "2026-07-01.txt").read_text()
    assert "published after 60 s, release r2" in text
    assert "because trajectories/A.csv is changed" in text


def test_several_nights_of_a_date_are_all_kept(tmp_path: Path) -> None:
    for outcome in (FAILED, NOTHING_CHANGED):
        end(tmp_path, begin(tmp_path, [], "hand", now=TWO, keep=False), outcome, now=TWO)
    kept = json.loads((tmp_path / "nights" / "2026-07-01.json").read_text())["nights"]
    assert [(night["id"], night["outcome"]) for night in kept] == [
        ("2026-07-01.1", FAILED),
        ("2026-07-01.2", NOTHING_CHANGED),
    ]


def test_the_date_of_a_night_is_londons(tmp_path: Path) -> None:
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    assert begin(tmp_path, [], "hand", now=late).id == "2026-07-01.1"


def test_a_spoilt_log_hinders_no_night(tmp_path: Path) -> None:
    (tmp_path / "nights").mkdir()
    (tmp_path / "nights" / "2026-07-01.json").write_text("{half a fi")
    assert begin(tmp_path, [], "hand", now=TWO).id == "2026-07-01.1"


def test_a_log_of_an_earlier_version_that_says_more_of_a_night_is_read(tmp_path: Path) -> None:
    night = begin(tmp_path, NEWS, "hand", now=TWO)
    path = tmp_path / "nights" / "2026-07-01.json"
    log = json.loads(path.read_text())
    log["nights"][0]["ran"] = {"people": "takes in homes"}
    path.write_text(json.dumps(log))
    assert nights_of(tmp_path, date(2026, 7, 1)) == [night]
