"""The summary a planner reads at the end of a run. It reads the published release and computes nothing."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console


def print_summary(console: Console, release: Path) -> None:
    """People, homes, services and buildings by place, and where the release is."""
    console.print(f"Release {release.name} in {release.parent}")
