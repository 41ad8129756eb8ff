"""Two issues of a trajectory held against each other: what counts as a change, and in what time."""

from __future__ import annotations

from pathlib import Path

import pytest

from housing_trajectories import Trajectory, read
from housing_trajectories.tools.comparison import compare

FIRST = (
    "Site Reference,Site Name,Planning Status,Capacity,2025/26,2026/27,2027/28,2028/29\n"
    "K1,Tannery,permissioned,36,12,12,12,0\n"
)


def issue(folder: Path, name: str, text: str) -> Trajectory:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read(path)


@pytest.mark.parametrize(
    ("row", "changes"),
    [
        ("K1,Tannery,permissioned,36,12,12,12,0", ()),
        ("K1,Tannery,permissioned,36,0,12,12,12", ("delayed",)),
        ("K1,Tannery,permissioned,36,6,12,12,6", ("delayed",)),
        ("K1,Tannery,permissioned,48,12,12,12,12", ("resized",)),
        ("K1,Tannery,not permissioned,36,12,12,12,0", ("planning status",)),
    ],
)
def test_a_year_that_was_built_as_planned_is_no_change(
    tmp_path: Path, row: str, changes: tuple[str, ...]
) -> None:
    heading = "Site Reference,Site Name,Planning Status,Capacity,Built,2026/27,2027/28,2028/29\n"
    comparison = compare(issue(tmp_path, "a.csv", FIRST), issue(tmp_path, "b.csv", heading + row + "\n"))
    found = comparison.sites[0].changes if comparison.sites else ()
    assert found[: len(changes)] == changes
    assert bool(found) == bool(changes)


def test_a_planning_status_that_changed_is_told(tmp_path: Path) -> None:
    later = FIRST.replace("permissioned", "pending decision")
    (site,) = compare(issue(tmp_path, "a.csv", FIRST), issue(tmp_path, "b.csv", later)).sites
    assert (site.changes, site.statuses) == (("planning status",), ("permissioned", "pending decision"))


def test_a_site_with_more_homes_in_its_last_year_is_resized_and_not_late(tmp_path: Path) -> None:
    def written(name: str, homes: str) -> Trajectory:
        (tmp_path / name).write_text(
            f"Site Reference,Site Name,2025/26,2026/27\nA1,Yard,{homes}\n", encoding="utf-8"
        )
        return read(tmp_path / name)

    before = written("a.csv", "20,20")
    for homes, kinds in (
        ("20,30", ("resized",)),
        ("20,10", ("resized",)),
        ("0,30", ("resized", "delayed")),
        ("35,0", ("resized", "brought forward")),
        ("10,30", ("delayed",)),
    ):
        (site,) = compare(before, written("b.csv", homes)).sites
        assert site.changes == kinds
