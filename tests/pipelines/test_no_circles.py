"""No module of pipelines imports one that imports it, not even within a function."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest


def modules_imported(root: Path, room: str) -> dict[str, set[str]]:
    """Module → modules of the room that it imports anywhere in it."""
    paths = {path.relative_to(root).with_suffix("").as_posix().replace("/", "."): path
             for path in (root / room).rglob("*.py")}  # fmt: skip
    found: dict[str, set[str]] = {}
    for name, path in paths.items():
        named: set[str] = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                named |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        found[name] = named & (paths.keys() - {name})
    return found


def test_pipelines_has_no_circle_of_imports(root: Path) -> None:
    graph = modules_imported(root, "pipelines")
    assert "pipelines.definitions" in graph["pipelines.in_process"], "imports within functions count"
    list(TopologicalSorter(graph).static_order())


def test_a_circle_through_a_function_is_seen(tmp_path: Path) -> None:
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "a.py").write_text("from room import b\n", encoding="utf-8")
    (tmp_path / "room" / "b.py").write_text("def f():\n    from room.a import x\n", encoding="utf-8")
    with pytest.raises(CycleError):
        list(TopologicalSorter(modules_imported(tmp_path, "room")).static_order())
