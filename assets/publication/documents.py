"""The documents of a release besides its tables: the workbook, the report, the CSV description."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path

import pandas as pd

from assets.inputs.settings import RunSettings
from assets.publication.csvw import description
from assets.publication.report.maps.map_shown import Geography
from assets.publication.report.report_page import page
from assets.publication.side_process import SIDE_PROCESS
from assets.publication.workbook import write_from_files


@dataclass(frozen=True)
class Documents:
    """What documents need beside the released tables, each field a table of its name.

    Places, scenarios, draws packed for the report, and where small areas, sites and buildings are.
    """

    places: pd.DataFrame
    scenarios: pd.DataFrame
    age_patterns: pd.DataFrame
    small_area_boundaries: pd.DataFrame
    neighbourhoods: pd.DataFrame
    site_neighbourhoods: pd.DataFrame
    practice_places: pd.DataFrame
    hub_positions: pd.DataFrame

    @property
    def geography(self) -> Geography:
        """The tables that the report's map is drawn from."""
        return Geography(**{field.name: getattr(self, field.name) for field in fields(Geography)})


FOR_DOCUMENTS = tuple(field.name for field in fields(Documents))


class WorkbookWriter:
    """Has a release's workbook written in the side process while its other files are written here."""

    def __init__(self) -> None:
        self._begun: Future[None] | None = None

    def begin(self, tables: Iterable[str], needed: Documents, settings: RunSettings, folder: Path) -> None:
        """Have workbook.xlsx written from the Parquet files of `tables`, which are in the folder by now."""
        places = needed.places
        system = places.loc[places["kind"] == "system", "place_name"].iloc[0]
        self._begun = SIDE_PROCESS.do(write_from_files, folder, list(tables), system, settings.code_version)

    def finish(self) -> None:
        """Wait for it. Raises RuntimeError with the reason where it was not written."""
        assert self._begun is not None
        try:
            self._begun.result()
        except Exception as error:
            raise RuntimeError(f"the workbook was not written: {error}") from error


@contextmanager
def workbook_writer() -> Iterator[WorkbookWriter]:
    """A writer that writes nothing any more after the block.

    A workbook takes as long as everything else of a release together.
    """
    writer = WorkbookWriter()
    try:
        yield writer
    finally:
        if writer._begun is not None:
            wait([writer._begun])


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
        geography=needed.geography,
    )
    (folder / "report.html").write_text(text, encoding="utf-8")
