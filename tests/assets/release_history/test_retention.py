"""Releases are kept by the stated rule, never less than what readers and a rollback need."""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.inputs.input_store import InputStore
from assets.release_history.release_folders import current_id, release_ids
from assets.release_history.retention import kept, prune
from housing_trajectories.findings import BadInput

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
RULES = {"all_of_last_days": "30", "last_of_month_for_months": "12", "unused_inputs_for_days": "30"}


def rules(**changed: str) -> pd.DataFrame:
    return pd.DataFrame(list({**RULES, **changed}.items()), columns=["rule", "value"])


def release(days_ago: int) -> str:
    return f"{NOW - timedelta(days=days_ago):%Y%m%dT%H%M%SZ}-{days_ago:08x}"


def test_all_of_the_last_days_and_the_last_of_each_month_stay() -> None:
    there = [release(days) for days in range(0, 120)]
    stay = kept(there, rules(), there[0])
    assert set(there[:30]) <= set(stay)
    older = [each for each in stay if each not in there[:30]]
    assert [each[:8] for each in older] == ["20260731", "20260831", "20260930"]


def test_the_last_day_and_the_last_month_of_the_rules_are_counted_as_they_say() -> None:
    there = [
        f"{moment:%Y%m%dT%H%M%SZ}-{number:08x}"
        for number, moment in enumerate(
            [
                datetime(2025, 10, 31, tzinfo=UTC),
                datetime(2025, 12, 1, tzinfo=UTC),
                datetime(2025, 12, 31, tzinfo=UTC),
                datetime(2026, 11, 19, 1, tzinfo=UTC),
                datetime(2026, 11, 20, 1, tzinfo=UTC),
                datetime(2026, 11, 20, 23, tzinfo=UTC),
                datetime(2026, 11, 21, tzinfo=UTC),
            ]
        )
    ]
    two = rules(all_of_last_days="2", last_of_month_for_months="2")
    assert kept(there, two, there[-1]) == [there[2], *there[4:]]
    none = rules(all_of_last_days="0", last_of_month_for_months="0")
    assert kept(there, none, there[4]) == [there[3], there[4], there[6]]


def test_a_month_beyond_the_rule_goes_unless_it_is_pinned() -> None:
    old = release(500)
    months = [release(30 * number) for number in range(12, 1, -1)]
    there = [old, *months, release(1), release(0)]
    few = {"all_of_last_days": "2"}
    assert old not in kept(there, rules(**few), there[-1])
    assert old in kept(there, rules(**few, pinned=old), there[-1])


@pytest.mark.parametrize("ahead", [40, 3650, -3650])
def test_a_clock_that_jumped_takes_no_release_with_it(ahead: int) -> None:
    """Twenty-eight nights, and then some by a clock that is wrong by so many days."""
    there = [release(days) for days in range(28, 0, -1)]
    for night in range(3):
        there.append(release(-ahead - night))
        gone = set(there) - set(kept(there, rules(), there[-1]))
        # As in any other night: from the thirty-first day on one a night.
        assert len(gone) == max(len(there) - 30, 0)
    # The clock is right again: the releases that are dated wrongly age with the others.
    there.append(release(0))
    assert {there[-1], *there[2:28]} <= set(kept(there, rules(), there[-1]))


@given(
    ages=st.sets(st.integers(0, 900), min_size=1, max_size=30),
    which=st.integers(0, 29),
    days=st.integers(0, 60),
    months=st.integers(0, 24),
)
def test_the_current_release_the_one_before_it_and_the_latest_always_stay(
    ages: set[int], which: int, days: int, months: int
) -> None:
    there = sorted(release(age) for age in ages)
    at = which % len(there)
    some = rules(all_of_last_days=str(days), last_of_month_for_months=str(months))
    stay = kept(there, some, there[at])
    assert {there[at], there[max(at - 1, 0)], there[-1]} <= set(stay)
    assert kept(stay, some, there[at]) == stay


def test_a_rule_without_its_number_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match="all_of_last_days"):
        kept([release(0)], rules(all_of_last_days="a month"), None)


SOON = rules(all_of_last_days="2", last_of_month_for_months="0", unused_inputs_for_days="2")


def stored(outputs: Path) -> dict[int, str]:
    """Releases of three days, each with an input of its own and one they share; inputs stored long ago."""
    store = InputStore(outputs / "inputs")
    digests = {}
    for days in (700, 1, 0):
        own, shared = store.keep_bytes(f"of {days}".encode()), store.keep_bytes(b"shared")
        folder = outputs / "releases" / release(days)
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text(
            json.dumps({"inputs": {"data/a.csv": own, "data/b.csv": shared}, "tables": {}})
        )
        digests[days] = own
    long_ago = time.time() - 1e8
    for path in store.folder.iterdir():
        os.utime(path, (long_ago, long_ago))
    (outputs / "current").symlink_to(Path("releases") / release(0))
    return digests


def test_inputs_go_with_the_last_release_that_was_made_from_them(tmp_path: Path) -> None:
    digests = stored(tmp_path)
    store = InputStore(tmp_path / "inputs")
    (store.folder / "read me.txt").write_text("of a colleague")
    (store.folder / "a folder").mkdir()
    for path in store.folder.iterdir():
        os.utime(path, (0, 0))
    assert prune(tmp_path, SOON) == ([release(700)], 1)
    assert release_ids(tmp_path) == [release(1), release(0)]
    assert current_id(tmp_path) == release(0)
    left = {path.name for path in store.folder.iterdir()}
    assert left == {digests[1], digests[0], store.keep_bytes(b"shared"), "read me.txt", "a folder"}
    store.keep_bytes(b"not yet in a release")
    assert prune(tmp_path, SOON) == ([], 0)
    (store.folder / digests[1]).unlink()
    assert prune(tmp_path, SOON) == ([], 0), "what is gone already needs no keeping"


def test_a_foreign_folder_and_a_cut_manifest_stay_and_what_may_be_needed_with_them(tmp_path: Path) -> None:
    stored(tmp_path)
    releases = tmp_path / "releases"
    (releases / "keep-for-board-meeting").mkdir()
    (releases / "keep-for-board-meeting" / "slides.txt").write_text("of a colleague")
    cut = releases / release(400)
    cut.mkdir()
    (cut / "manifest.json").write_text('{"inputs": {"data/a.c')
    assert prune(tmp_path, SOON) == ([release(700)], 0)
    assert {path.name for path in releases.iterdir()} == {
        "keep-for-board-meeting",
        *(release(days) for days in (400, 1, 0)),
    }
    (cut / "manifest.json").unlink()
    cut.rmdir()
    sooner = SOON.assign(value=SOON["value"].mask(SOON["rule"] == "unused_inputs_for_days", "1"))
    assert prune(tmp_path, sooner) == ([], 1)
