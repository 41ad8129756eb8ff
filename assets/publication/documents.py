"""What people open of a release beside its tables: the workbook, the report, the CSV description."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from assets.publication.csvw import description
from assets.publication.report import page
from assets.settings import RunSettings

_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Documents:
    """What documents need beside the released tables: places, scenarios, and draws packed for the report."""

    places: pd.DataFrame
    scenarios: pd.DataFrame
    age_patterns: pd.DataFrame


@contextmanager
def workbook_meanwhile(
    tables: Iterable[str], needed: Documents, settings: RunSettings, folder: Path
) -> Iterator[None]:
    """Write workbook.xlsx from the folder's Parquet files in a process of its own while the block goes on.

    A workbook takes as long as everything else of a release together. Raises RuntimeError with what that
    process said last if it fails; it does not outlive the block.
    """
    places = needed.places
    system = places.loc[places["kind"] == "system", "place_name"].iloc[0]
    order = {"tables": list(tables), "system_name": system, "code_version": settings.code_version}
    process = subprocess.Popen(
        [sys.executable, "-m", "assets.publication.workbook", str(folder.resolve()), json.dumps(order)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        cwd=_ROOT,
    )
    try:
        yield
        _, said = process.communicate()
        if process.returncode != 0:
            raise RuntimeError(f"the workbook was not written: {said.strip().splitlines()[-1:]}")
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def write_documents(
    tables: Mapping[str, pd.DataFrame],
    needed: Documents,
    settings: RunSettings,
    checks: list[dict[str, object]],
    folder: Path,
) -> None:
    """Write csv-metadata.json and report.html, the latter with STAMP for its number and time."""
    described = json.dumps(description(tables), indent=1, ensure_ascii=False) + "\n"
    (folder / "csv-metadata.json").write_text(described, encoding="utf-8")
    text = page(
        tables,
        needed.places,
        settings,
        checks,
        scenarios=needed.scenarios,
        age_patterns=needed.age_patterns,
    )
    (folder / "report.html").write_text(text, encoding="utf-8")
