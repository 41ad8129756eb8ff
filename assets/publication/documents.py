"""What people open of a release beside its tables: the workbook, the report, the CSV description."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from assets.publication.csvw import description
from assets.publication.report import page
from assets.publication.workbook import write_workbook
from assets.settings import RunSettings


@dataclass(frozen=True)
class Documents:
    """What documents need beside the released tables: places, scenarios, and draws packed for the report."""

    places: pd.DataFrame
    scenarios: pd.DataFrame
    age_patterns: pd.DataFrame


def write_documents(
    tables: Mapping[str, pd.DataFrame],
    needed: Documents,
    settings: RunSettings,
    checks: list[dict[str, object]],
    folder: Path,
) -> None:
    """Write csv-metadata.json, workbook.xlsx and report.html, the last with STAMP for its number and time."""
    described = json.dumps(description(tables), indent=1, ensure_ascii=False) + "\n"
    (folder / "csv-metadata.json").write_text(described, encoding="utf-8")
    places = needed.places
    system = places.loc[places["kind"] == "system", "place_name"].iloc[0]
    write_workbook(tables, folder / "workbook.xlsx", system, settings.code_version)
    text = page(
        tables,
        places,
        settings,
        checks,
        scenarios=needed.scenarios,
        age_patterns=needed.age_patterns,
    )
    (folder / "report.html").write_text(text, encoding="utf-8")
