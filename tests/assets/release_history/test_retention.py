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
    stay = kept(there, rules(), there[0], NOW)
    assert set(there[:31]) <= set(stay)
    older = [each for each in stay if each not in there[:31]]
    assert [each[:8] for each in older] == ["20260731", "20260831", "20260930"]


def test_the_last_day_and_the_last_month_of_the_rules_are_counted_as_they_say() -> None:
    """Twelve months are this one and the eleven before it; thirty days end at the hour."""
    second = timedelta(seconds=1)
    there = [
        f"{moment:%Y%m%dT%H%M%SZ}-{number:08x}"
        for number, moment in enumerate(
            [
                datetime(2025, 11, 30, 23, tzinfo=UTC),
                datetime(2025, 12, 1, tzinfo=UTC),
                datetime(2025, 12, 31, tzinfo=UTC),
                NOW - timedelta(days=30) - second,
                NOW - timedelta(days=30),
                NOW - timedelta(days=3),
                NOW - timedelta(days=2),
                NOW - timedelta(days=1),
            ]
        )
    ]
    assert kept(there, rules(), there[-1], NOW) == [there[2], *there[4:]]
    fewer = rules(all_of_last_days="0", last_of_month_for_months="0")
    assert kept(there, fewer, there[5], NOW) == [there[4], there[5], there[7]]


def test_a_month_beyond_the_rule_goes_unless_it_is_pinned() -> None:
    old = release(500)
    there = [old, release(40), release(1), release(0)]
    assert old not in kept(there, rules(), there[-1], NOW)
    assert old in kept(there, rules(pinned=old), there[-1], NOW)


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
    stay = kept(there, some, there[at], NOW)
    assert {there[at], there[max(at - 1, 0)], there[-1]} <= set(stay)
    assert kept(stay, some, there[at], NOW) == stay


def test_a_rule_without_its_number_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match="all_of_last_days"):
        kept([release(0)], rules(all_of_last_days="a month"), None, NOW)


def test_inputs_go_with_the_last_release_that_was_made_from_them(tmp_path: Path) -> None:
    store = InputStore(tmp_path / "inputs")
    long_ago = time.time() - 1e8
    digests = {}
    for days in (700, 1, 0):
        own, shared = store.keep_bytes(f"of {days}".encode()), store.keep_bytes(b"shared")
        folder = tmp_path / "releases" / release(days)
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text(
            json.dumps({"inputs": {"data/a.csv": own, "data/b.csv": shared}, "tables": {}})
        )
        digests[days] = own
    for path in store.folder.iterdir():
        os.utime(path, (long_ago, long_ago))
    (tmp_path / "current").symlink_to(Path("releases") / release(0))
    gone, inputs_gone = prune(tmp_path, rules(), NOW)
    assert (gone, inputs_gone) == ([release(700)], 1)
    assert release_ids(tmp_path) == [release(1), release(0)]
    assert current_id(tmp_path) == release(0)
    assert {path.name for path in store.folder.iterdir()} == {
        digests[1],
        digests[0],
        store.keep_bytes(b"shared"),
    }
