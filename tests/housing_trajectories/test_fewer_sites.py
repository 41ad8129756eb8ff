"""A trajectory that lacks much of the version before it is told of; one that only moved on is not."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from housing_trajectories import Trajectory, read
from housing_trajectories.tools.fewer_sites import fewer_than_before

HEADING = "Site Reference,Site Name,Planning Status,2025/26,2026/27,2027/28"
SITES = [f"S{number:02},Yard {number},permissioned,10,10,10" for number in range(20)]


def issue(folder: Path, name: str, rows: list[str], heading: str = HEADING) -> Trajectory:
    path = folder / name
    path.write_text("\n".join([heading, *rows]) + "\n", encoding="utf-8")
    return read(path).usable()


def test_a_copy_that_ended_between_two_rows_is_told_with_what_is_missing(tmp_path: Path) -> None:
    finding = fewer_than_before(issue(tmp_path, "a.csv", SITES), issue(tmp_path, "b.csv", SITES[:13]), 0.1)
    assert finding is not None
    assert finding.severity == "warning"
    assert finding.sentence() == (
        "b.csv: found less than in the version before: 7 of 20 sites, 210 of 600 homes; expected at most 10% "
        "of either fewer, unless the council has dropped them; used as it is; missing are S13, S14, S15, "
        "S16, S17 and 2 more: ask the council whether it is whole"
    )


def test_homes_that_are_gone_from_sites_that_stayed_are_told_too(tmp_path: Path) -> None:
    cut = [row.replace(",10,10,10", ",10,5,5") for row in SITES]
    finding = fewer_than_before(issue(tmp_path, "a.csv", SITES), issue(tmp_path, "b.csv", cut), 0.1)
    assert finding is not None
    assert finding.found.endswith(": 0 of 20 sites, 200 of 600 homes")


def test_years_that_are_gone_are_told_and_any_site_where_the_share_is_nought(tmp_path: Path) -> None:
    before = issue(tmp_path, "a.csv", SITES)
    without = [row.replace(",10,10,10", ",10,10") for row in SITES]
    finding = fewer_than_before(
        before, issue(tmp_path, "b.csv", without, HEADING.replace(",2027/28", "")), 0.1
    )
    assert finding is not None
    assert finding.found.endswith("0 of 20 sites, 200 of 600 homes, 1 of 3 years (2027/28 to 2027/28)")
    one_less = issue(tmp_path, "c.csv", SITES[:-1])
    assert fewer_than_before(before, one_less, 0.1) is None
    finding = fewer_than_before(before, one_less, 0.0)
    assert finding is not None
    assert finding.found.endswith("1 of 20 sites, 30 of 600 homes")
    assert fewer_than_before(before, issue(tmp_path, "d.csv", SITES), 0.0) is None


def test_what_was_built_or_has_a_new_reference_is_not_missing(tmp_path: Path) -> None:
    done = [
        *SITES,
        "D1,Done,permissioned,400,,",
        "D2,Done too,permissioned,90,,",
        "D3,Third,permissioned,1,,",
    ]
    before = issue(tmp_path, "a.csv", done)
    later = [row.replace("S", "T", 1).replace(",10,10,10", ",10,10") for row in SITES]
    heading = HEADING.replace("2025/26,", "")
    assert fewer_than_before(before, issue(tmp_path, "b.csv", later, heading), 0.1) is None


def test_a_draft_of_the_same_homes_is_held_apart(tmp_path: Path) -> None:
    heading = "Plan Status," + HEADING
    plan = [f"adopted,{row}" for row in SITES]
    draft = [f"draft,{row}".replace(",10,10,10", ",20,20,20") for row in SITES]
    before = issue(tmp_path, "a.csv", plan + draft, heading)
    cut = fewer_than_before(before, issue(tmp_path, "b.csv", plan + draft[:15], heading), 0.1)
    assert cut is not None
    assert cut.found.endswith("before: draft 5 of 20 sites, 300 of 1,200 homes")
    gone = fewer_than_before(before, issue(tmp_path, "c.csv", plan[:17], heading), 0.1)
    assert gone is not None
    assert gone.found.endswith(
        ": 3 of 20 sites, 90 of 600 homes; draft 20 of 20 sites, 1,200 of 1,200 homes, "
        "3 of 3 years (2025/26 to 2027/28)"
    )
    assert "missing are S17, S18, S19; missing are S00, S01, S02, S03, S04 and 15 more:" in gone.done


@settings(max_examples=25)
@given(st.sets(st.integers(0, 19), max_size=19))
def test_a_share_of_the_sites_is_told_and_no_less(tmp_path: Path, lost: set[int]) -> None:
    kept = [row for number, row in enumerate(SITES) if number not in lost]
    finding = fewer_than_before(issue(tmp_path, "a.csv", SITES), issue(tmp_path, "b.csv", kept), 0.1)
    assert (finding is not None) == (len(lost) > 2)
