"""Which releases are kept, by the rules of data/release_retention.csv, and the pruning of all others.

Days and months are those in which releases were published, so that nothing goes because a clock jumped: a
month without a release, or with a clock that is a month ahead, ages none. Kept whatever the rules say: the
release readers see, the one a rollback from it leads to, and the latest. A stored input goes when no kept
release was made from it, nor compared with one that was, and nobody has stored it for a while. What is no
whole release is never touched.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from assets.inputs.input_store import InputStore, StoredInputMissing
from assets.release_history.earlier_releases import PREVIOUS
from assets.release_history.release_folders import (
    FOREIGN,
    current_id,
    manifest_of,
    moment_of,
    not_releases,
    read_manifest,
    release_ids,
)
from housing_trajectories.findings import BadInput, Finding

ALL_OF_LAST_DAYS, LAST_OF_MONTH = "all_of_last_days", "last_of_month_for_months"
UNUSED_INPUTS, PINNED = "unused_inputs_for_days", "pinned"
_DAY_DIGITS, _MONTH_DIGITS = 8, 6
"""Of an id: its day, its month."""
_FILE = "release_retention.csv"


def kept(releases: Sequence[str], rules: pd.DataFrame, current: str | None) -> list[str]:
    """Ids of the releases that stay, the oldest first; raises BadInput for a rule without its number."""
    ordered = sorted(releases)
    stay = {str(value) for value in rules.loc[rules["rule"] == PINNED, "value"]}
    stay |= _always(ordered, current)
    stay |= set(_of_last_days(ordered, _number(rules, ALL_OF_LAST_DAYS)))
    last_of_month = {release[:_MONTH_DIGITS]: release for release in ordered}
    months = sorted(last_of_month, reverse=True)[: _number(rules, LAST_OF_MONTH)]
    stay |= {last_of_month[month] for month in months}
    return [release for release in ordered if release in stay]


def readable(outputs: Path) -> set[str]:
    """The releases that readers are led to, or may be by the next rollback, and the latest."""
    return _always(release_ids(outputs), current_id(outputs))


def _always(ordered: Sequence[str], current: str | None) -> set[str]:
    stay = set(ordered[-1:])
    if current in ordered:
        at = ordered.index(current)
        stay |= {ordered[at], ordered[max(at - 1, 0)]}
    return stay


def _of_last_days(ordered: Sequence[str], days: int) -> list[str]:
    """The releases of the last so many days on which there was one."""
    last = sorted({release[:_DAY_DIGITS] for release in ordered}, reverse=True)[:days]
    return [release for release in ordered if release[:_DAY_DIGITS] in last]


def _number(rules: pd.DataFrame, rule: str) -> int:
    values = list(rules.loc[rules["rule"] == rule, "value"])
    if len(values) != 1 or not str(values[0]).isdecimal():
        found = ", ".join(map(str, values)) or "no row"
        raise BadInput([Finding(_FILE, None, f"rule {rule}", found, "one row with a whole number")])
    return int(values[0])


def require_rules(rules: pd.DataFrame) -> None:
    """Raise BadInput for a rule without its number, before anything rests on it."""
    for rule in (ALL_OF_LAST_DAYS, LAST_OF_MONTH, UNUSED_INPUTS):
        _number(rules, rule)


def prune(outputs: Path, rules: pd.DataFrame) -> tuple[list[str], int]:
    """Remove the releases that no rule keeps, then the inputs nobody needs: ids removed, inputs removed."""
    releases = release_ids(outputs)
    recent = _of_last_days(releases, _number(rules, UNUSED_INPUTS))
    stay = kept(releases, rules, current_id(outputs))
    gone = [release for release in releases if release not in stay]
    for release in gone:
        # Out of sight in one step, so that no reader meets half a release.
        hidden = outputs / "releases" / f".gone-{release}"
        (outputs / "releases" / release).replace(hidden)
        shutil.rmtree(hidden)
    # Which inputs a release needs whose manifest is spoilt cannot be known until that is mended.
    unknown = any(why != FOREIGN for why in not_releases(outputs).values())
    if unknown or not recent or recent[0] == releases[0]:
        return gone, 0
    store = InputStore(outputs / "inputs")
    return gone, len(store.prune(_needed(outputs, store), moment_of(recent[0]).timestamp()))


def _needed(outputs: Path, store: InputStore) -> set[str]:
    needed: set[str] = set()
    for release in release_ids(outputs):
        manifest = manifest_of(outputs, release)
        history = manifest.get("history", {})
        needed |= set(manifest["inputs"].values()) | set(history.values())
        if PREVIOUS in history:
            try:
                needed |= set(read_manifest(store.read(history[PREVIOUS]))["inputs"].values())
            except StoredInputMissing:
                # What is gone already needs no keeping; making the release again says so.
                continue
    return needed
