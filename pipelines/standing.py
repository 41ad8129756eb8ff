"""How things stand before a night: inputs, code, working tables and release beside the last successful run.

Only the standard library and the project's digests: a night without news ends here, after a second.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

from assets.input_hashes import input_hashes
from pipelines.code_versions import project_version
from pipelines.last_run import LastRun, environment, tables_that_differ
from pipelines.night_plan import Now


def look(outputs: Path, data: Path, trajectories: Path, draws: int, seed: int, record: LastRun | None) -> Now:
    """How things stand now under these folders, for a run with these draws from this seed."""
    return Now(
        files=input_hashes(data, trajectories),
        environment=environment(),
        project=project_version(),
        draws=draws,
        seed=seed,
        places=place_codes(data),
        tables_that_differ=tables_that_differ(record, outputs / "tables") if record else (),
        release_is_whole=record is None or release_is_whole(outputs / "releases" / record.release),
        current_is_there=(outputs / "current" / "manifest.json").is_file(),
    )


def place_codes(data: Path) -> list[str]:
    """GSS codes of the councils in places.csv, sorted; none where it cannot be read: a run refuses it."""
    try:
        with (data / "places.csv").open(encoding="utf-8-sig", newline="") as file:
            return sorted(
                row["place"].strip() for row in csv.DictReader(file) if row["kind"].strip() == "place"
            )
    except (OSError, UnicodeDecodeError, KeyError, AttributeError, csv.Error):
        return []


def trajectory_files(data: Path) -> dict[str, str]:
    """Council's GSS code → the name of its trajectory file, as places.csv has it."""
    with (data / "places.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"].strip() == "place"]
    return {row["place"].strip(): row["trajectory_file"].strip() for row in rows}


def release_is_whole(folder: Path) -> bool:
    """Whether a release has its manifest and every table it names."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        return all((folder / f"{name}.parquet").is_file() for name in manifest["tables"])
    except (OSError, ValueError, KeyError, TypeError):
        return False
