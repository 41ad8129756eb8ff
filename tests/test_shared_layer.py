"""Nothing of one area stands in what all areas share: code, templates, tables, scenarios and sources."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
import yaml

from assets.tables.declarations import INPUT_TABLES

AREA = "blmk"
NAMES = re.compile(
    r"\b(luton|bedford\w*|milton keynes|dunstable|leighton|wixams|brooklands|biggleswade|houghton regis"
    r"|bletchley|cranfield|tempsford|northstowe|blmk|RC1|RC9|RD8|QHG|M1J4Y"
    r"|E060000(32|42|55|56)|E54000024|E38000249|two trusts|both trusts|four councils)\b"
    r"|milton_keynes|_blmk|blmk_",
    re.IGNORECASE,
)
CODE = ("assets", "models", "pipelines", "housing_trajectories")
WRITTEN = {".py", ".yaml", ".yml", ".json", ".html", ".j2", ".css", ".js", ".csv", ".txt"}
DEFAULT_AREA = {
    "assets/inputs/defaults.py": "the area a command is for when none is named",
    "housing_trajectories/checks/reference_figures.py": "the area whose plans are held against a file",
    "pipelines/nightly/code_version.py": "trajectories that are inputs and no code",
    "housing_trajectories/__main__.py": "trajectories that ship",
}
"""Modules that may name the folder of the area that ships, and for what."""
OF_ALL_ENGLAND = {"health_boards", "local_authorities"}
"""Tables of every authority and board of England, this area's among them."""


def shared_tables(root: Path) -> list[Path]:
    return [path for path in sorted((root / "data").glob("*.csv")) if path.stem not in OF_ALL_ENGLAND]


def found(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [
        f"{path.name}:{number}: {line[:120]}" for number, line in enumerate(lines, 1) if NAMES.search(line)
    ]


@pytest.mark.parametrize("folder", CODE)
def test_code_and_templates_name_no_area(folder: str, root: Path) -> None:
    paths = [
        path
        for path in sorted((root / folder).rglob("*"))
        if path.suffix in WRITTEN
        and AREA not in path.relative_to(root).parts
        and str(path.relative_to(root)) not in DEFAULT_AREA
    ]
    assert paths
    assert [line for path in paths for line in found(path)] == []


def test_tables_and_scenarios_that_all_areas_share_name_no_area(root: Path) -> None:
    paths = [*shared_tables(root), *sorted((root / "data" / "scenarios").glob("*.yaml"))]
    assert {"assumptions", "mitigation_targets", "skill_mix", "weaknesses"} <= {path.stem for path in paths}
    assert [line for path in paths for line in found(path)] == []


def test_a_source_of_an_area_is_cited_by_that_area_alone(root: Path) -> None:
    blocks = yaml.safe_load((root / "data" / "sources.yaml").read_text(encoding="utf-8"))
    own = {block["id"] for block in blocks if NAMES.search(yaml.safe_dump(block, allow_unicode=True))}
    cited = {table.source_id for table in INPUT_TABLES.values()}
    for path in shared_tables(root):
        frame = pd.read_csv(path)
        if "source_id" in frame:
            cited |= set(frame["source_id"].dropna())
    assert own & cited == set()


def test_what_an_area_says_itself_replaces_a_row_or_adds_one_of_its_own(root: Path) -> None:
    shared = pd.read_csv(root / "data" / "assumptions.csv").set_index("id")
    local = pd.read_csv(root / "data" / "areas" / AREA / "assumptions.csv").set_index("id")
    assert not local.index.duplicated().any()
    assert set(local.index) <= set(shared.index), "a row that replaces none is asked for by nobody"
    assert (local["tables"] == shared.loc[local.index, "tables"]).all()
