"""Two published runs side by side: scenarios of one release, or of two releases, by their kept draws."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from assets.inputs.scenarios import PRINCIPAL
from assets.release_history.release_folders import (
    NoSuchRelease,
    current_id,
    folder_of,
    manifest_of,
    no_release,
    release_ids,
)
from assets.scenarios_compared.scenario_differences import side_by_side, with_draws
from assets.tables.parquet import Spoilt, read_frame

CURRENT, LAST = "current", "last"
"""Names of releases beside their ids: the one readers see, and the one published before it."""
_TABLE = "headline_draws"


class CannotCompare(Exception):
    """What was asked for cannot be compared; the message is one sentence."""


@dataclass(frozen=True)
class ComparedRun:
    """A scenario of a release, with its rows of headline_draws and what its draws are common with."""

    release: str
    scenario: str
    seed: int
    draws: int
    code_version: str
    rows: pd.DataFrame

    @property
    def name(self) -> str:
        """How it is asked for."""
        return f"{self.release}:{self.scenario}"


@dataclass(frozen=True)
class RunsCompared:
    """Rows of both runs side by side, and sentences that a reader of them needs."""

    ours: ComparedRun
    theirs: ComparedRun
    rows: pd.DataFrame
    notes: list[str]


def compared(outputs: Path, ours: str, theirs: str) -> RunsCompared:
    """Ours less theirs, by area, quantity and year.

    Each is a scenario of the current release, a release (its principal scenario), or release:scenario; a
    release is an id, `current` or `last`. Raises CannotCompare for what is not there.
    """
    one, other = _run(outputs, ours), _run(outputs, theirs)
    why_not = _not_common(one, other)
    rows = side_by_side(with_draws(one.rows), with_draws(other.rows), common=not why_not)
    if rows.empty:
        raise CannotCompare(f"{one.name} and {other.name} have no area and quantity in common")
    notes = [why_not] if why_not else []
    if one.release != other.release:
        if one.code_version != other.code_version:
            notes.append(
                f"Code {one.code_version} and {other.code_version}: the difference holds what changed in the "
                "model too; `release_changes` splits it by cause."
            )
        left = len(one.rows) + len(other.rows) - 2 * len(rows)
        if left:
            notes.append(f"{left} rows are of one of the two releases alone and are left out.")
    return RunsCompared(one, other, rows, notes)


def _not_common(ours: ComparedRun, theirs: ComparedRun) -> str:
    """Why the draws of both are not common, in a sentence; nothing where they are."""
    if (ours.seed, ours.draws) == (theirs.seed, theirs.draws):
        return ""
    return (
        f"The interval of the difference is not known: {ours.release} has {ours.draws} draws of seed "
        f"{ours.seed}, {theirs.release} {theirs.draws} of seed {theirs.seed}, so their draws are not common."
    )


def _run(outputs: Path, asked: str) -> ComparedRun:
    release, scenario = _release_and_scenario(outputs, asked)
    try:
        manifest = manifest_of(outputs, release)
        path = folder_of(outputs, release) / f"{_TABLE}.parquet"
        if not path.is_file():
            raise CannotCompare(
                f"{release} holds no table {_TABLE}: it was published before releases kept their draws"
            )
        table = read_frame(path)
    except (NoSuchRelease, Spoilt) as error:
        raise CannotCompare(str(error)) from None
    rows = table[table["scenario"] == scenario]
    if rows.empty:
        there = ", ".join(sorted(set(table["scenario"])))
        raise CannotCompare(
            f"{scenario!r} is neither a scenario of {release} nor a release; its scenarios are {there}"
        )
    return ComparedRun(
        release,
        scenario,
        int(manifest["seed"]),
        int(manifest["draws"]),
        str(manifest["code_version"]),
        rows.reset_index(drop=True),
    )


def _release_and_scenario(outputs: Path, asked: str) -> tuple[str, str]:
    name, colon, scenario = asked.partition(":")
    there = release_ids(outputs)
    current = current_id(outputs)
    if current is None:
        raise CannotCompare(no_release(outputs))
    if name == LAST:
        before = [each for each in there if each < current]
        if not before:
            raise CannotCompare(f"there is no release before {current}")
        name = before[-1]
    elif name == CURRENT:
        name = current
    elif name not in there:
        if colon:
            latest = ", ".join(there[-3:])
            raise CannotCompare(f"there is no release {name!r}; the latest are {latest}")
        return current, name
    return name, scenario or PRINCIPAL
