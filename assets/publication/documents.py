"""What people open of a release beside its tables: the workbook, the report, the CSV description."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from assets.inputs.settings import RunSettings
from assets.publication.csvw import description
from assets.publication.report.report_page import page

_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Documents:
    """What documents need beside the released tables: places, scenarios, and draws packed for the report."""

    places: pd.DataFrame
    scenarios: pd.DataFrame
    age_patterns: pd.DataFrame


class WorkbookWriter:
    """A process that writes a release's workbook while its other files are written, on the other core."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def begin(self, tables: Iterable[str], needed: Documents, settings: RunSettings, folder: Path) -> None:
        """Have workbook.xlsx written from the Parquet files of `tables`, which are in the folder by now."""
        places = needed.places
        system = places.loc[places["kind"] == "system", "place_name"].iloc[0]
        order = {
            "folder": str(folder.resolve()),
            "tables": list(tables),
            "system_name": system,
            "code_version": settings.code_version,
        }
        assert self._process.stdin is not None
        # One that has ended already has said why, which `finish` passes on.
        with suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()

    def finish(self) -> None:
        """Wait for it. Raises RuntimeError with what the process said last if it failed."""
        _, said = self._process.communicate()
        if self._process.returncode != 0:
            raise RuntimeError(f"the workbook was not written: {said.strip().splitlines()[-1:]}")


_READY: list[subprocess.Popen[str]] = []
"""A process that was started ahead and that no release has taken yet; it ends with this one."""


def prepare_workbook_writer() -> None:
    """Start a writer ahead of the release that will take it: it gets ready while the other core is idle."""
    if not _READY:
        _READY.append(_start())


@contextmanager
def workbook_writer() -> Iterator[WorkbookWriter]:
    """A writer, the one that was prepared if there is one; its process does not outlive the block.

    A workbook takes as long as everything else of a release together.
    """
    process = _READY.pop() if _READY and _READY[0].poll() is None else _start()
    try:
        yield WorkbookWriter(process)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def _start() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "assets.publication.workbook"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        cwd=_ROOT,
    )


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
