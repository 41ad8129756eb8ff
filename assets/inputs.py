"""The inputs stage: one asset a declared input table, checked cell by cell as it is read.

Council trajectories are read by the housing stage. No later stage reads a file that was read here.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import dagster as dg
import pandas as pd
import yaml

from assets.reading import read_table
from assets.registry import INPUT_TABLES
from assets.registry.declaration import Table
from assets.registry.inputs import SOURCES
from assets.scenarios import load_scenarios, scenario_table
from assets.settings import RunSettings
from housing_trajectories.findings import BadInput, Finding


def _known_places(settings: RunSettings) -> list[str]:
    places = read_table(INPUT_TABLES["places"], settings.data_path / "places.csv", places=None)
    return list(places["place"])


def _input_asset(table: Table) -> dg.AssetsDefinition:
    @dg.asset(name=table.name, group_name="inputs", description=table.description, kinds={"csv"})
    def read(settings: RunSettings) -> pd.DataFrame:
        return read_table(table, settings.data_path / f"{table.name}.csv", _known_places(settings))

    return read


input_assets = [_input_asset(table) for table in INPUT_TABLES.values()]


@dg.asset(group_name="inputs", kinds={"yaml"})
def sources(settings: RunSettings) -> pd.DataFrame:
    """Every source: what was published, by whom, in which release, under which licence."""
    path = settings.data_path / "sources.yaml"
    try:
        blocks = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadInput([Finding(path.name, None, None, "no such file", "a list of sources")]) from None
    names = SOURCES.column_names
    for block in blocks:
        unknown = set(block) ^ set(names)
        if unknown:
            raise BadInput(
                [Finding(path.name, None, str(block.get("id")), f"{sorted(unknown)}", ", ".join(names))]
            )
    frame = pd.DataFrame([{name: str(block[name]) for name in names} for block in blocks], dtype="str")
    repeated = frame.loc[frame["id"].duplicated(), "id"]
    if len(repeated):
        raise BadInput([Finding(path.name, None, "id", repeated.iloc[0], "each source once")])
    return frame.sort_values("id", ignore_index=True)


@dg.asset(group_name="inputs", kinds={"yaml"})
def scenarios(settings: RunSettings) -> pd.DataFrame:
    """The scenarios of the run, each with its whole definition, the principal one first."""
    return scenario_table(load_scenarios(settings.data_path / "scenarios"))


@dg.asset(group_name="inputs")
def input_files(settings: RunSettings) -> pd.DataFrame:
    """Every file the run reads, with its hash, so that a reader can tell which inputs made a table."""
    rows = [
        _file_row(f"{folder.name}/{path.relative_to(folder).as_posix()}", path)
        for folder in (settings.data_path, settings.trajectories_path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in (".csv", ".yaml", ".xlsx")
    ]
    return pd.DataFrame(rows).astype({"size_bytes": "int64"}).sort_values("id", ignore_index=True)


def _file_row(identifier: str, path: Path) -> dict[str, object]:
    content = path.read_bytes()
    table = INPUT_TABLES.get(path.stem)
    return {
        "id": identifier,
        "table": table.name if table else None,
        "sha256": hashlib.sha256(content).hexdigest(),
        "size_bytes": len(content),
        "source_id": (table.source_id or None) if table else None,
    }
