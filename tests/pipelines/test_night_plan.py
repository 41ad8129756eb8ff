"""A night makes what changed and what follows from it, everywhere or in one place, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines.last_run import LastRun
from pipelines.night_plan import Asset, Now, Plan, nothing_has_changed, plan_night

PLACES = ["A", "B", "C", "D"]
EVERY = ("earlier_releases", "changes", "release")
GRAPH = [
    Asset("input_files", "1"),
    Asset("figures", "1", reads=("data/figures.csv",)),
    Asset(
        "homes", "1", ("figures",), by_place=True, reads_by_place={p: f"trajectories/{p}.csv" for p in PLACES}
    ),
    Asset("people", "1", ("homes",), by_place=True, together=("ratios",)),
    Asset("ratios", "1", ("homes",), by_place=True, together=("people",)),
    Asset("total", "1", ("people",)),
    Asset("share", "1", ("total",), by_place=True),
    Asset("register", "1", reads=("data/register/*.csv",)),
    Asset("earlier_releases", "1"),
    Asset("changes", "1", ("earlier_releases", "total")),
    Asset("release", "1", ("input_files", "total", "register", "changes")),
]
FILES = {
    "data/figures.csv": "f",
    "data/register/one.csv": "r",
    **{f"trajectories/{place}.csv": place for place in PLACES},
}
RECORD = LastRun(
    release="r1",
    run_id="run",
    draws=9,
    seed=1,
    environment="e",
    project="p",
    places=PLACES,
    files=FILES,
    code={asset.name: asset.code for asset in GRAPH},
)
AS_BEFORE = Now(files=FILES, environment="e", project="p", draws=9, seed=1, places=PLACES)


def changed(**files: str | None) -> Now:
    named = {name.replace("__", "/") + ".csv": digest for name, digest in files.items()}
    merged = {**FILES, **named}
    return replace(AS_BEFORE, files={name: digest for name, digest in merged.items() if digest is not None})


def plan(now: Now) -> Plan:
    return plan_night(RECORD, now, GRAPH)


def test_nothing_changed_makes_nothing() -> None:
    assert nothing_has_changed(RECORD, AS_BEFORE)
    assert plan(AS_BEFORE).nothing


def test_one_councils_file_makes_its_place_and_the_totals_below_it() -> None:
    found = plan(changed(trajectories__B="new"))
    assert set(found.make) == {"homes", "people", "ratios", "total", "share", "input_files", *EVERY}
    assert found.reasons == ["trajectories/B.csv is changed"]
    assert set(found.unchanged) == {"figures", "register"}


def test_a_table_by_place_below_a_total_is_made_for_every_place() -> None:
    assert plan(changed(trajectories__B="new")).places == PLACES
    without_share = [asset for asset in GRAPH if asset.name != "share"]
    assert plan_night(RECORD, changed(trajectories__B="new"), without_share).places == ["B"]


def test_two_councils_are_made_in_one_unbroken_stretch() -> None:
    without_share = [asset for asset in GRAPH if asset.name != "share"]
    found = plan_night(RECORD, changed(trajectories__A="new", trajectories__C="new"), without_share)
    assert found.places == ["A", "B", "C"]


def test_a_file_of_a_folder_that_came_or_went_concerns_who_reads_the_folder() -> None:
    for now in (changed(data__register__two="new"), changed(data__register__one=None)):
        assert set(plan(now).make) == {"register", "input_files", *EVERY}


def test_changed_code_concerns_its_tables_and_those_below() -> None:
    coded = [replace(asset, code="2") if asset.name == "total" else asset for asset in GRAPH]
    found = plan_night(RECORD, replace(AS_BEFORE, project="q"), coded)
    assert set(found.make) == {"total", "share", "input_files", *EVERY}


def test_what_one_function_makes_together_is_made_together() -> None:
    found = plan(replace(AS_BEFORE, tables_that_differ=["ratios/A.parquet"]))
    assert {"people", "ratios"} <= set(found.make)
    assert "homes" not in found.make


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (replace(AS_BEFORE, environment="other"), "libraries"),
        (replace(AS_BEFORE, draws=10), "10 draws"),
        (replace(AS_BEFORE, seed=2), "seed 2"),
        (replace(AS_BEFORE, places=PLACES[:3]), "places"),
        (replace(AS_BEFORE, release_is_whole=False), "release r1"),
        (changed(data__nobodys="new"), "no asset says it reads it"),
    ],
)
def test_what_concerns_everything_makes_everything(now: Now, words: str) -> None:
    assert not nothing_has_changed(RECORD, now)
    found = plan(now)
    assert set(found.make) == {asset.name for asset in GRAPH}
    assert found.places == list(now.places)
    assert words in found.reasons[0]


def test_without_a_record_everything_is_made() -> None:
    assert set(plan_night(None, AS_BEFORE, GRAPH).make) == {asset.name for asset in GRAPH}


def test_a_lost_current_is_published_again_from_the_tables_there_are() -> None:
    now = replace(AS_BEFORE, current_is_there=False)
    assert not nothing_has_changed(RECORD, now)
    assert set(plan(now).make) == {"input_files", *EVERY}


def test_what_a_failed_night_left_is_one_reason_with_a_count() -> None:
    left = ("figures", "homes/A", "homes/B", "people/A", "total", "register")
    found = plan(replace(AS_BEFORE, tables_that_differ=[f"{name}.parquet" for name in left]))
    assert found.reasons == [
        "5 tables are not as the last successful run left them, such as after one that failed: figures, "
        "homes, people and 2 more"
    ]
    assert found.make["total"] == "the table total is not as the last successful run left it"
    [one] = plan(replace(AS_BEFORE, tables_that_differ=["total.parquet"])).reasons
    assert one == "the table total is not as the last successful run left it"


def test_an_upgrade_and_a_changed_file_are_one_reason_each() -> None:
    code = {name: "0" if name in ("figures", "homes", "people", "ratios") else "1" for name in RECORD.code}
    found = plan_night(replace(RECORD, code=code), changed(data__register__one="new"), GRAPH)
    assert found.reasons == [
        "the code of 4 tables changed: figures, homes, people and 1 more",
        "data/register/one.csv is changed",
    ]
