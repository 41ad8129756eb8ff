"""Which releases are kept, by the rules of data/release_retention.csv, and the pruning of all others.

Kept whatever the rules say: the release readers see, the one a rollback from it leads to, and the latest. A
stored input goes when no kept release was made from it, nor compared with one that was, and nobody has stored
it for a while.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd

from assets.inputs.input_store import InputStore, StoredInputMissing
from assets.release_history.earlier_releases import PREVIOUS
from assets.release_history.release_folders import current_id, manifest_of, read_manifest, release_ids
from housing_trajectories.findings import BadInput, Finding

ALL_OF_LAST_DAYS, LAST_OF_MONTH = "all_of_last_days", "last_of_month_for_months"
UNUSED_INPUTS, PINNED = "unused_inputs_for_days", "pinned"
_DATE_DIGITS = 16
_FILE = "release_retention.csv"


def moment_of(release: str) -> datetime:
    """When a release was published, from its id (`20261122T044841Z-47b61080`)."""
    return datetime.strptime(release[:_DATE_DIGITS], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def kept(releases: Sequence[str], rules: pd.DataFrame, current: str | None, now: datetime) -> list[str]:
    """Ids of the releases that stay, the oldest first; raises BadInput for a rule without its number."""
    ordered = sorted(releases)
    always = {str(value) for value in rules.loc[rules["rule"] == PINNED, "value"]}
    if ordered:
        always.add(ordered[-1])
    if current in ordered:
        at = ordered.index(current)
        always |= {ordered[at], ordered[max(at - 1, 0)]}
    since = now - timedelta(days=_number(rules, ALL_OF_LAST_DAYS))
    months = _number(rules, LAST_OF_MONTH)
    last_of_month = {moment_of(release).strftime("%Y-%m"): release for release in ordered}
    this_month = now.year * 12 + now.month
    stay = []
    for release in ordered:
        moment = moment_of(release)
        age = this_month - (moment.year * 12 + moment.month)
        of_month = last_of_month[moment.strftime("%Y-%m")] == release and age < months
        if release in always or moment >= since or of_month:
            stay.append(release)
    return stay


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


def prune(outputs: Path, rules: pd.DataFrame, now: datetime) -> tuple[list[str], int]:
    """Remove the releases that no rule keeps, then the inputs nobody needs: ids removed, inputs removed."""
    releases = release_ids(outputs)
    stay = kept(releases, rules, current_id(outputs), now)
    gone = [release for release in releases if release not in stay]
    for release in gone:
        # Out of sight in one step, so that no reader meets half a release.
        hidden = outputs / "releases" / f".gone-{release}"
        (outputs / "releases" / release).replace(hidden)
        shutil.rmtree(hidden)
    store = InputStore(outputs / "inputs")
    since = now - timedelta(days=_number(rules, UNUSED_INPUTS))
    return gone, len(store.prune(_needed(outputs, store), since.timestamp()))


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
