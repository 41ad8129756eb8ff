"""The list of sources, sources.yaml: one block a source, read and refused in one place."""

from __future__ import annotations

from pathlib import Path

import yaml

from assets.areas.area_folder import SAFE_LOADER
from assets.tables.declarations import TABLES
from housing_trajectories.findings import BadInput, Finding, inert

SOURCES = "sources.yaml"


def read_source_list(path: Path) -> dict[str, dict[str, str]]:
    """Blocks of a list of sources by id, in their order, every field as text.

    Raises BadInput where there is no such file, it is no YAML list of blocks, a block has other fields than
    the table sources, or an id stands twice.
    """
    fields = TABLES["sources"].column_names
    try:
        blocks = yaml.load(path.read_text(encoding="utf-8"), Loader=SAFE_LOADER)  # noqa: S506  # safe, as its name says
    except FileNotFoundError:
        raise _refused(None, "no such file", "a list of sources") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise _refused(None, str(error), "a YAML list of sources") from None
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise _refused(None, f"{type(blocks).__name__}", "a YAML list of blocks, one a source")
    found: dict[str, dict[str, str]] = {}
    for block in blocks:
        name = inert(str(block.get("id")), 60)
        if set(block) != set(fields):
            lacking = ", ".join(field for field in fields if field not in block) or "no field"
            other = inert(", ".join(sorted(str(each) for each in set(block) - set(fields))), 200) or "none"
            found_there = f"block {name} lacks {lacking}; fields of no meaning: {other}"
            raise _refused(None, found_there, ", ".join(fields))
        if block["id"] in found:
            raise _refused("id", name, "each source once")
        found[str(block["id"])] = {field: str(block[field]) for field in fields}
    return found


def _refused(column: str | None, found: str, expected: str) -> BadInput:
    return BadInput([Finding(SOURCES, None, column, found, expected)])
