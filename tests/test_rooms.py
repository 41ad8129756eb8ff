"""The shape of the project: small folders that say what belongs in them, and no name for two things."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

from tests.conftest import LONGEST

PACKAGES = ("assets", "benchmarks", "housing_trajectories", "models", "pipelines")
MOST_MODULES = 20
MOST_LINES = 450


def modules(root: Path) -> list[Path]:
    return [path for package in PACKAGES for path in sorted((root / package).rglob("*.py"))]


def test_no_folder_and_no_file_is_too_large_to_take_in(root: Path) -> None:
    sizes = Counter(path.parent for path in modules(root))
    assert {folder: size for folder, size in sizes.items() if size > MOST_MODULES} == {}
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in modules(root)}
    assert {path: size for path, size in lines.items() if size > MOST_LINES} == {}


def test_no_two_modules_and_no_two_classes_have_one_name(root: Path) -> None:
    # A command is a module of its own, named as it is typed.
    files = Counter(
        path.stem
        for path in modules(root)
        if not path.stem.startswith("__") and path.parent.name != "commands"
    )
    assert [name for name, times in files.items() if times > 1] == []
    classes = Counter(
        node.name
        for path in modules(root)
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    assert [name for name, times in classes.items() if times > 1] == []


def test_every_folder_says_what_belongs_in_it(root: Path) -> None:
    for folder in {path.parent for path in modules(root)}:
        said = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8")))
        assert said, folder
        assert len(said.splitlines()) > 2, f"{folder} does not say what does not belong in it"


def test_the_page_of_faults_names_tests_that_there_are(root: Path) -> None:
    page = (root / "docs" / "faults.md").read_text(encoding="utf-8")
    named = set(re.findall(r"[a-z_/]*test_[a-z_]+", page))
    assert len(named) > 20
    assert [name for name in sorted(named) if not (root / "tests" / f"{name}.py").is_file()] == []


def test_the_modules_that_the_suite_begins_with_are_there(root: Path) -> None:
    assert [name for name in LONGEST if not (root / "tests" / name).is_file()] == []
