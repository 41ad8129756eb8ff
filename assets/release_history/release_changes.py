"""Changes since the previous release, by input file and code.

Causes are let in one after another in the order in which the chain uses them: first the code, on the inputs
of the release before; then each changed input file. The figures between are principal runs made again in
memory (assets/release_history/replay.py); the last cause ends at this release's own figures, so causes add
up to the whole, and a single cause needs no run at all. Method: docs/method/what_changed.md.

Asset modules do without postponed annotations: Dagster reads the type of `context` as it stands.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import dagster as dg
import numpy as np
import pandas as pd

from assets.inputs.input_store import InputStore, StoredInputMissing
from assets.inputs.settings import RunSettings
from assets.publication.headlines import HEADLINES, headline_rows
from assets.release_history.change_causes import CODE, JOINT, in_words
from assets.release_history.change_sentences import cause_sentences, total_sentence
from assets.release_history.earlier_releases import Earlier
from assets.release_history.release_folders import Manifest
from assets.release_history.replay import Replay, first_scenario, table_of
from assets.stages import MODELLED, assets_of
from assets.tables.declarations import INPUT_TABLES, TABLES
from assets.tables.uncertain_table import released
from models.evaluation.attribution import changes_along

_DECIMALS = 6
KEYS = ["headline", "place", "year"]
TOTAL = "total"
HEADLINE_TABLES = tuple(dict.fromkeys(headline.table for headline in HEADLINES))
_ORDER = ("inputs", "housing", "population", "demand", "workforce", "estates", "accuracy", "history")

Steps = list[tuple[str, pd.Series]]
"""Causes in order, each with the headlines after it."""


@dg.asset(
    group_name="history",
    ins={name: dg.AssetIn(name) for name in HEADLINE_TABLES},
)
def release_changes(
    context: dg.AssetExecutionContext,
    earlier_releases: pd.DataFrame,
    input_files: pd.DataFrame,
    places: pd.DataFrame,
    monthly_series: pd.DataFrame,
    activity_forecast: pd.DataFrame,
    settings: RunSettings,
    **tables: pd.DataFrame,
) -> pd.DataFrame:
    """Each headline compared with the previous release, its change by cause, and a sentence on each."""
    names = dict(zip(places["place"], places["place_name"], strict=True))
    now = headline_rows(tables)
    previous = Earlier(earlier_releases, settings).previous
    if previous is None or "headlines" not in previous:
        return _table(now, names, None, [], {}, "no release before it")
    before = pd.DataFrame(previous["headlines"])
    inputs = dict(zip(input_files["id"], input_files["sha256"], strict=True))
    current = now.set_index(KEYS)["principal"]
    start = before.set_index(KEYS)["principal"].reindex(current.index)
    if previous["inputs"] == inputs and previous["code_version"] == settings.code_version:
        return _table(now, names, start, [], {}, _same_as(previous, inputs, settings.code_version))
    replay = Replay(
        assets_of(MODELLED),
        # Whole-trust forecasts by month set the level of trusts, not of places, and fitting them takes long.
        held={"monthly_series": monthly_series, "activity_forecast": activity_forecast},
    )
    causes = changed(previous, inputs, settings.code_version, replay)
    if len(causes) > 1 and not start.equals(current):
        steps = _walk(context, replay, previous, inputs, causes, start, current, settings)
    else:
        steps = [(JOINT.join(causes), current)] if causes else []
    same = "" if causes else _same_as(previous, inputs, settings.code_version)
    told = in_words(causes, previous["inputs"], inputs, InputStore(settings.inputs_path), settings.data_path)
    return _table(now, names, start, steps, told, same)


def changed(previous: Manifest, inputs: Mapping[str, str], code: str, replay: Replay) -> list[str]:
    """Causes that differ from the previous release and can affect a headline, in the order of application."""
    old = previous["inputs"]
    files = [name for name in old.keys() | inputs.keys() if old.get(name) != inputs.get(name)]
    reaching = replay.upstream_files(HEADLINE_TABLES, files)
    code_changed = previous["code_version"] != code
    # A file that came with new code is part of that change: the code before could not have read it.
    if code_changed:
        reaching -= inputs.keys() - old.keys()
    return [CODE] * code_changed + sorted(reaching, key=_place_in_chain)


def _place_in_chain(name: str) -> tuple[int, str]:
    """Scenarios and trajectories come with housing; assumptions last, since every stage reads them."""
    table = table_of(name)
    if table == "assumptions":
        return len(_ORDER), name
    if table is None:
        return _ORDER.index("workforce" if "published_workforce" in name else "housing"), name
    return _ORDER.index(INPUT_TABLES[table].stage), name


def _walk(
    context: dg.AssetExecutionContext,
    replay: Replay,
    previous: Manifest,
    inputs: Mapping[str, str],
    causes: Sequence[str],
    start: pd.Series,
    current: pd.Series,
    settings: RunSettings,
) -> Steps:
    """Apply the causes one by one; one that cannot be run by itself is applied with the next."""
    store = InputStore(settings.inputs_path)
    files = dict(previous["inputs"])
    steps: Steps = []
    waiting: list[str] = []
    for cause in causes[:-1]:
        waiting.append(cause)
        if cause == CODE:
            files |= {name: digest for name, digest in inputs.items() if name not in files}
        else:
            files.pop(cause, None)
            files |= {cause: inputs[cause]} if cause in inputs else {}
        try:
            after = _headlines_on(replay, store, files, settings, current.index)
        except StoredInputMissing as error:
            context.log.warning(f"{cause}: {error}")
            continue
        except Exception as error:
            # Any error of any stage: old and new inputs need not fit together. Nothing is published from this
            # run, and the cause is named together with the next.
            context.log.info(f"{cause} cannot be run without the next cause: {error}")
            continue
        steps.append((JOINT.join(waiting), after))
        waiting = []
    steps.append((JOINT.join([*waiting, causes[-1]]), current))
    return steps


def _headlines_on(
    replay: Replay, store: InputStore, files: Mapping[str, str], settings: RunSettings, index: pd.Index
) -> pd.Series:
    folder = Path(tempfile.mkdtemp(prefix="placecast-"))
    try:
        store.restore_files(files, folder)
        on = settings.model_copy(
            update={
                "data_directory": str(folder / "data"),
                "trajectories_directory": str(folder / "trajectories"),
            }
        )
        tables = replay.tables(HEADLINE_TABLES, on, {"scenarios": first_scenario})
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    found = headline_rows(tables).set_index(KEYS)["principal"].reindex(index)
    if found.isna().any():
        raise ValueError(f"no headline for {found.index[found.isna()][0]}")
    return found


def inputs_digest(inputs: Mapping[str, str]) -> str:
    """One digest of all inputs: path and content of every file."""
    return hashlib.sha256(json.dumps(dict(sorted(inputs.items()))).encode()).hexdigest()


def _same_as(previous: Manifest, inputs: Mapping[str, str], code: str) -> str:
    names = previous["inputs"].keys() | inputs.keys()
    others = sorted(name for name in names if previous["inputs"].get(name) != inputs.get(name))
    if not others:
        return (
            f"nothing changed since {previous['release']}: the same {len(inputs)} inputs "
            f"(digest {inputs_digest(inputs)[:12]}) and the same code ({code})"
        )
    listed = ", ".join(others[:3]) + (f" and {len(others) - 3} more" if len(others) > 3 else "")
    return f"only {listed} changed since {previous['release']}; no headline uses it"


def _table(
    now: pd.DataFrame,
    names: Mapping[str, str],
    start: pd.Series | None,
    steps: Steps,
    told: Mapping[str, str],
    same: str,
) -> pd.DataFrame:
    index = now.set_index(KEYS).index
    frame = now[[*KEYS, "unit"]].assign(place_name=now["place"].map(names))
    current = now["principal"].to_numpy()
    previous = np.full(len(now), np.nan) if start is None else start.reindex(index).to_numpy()
    known = ~np.isnan(previous)
    total = frame.assign(cause=TOTAL, previous=previous, current=current, change=current - previous)
    parts = [total]
    changes = np.zeros((len(steps), len(now)))
    if steps and known.any():
        figures = [after.reindex(index).to_numpy() for _, after in steps]
        # What a replay adds up may differ in its last bits with the number of threads: told to a millionth.
        path = np.stack([previous, *(one.round(_DECIMALS) for one in figures[:-1]), figures[-1]])
        changes[:, known] = changes_along(path[:, known])
        for number, (cause, _) in enumerate(steps):
            rows = frame.assign(
                cause=cause, previous=path[number], current=path[number + 1], change=changes[number]
            )
            parts.append(rows.assign(sentence=cause_sentences(rows, told))[known])
    causes = [cause for cause, _ in steps]
    sentences = [
        total_sentence(row, causes, changes[:, number], told, same)
        for number, row in enumerate(total.to_dict("records"))
    ]
    parts[0] = total.assign(sentence=sentences)
    return released("release_changes", parts)[TABLES["release_changes"].column_names]
