"""The comparison of a release with the last one before it is published, and its entries in the manifest."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

import pandas as pd

from assets.inputs.input_tables import files_of_a_run
from assets.inputs.settings import RunSettings
from assets.inputs.system_totals import system_code
from assets.publication.headlines import headline_rows
from assets.publication.last_release import audit_against_last
from assets.publication.measure_moves import moves_since, sentences
from assets.release_history.earlier_releases import Earlier
from assets.release_history.input_changes import accepted_pairs
from assets.release_history.recorded_series import recorded_until
from assets.release_history.release_changes import TOTAL, inputs_digest
from assets.release_history.sensitivity_table import made_with, standing

Tables = Mapping[str, pd.DataFrame]


def changed_meanwhile(input_files: pd.DataFrame, settings: RunSettings) -> list[str]:
    """A sentence if an input changed after this run first read it: its tables may use two versions of it."""
    read = dict(zip(input_files["id"], input_files["sha256"], strict=True))
    now = {
        name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files_of_a_run(settings).items()
    }
    changed = sorted(name for name in read.keys() | now.keys() if read.get(name) != now.get(name))
    if not changed:
        return []
    more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
    return [f"{changed[0]}{more} changed during the run: run again"]


def audit_past(
    tables: Tables, past: Tables, places: pd.DataFrame, settings: RunSettings, now: datetime
) -> tuple[list[str], list[str]]:
    """What of the release is far from the last one and so told, and what is too far and so refused.

    A release that is made again passed its bounds when it was published; its tables are not compared again.
    """
    names = dict(zip(places["place"], places["place_name"], strict=True))
    previous = Earlier(past["earlier_releases"], settings).previous
    acceptances = past["release_acceptances"]
    wrong = audit_against_last(
        headline_rows(tables), previous, past["release_bounds"], acceptances, names, now.date()
    )
    if wrong or previous is None or settings.history_directory:
        return [], wrong
    found = moves_since(tables, settings.outputs_path / "releases" / str(previous["release"]))
    names |= dict(tables["provider_demand"][["provider", "provider_name"]].itertuples(index=False, name=None))
    causes = tables["release_changes"]["cause"]
    changed = ", ".join(dict.fromkeys(causes[causes != TOTAL])) or "nothing"
    return sentences(found, names, changed, accepted_pairs(acceptances, now.date()), system_code(places))


def facts_of_the_past(tables: Tables, past: Tables, settings: RunSettings) -> dict[str, object]:
    """Entries of the manifest by which later releases compare themselves and this one can be made again."""
    earlier = Earlier(past["earlier_releases"], settings)
    inputs = dict(zip(tables["input_files"]["id"], tables["input_files"]["sha256"], strict=True))
    now = made_with(inputs, settings.code_version, settings.draws, settings.seed)
    listed = past["earlier_releases"]
    return {
        "previous_release": None if earlier.previous is None else earlier.previous["release"],
        "inputs_digest": inputs_digest(inputs),
        "history": dict(zip(listed["id"], listed["sha256"], strict=True)),
        "headlines": headline_rows(tables).to_dict("records"),
        "recorded_until": recorded_until(past["recorded_figures"]),
        "sensitivity": standing(earlier.sensitivity, now),
    }
