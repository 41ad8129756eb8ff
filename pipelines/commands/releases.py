"""`releases`: which releases there are, and the way back.

A rollback moves no file: `outputs/current` leads to another release from one moment to the next. The next run
publishes forward again and is compared with the release readers then see.
"""

from __future__ import annotations

from pathlib import Path

import click

from assets.release_history.release_folders import (
    Manifest,
    NoSuchRelease,
    changed_inputs,
    current_id,
    folder_of,
    manifest_of,
    release_ids,
)
from housing_trajectories.terminal import Table, Terminal
from pipelines.commands.options import outputs_option

_NAMED = 3
"""Changed inputs that are named; of more the number is given."""


@click.group()
def command() -> None:
    """List the releases there are, or lead readers back to one.

    Ends with exit code 1 and one message where it cannot be done.
    """


@command.command("list")
@outputs_option
def list_releases(outputs: Path) -> int:
    """Every release, the latest first: what changed, its headlines."""
    console = Terminal(180, soft_wrap=True)
    try:
        _list(console, outputs)
    except NoSuchRelease as error:
        console.print(str(error))
        return 1
    return 0


@command.command("rollback")
@click.argument("release", required=False)
@outputs_option
def roll_back(release: str | None, outputs: Path) -> int:
    """Lead readers back to RELEASE, or to the one before the current one. Moves no file."""
    console = Terminal(180, soft_wrap=True)
    try:
        console.print(rollback(outputs, release))
    except NoSuchRelease as error:
        console.print(str(error))
        return 1
    return 0


def rollback(outputs: Path, release: str | None = None) -> str:
    """Point readers at an earlier release, or at the one named, and say so; raises NoSuchRelease.

    Where they see none, as after a restore, the last release there is counts as the one before.
    """
    from assets.publication.release_stage import point_current_at
    from assets.release_history.shared_files import unpack

    current = current_id(outputs)
    there = release_ids(outputs)
    if release is None:
        before = [each for each in there if current is None or each < current]
        if not before:
            raise NoSuchRelease(
                f"there is no release before {current}: nothing was changed"
                if current
                else "there is no release yet: nothing was changed"
            )
        release = before[-1]
    folder = folder_of(outputs, release)
    if release == current:
        return f"{release} is the current release already: nothing was changed."
    try:
        unpack(folder)
    except OSError as error:
        raise NoSuchRelease(f"{release} cannot be unpacked, {error.strerror}: nothing was changed") from None
    point_current_at(outputs, folder)
    unpack(folder)  # once more: a night that ended meanwhile did not know where readers are led
    former = f"before, it was {current}, which is kept" if current else "before, it pointed to no release"
    return (
        f"Readers of {outputs / 'current'} now see {release}; {former}. The next run publishes a new release."
    )


def _list(console: Terminal, outputs: Path) -> None:
    there = release_ids(outputs)
    if not there:
        raise NoSuchRelease(f"there is no release in {outputs / 'releases'} yet: make forecast")
    current = current_id(outputs)
    manifests = {release: manifest_of(outputs, release) for release in there}
    system, year = _shown(manifests[there[-1]])
    shown = Table(title=f"Releases in {outputs}, the latest first", title_justify="left")
    names = [str(row["headline"]) for row in _rows(manifests[there[-1]], system, year)]
    for heading in ("", "release", "published (UTC)", "draws", "changed since the release before"):
        shown.add_column(heading, no_wrap=heading in ("release", "published (UTC)"))
    for name in names:
        shown.add_column(f"{name.replace('_', ' ')} {year}", justify="right")
    before = dict(zip(there[1:], there, strict=False))
    for release in reversed(there):
        manifest = manifests[release]
        values = {row["headline"]: row["principal"] for row in _rows(manifest, system, year)}
        shown.add_row(
            "→" if release == current else "",
            release,
            str(manifest["published_at"])[:16].replace("T", " "),
            str(manifest["draws"]),
            _changes(manifests[before[release]], manifest) if release in before else "the first here",
            *(f"{values[name]:,.0f}" if name in values else "" for name in names),
        )
    console.print(shown)
    console.print("→ what readers see. Figures are of the whole system, principal run, scenario local_plan.")


def _shown(manifest: Manifest) -> tuple[str, int]:
    """The system's code and the middle one of the years of the headlines."""
    rows = manifest.get("headlines", [])
    if not rows:
        return "", 0
    largest = max((row for row in rows if row["headline"] == "population"), key=lambda row: row["principal"])
    years = sorted({int(row["year"]) for row in rows})
    return str(largest["place"]), years[len(years) // 2]


def _rows(manifest: Manifest, system: str, year: int) -> list[dict[str, object]]:
    return [
        row for row in manifest.get("headlines", []) if row["place"] == system and int(row["year"]) == year
    ]


def _changes(before: Manifest, after: Manifest) -> str:
    files = [name.removeprefix("data/") for name in changed_inputs(before, after)]
    named = ", ".join(files[:_NAMED]) + (f" and {len(files) - _NAMED} more" if len(files) > _NAMED else "")
    code = "the code" if before["code_version"] != after["code_version"] else ""
    return "; ".join(part for part in (code, named) if part) or "nothing"
