"""The rooms import one way: pipelines → assets → housing_trajectories, models; models imports no other."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOMS = ("pipelines", "assets", "housing_trajectories", "models")
ALLOWED = {
    "pipelines": {"pipelines", "assets", "housing_trajectories", "models"},
    "assets": {"assets", "housing_trajectories", "models"},
    "housing_trajectories": {"housing_trajectories"},
    "models": {"models"},
}
NEVER = {
    "models": {"dagster", "great_expectations"},
    "housing_trajectories": {"dagster", "great_expectations"},
}


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path} imports relatively"
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_stands_below_it(root: Path, room: str) -> None:
    for path in (root / room).rglob("*.py"):
        names = imported(path)
        assert names & set(ROOMS) <= ALLOWED[room], f"{path.relative_to(root)} imports upwards"
        assert not names & NEVER.get(room, set()), f"{path.relative_to(root)} imports {names & NEVER[room]}"


def test_the_scan_sees_an_import_that_goes_the_wrong_way(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text("def f():\n    from assets.inputs.input_tables import sources\n", encoding="utf-8")
    assert imported(wrong) == {"assets"}
