"""One real run of the main job, shared by every journey, and a way to try another with an input spoilt."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from pipelines.nightly.last_run import NAME as LAST_RUN
from tests.conftest import ROOT
from tests.journeys.report_page import ARGUMENTS, CHROMIUM
from tests.journeys.running import Run, run_forecast
from tests.shipped import DATA


@pytest.fixture(scope="session")
def main_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The main job on the real figures, with fewer draws than by default.

    Where several processes share the tests, the first to ask makes the run and each reads a copy of its own,
    so that what a test leaves in the outputs meets no test of another process.
    """
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return _made(tmp_path_factory.mktemp("main_run"))
    shared = tmp_path_factory.getbasetemp().parent / "main_run"
    screen = shared / "screen.txt"
    with FileLock(f"{shared}.lock"):
        if not screen.exists():
            # What a run that failed left behind is none to copy.
            shutil.rmtree(shared, ignore_errors=True)
            screen.write_text(_made(shared / "outputs").screen, encoding="utf-8")
    outputs = tmp_path_factory.mktemp("main_run") / "outputs"
    shutil.copytree(shared / "outputs", outputs, symlinks=True)
    record = outputs / LAST_RUN
    kept = record.read_text(encoding="utf-8")
    record.write_text(kept.replace(str(shared / "outputs"), str(outputs)), encoding="utf-8")
    return Run(0, screen.read_text(encoding="utf-8"), outputs)


def _made(outputs: Path) -> Run:
    with pytest.MonkeyPatch.context() as monkeypatch:
        run = run_forecast(monkeypatch, outputs)
    assert run.exit_code == 0, run.screen
    return run


@pytest.fixture
def run_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Mapping[str, Callable[[str], str | None]]], Run]:
    """Runs the job on a copy of the inputs in which some files are changed, or removed by returning None."""

    def run(changes: Mapping[str, Callable[[str], str | None]]) -> Run:
        folders = {
            "data": DATA,
            "trajectories": ROOT / "housing_trajectories" / "blmk",
        }
        for name, source in folders.items():
            shutil.copytree(source, tmp_path / name)
        for name, change in changes.items():
            path = tmp_path / name
            text = change(path.read_text(encoding="utf-8"))
            if text is None:
                path.unlink()
            else:
                path.write_text(text, encoding="utf-8")
        outputs = tmp_path / "outputs"
        earlier = outputs / "releases" / "earlier"
        if not earlier.exists():
            earlier.mkdir(parents=True)
            (outputs / "current").symlink_to(Path("releases") / "earlier")
        return run_forecast(
            monkeypatch,
            outputs,
            "--data",
            str(tmp_path / "data"),
            "--trajectories",
            str(tmp_path / "trajectories"),
        )

    return run


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if not Path(CHROMIUM).exists():
        pytest.skip("needs a Chromium (PLACECAST_CHROMIUM), which is not here")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()
