"""Running the main job as a user does, in this process, and what a run left behind."""

from __future__ import annotations

import io
import shutil
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from housing_trajectories.terminal import Terminal
from pipelines.__main__ import main
from pipelines.commands import forecast

DRAWS = 24


@dataclass(frozen=True)
class Run:
    """What a run left: its exit code, what stood on the screen, and where its outputs are."""

    exit_code: int
    screen: str
    outputs: Path

    def table(self, name: str) -> pd.DataFrame:
        return pd.read_parquet(self.outputs / "current" / f"{name}.parquet")

    def working_table(self, name: str) -> pd.DataFrame:
        return pd.read_parquet(self.outputs / "tables" / f"{name}.parquet")


def give_fits(run: Run, outputs: Path) -> None:
    """Let a run into `outputs` find what an earlier one fitted, which is kept under a digest of its content.

    Monthly series that are the same are not fitted again, which is a third of a run's work; others are.
    """
    shutil.copytree(run.outputs / "fits", outputs / "fits")


def run_forecast(monkeypatch: pytest.MonkeyPatch, outputs: Path, *arguments: str) -> Run:
    screen = io.StringIO()
    console = Terminal(160, file=screen, soft_wrap=True)
    monkeypatch.setattr(forecast, "Terminal", lambda **_: console)
    for name in ("DAGSTER_HOME", "PLACECAST_DATA", "PLACECAST_TRAJECTORIES"):
        monkeypatch.setenv(name, "")
    code = main(["forecast", "--outputs", str(outputs), "--draws", str(DRAWS), *arguments])
    return Run(code, screen.getvalue(), outputs)
