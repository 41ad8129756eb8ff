"""The list of sources is refused in one sentence, whatever is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from assets.inputs.defaults import SHARED_DATA
from assets.inputs.source_list import SOURCES, read_source_list
from assets.tables.declarations import TABLES
from housing_trajectories.findings import BadInput


def block(name: str = "one", **other: str) -> dict[str, str]:
    return {**{field: f"{field} of {name}" for field in TABLES["sources"].column_names}, "id": name, **other}


def read(folder: Path, content: object) -> dict[str, dict[str, str]]:
    path = folder / SOURCES
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(content), encoding="utf-8")
    return read_source_list(path)


def test_the_projects_own_list_is_read_whole() -> None:
    text = (SHARED_DATA / SOURCES).read_text(encoding="utf-8")
    assert len(read_source_list(SHARED_DATA / SOURCES)) == text.count("\n- id:") + text.startswith("- id:")


def test_blocks_keep_their_order_and_numbers_become_text(tmp_path: Path) -> None:
    found = read(tmp_path, [block("b", release=2024), block("a")])  # type: ignore[arg-type]
    assert list(found) == ["b", "a"]
    assert found["b"]["release"] == "2024"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("- id: [", "a YAML list of sources"),
        ("id: one", "found dict"),
        ("- one", "a YAML list of blocks"),
        ([block(colour="red")], "found block one lacks no field; fields of no meaning: colour"),
        ([{"id": "one", "title": "t"}], "found block one lacks publisher, series, release"),
        ([{**block(), "licence": None}, block("two"), block("two")], "found two; expected each source once"),
    ],
)
def test_a_list_that_is_none_is_refused(tmp_path: Path, content: object, said: str) -> None:
    with pytest.raises(BadInput, match=r"sources\.yaml") as error:
        read(tmp_path, content)
    assert said in str(error.value)


def test_no_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"sources\.yaml: found no such file"):
        read_source_list(tmp_path / SOURCES)
