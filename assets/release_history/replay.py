"""Running a part of the asset graph again in memory, principal run only, on other inputs than the run's own.

What changed between two releases and which assumption matters most are both questions of "what would this
number be if that input were different". A replay answers them without Dagster's bookkeeping, checks or
files: it calls the assets' own functions, so that there is no second model, and calls again only those that
something reached which differs from the replay before.
"""

import hashlib
import inspect
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from inspect import unwrap
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
import xarray as xr

from assets.inputs.assumptions import asked_for
from assets.inputs.input_tables import files_of_a_run
from assets.inputs.settings import RunSettings
from assets.inputs.system_totals import council_codes
from assets.neighbourhoods.site_positions import READ_WITH
from assets.tables.by_place import ByPlace
from assets.tables.declarations import INPUT_TABLES
from models.uncertainty.ensemble import Stream, streams_asked_for

DRAWS = 2
"""The fewest a run may take; the principal run is the same with any number of draws."""

ASSUMPTIONS = "assumptions"

Change = Callable[[pd.DataFrame], pd.DataFrame]
"""What to do with an input table once it has been read. Replays know it again by its identity."""

_REMEMBERED = 3
"""Calls of a function whose results are kept: the first, which others go out from, and the latest."""


@dataclass(frozen=True)
class _PlacesOfARun:
    """What an asset function asks of Dagster's context: the places it is to make, and a log."""

    partition_keys: Sequence[str]
    log: logging.Logger


@dataclass
class _Made:
    """What a call of an asset's function was given, the assumptions it asked for, and what it gave."""

    given: tuple[object, ...]
    asked: dict[str, tuple[float, ...]]
    values: dict[str, Any]
    tokens: dict[str, int]


@dataclass
class Replay:
    """The graph of `assets`, replayed on one set of inputs after another; it keeps what the latest made.

    held: values to take as they are instead of making them. calls: how many functions were called so far.
    """

    assets: Sequence[dg.AssetsDefinition]
    held: Mapping[str, Any] = field(default_factory=dict)
    calls: int = 0

    def __post_init__(self) -> None:
        self._maker = {key.path[-1]: asset for asset in self.assets for key in asset.keys}
        self._remembered: dict[str, list[_Made]] = {}
        self._streams: dict[str, set[Stream]] = {}
        self._next_token = 0

    def tables(
        self,
        wanted: Iterable[str],
        settings: RunSettings,
        changes: Mapping[str, Change] | None = None,
    ) -> dict[str, Any]:
        """The wanted assets' values on the inputs that `settings` names; raises what the assets raise.

        `changes` alters input tables, by name, after they have been read.
        """
        run = _Run(self, settings.model_copy(update={"draws": DRAWS}), changes or {})
        return {name: run.value(name) for name in wanted}

    def upstream_files(self, wanted: Iterable[str], files: Iterable[str]) -> set[str]:
        """Which of the files of a run (by their names in a manifest) the wanted assets can depend on.

        A file of a declared input table matters where that table does; any other is taken to matter.
        """
        needed: set[str] = set()
        waiting = list(wanted)
        while waiting:
            name = waiting.pop()
            if name not in needed:
                needed.add(name)
                waiting.extend(self.parameters(self._maker[name]).values())
        return {name for name in files if table_of(name) is None or table_of(name) in {*needed, "places"}}

    def remembered(self, label: str) -> list[_Made]:
        """What is still known of the calls of one asset's function."""
        return self._remembered.setdefault(label, [])

    def asked(self) -> set[str]:
        """Ids of the assumptions that what is still known was made with."""
        return {
            identifier for calls in self._remembered.values() for made in calls for identifier in made.asked
        }

    def streams_behind(self, name: str) -> set[Stream]:
        """The streams of shocks behind a value, its own and those of all it was made from."""
        found: set[Stream] = set()
        waiting, seen = [name], set()
        while waiting:
            each = waiting.pop()
            if each not in seen and each not in self.held:
                seen.add(each)
                found |= self._streams.get(label_of(self._maker[each]), set())
                waiting.extend(self.parameters(self._maker[each]).values())
        return found

    def note_streams(self, label: str, streams: set[Stream]) -> None:
        """Remember what an asset's function asked for."""
        self._streams.setdefault(label, set()).update(streams)

    def maker(self, name: str) -> dg.AssetsDefinition:
        """The asset that makes a value."""
        return self._maker[name]

    def parameters(self, asset: dg.AssetsDefinition) -> dict[str, str]:
        """The assets whose values an asset's function takes, by argument; not those it only comes after."""
        return {
            argument: key.path[-1]
            for argument, key in asset.keys_by_input_name.items()
            if not asset.op.input_def_named(argument).dagster_type.is_nothing
        }

    def new_token(self) -> int:
        """A number no value has had before."""
        self._next_token += 1
        return self._next_token


class _Run:
    """One replay: what it needs, made in the order in which it is asked for."""

    def __init__(
        self,
        replay: Replay,
        settings: RunSettings,
        changes: Mapping[str, Change],
    ) -> None:
        self._replay = replay
        self._settings = settings
        self._changes = changes
        self._files = {name: _digest(path) for name, path in files_of_a_run(settings).items()}
        self._elsewhere = tuple(
            (name, digest) for name, digest in self._files.items() if table_of(name) is None
        )
        places = pd.read_csv(settings.data_path / "places.csv", dtype=str)
        self._places = sorted(council_codes(places))
        self._settled: dict[str, tuple[Any, int]] = {}

    def value(self, name: str) -> Any:
        """The value of an asset."""
        return self._settle(name)[0]

    def _settle(self, name: str) -> tuple[Any, int]:
        if name not in self._settled:
            if name in self._replay.held:
                self._settled[name] = (self._replay.held[name], 0)
            else:
                self._make(name)
        return self._settled[name]

    def _make(self, name: str) -> None:
        asset = self._replay.maker(name)
        inputs = {argument: self._settle(each) for argument, each in self._replay.parameters(asset).items()}
        given = (
            *((each, token) for each, (_, token) in inputs.items() if each != ASSUMPTIONS),
            *self._other_than_assets(asset, name),
        )
        label = label_of(asset)
        remembered = self._replay.remembered(label)
        made = next(
            (made for made in remembered if made.given == given and self._answers_alike(made, inputs)), None
        )
        if made is None:
            made = self._call(asset, {each: value for each, (value, _) in inputs.items()}, given, remembered)
            remembered.append(made)
            del remembered[1 : max(1, len(remembered) - _REMEMBERED + 1)]
        for each, value in made.values.items():
            self._settled[each] = (value, made.tokens[each])

    def _other_than_assets(self, asset: dg.AssetsDefinition, name: str) -> tuple[object, ...]:
        """What besides other assets decides an asset's value: the places, the files it reads, the seed."""
        given: list[object] = [tuple(self._places)]
        if name in INPUT_TABLES:
            read = (name, "places", *READ_WITH.get(name, ()))
            given += [self._files.get(f"data/{each}.csv") for each in read]
        elif "settings" in asset.required_resource_keys:
            given += [self._elsewhere, self._settings.seed]
        given.append(self._changes.get(name))
        return tuple(given)

    def _answers_alike(self, before: _Made, inputs: Mapping[str, tuple[Any, int]]) -> bool:
        """Whether every assumption that was asked for is what it was; a function asks the same again then."""
        if ASSUMPTIONS not in inputs:
            return True
        frame = inputs[ASSUMPTIONS][0]
        return before.asked == _rows(frame, before.asked)

    def _call(
        self,
        asset: dg.AssetsDefinition,
        inputs: Mapping[str, Any],
        given: tuple[object, ...],
        remembered: Sequence[_Made],
    ) -> _Made:
        function = _function(asset)
        arguments: dict[str, Any] = dict(inputs)
        for extra in inspect.signature(function).parameters:
            if extra == "settings":
                arguments[extra] = self._settings
            elif extra == "context":
                arguments[extra] = _PlacesOfARun(self._places, logging.getLogger("placecast.replay"))
        self._replay.calls += 1
        with asked_for() as asked, streams_asked_for() as streams:
            returned = function(**arguments)
            names = [key.path[-1] for key in asset.keys_by_output_name.values()]
            parts = returned if len(names) > 1 else (returned,)
            values = {each: _in_memory(part) for each, part in zip(names, parts, strict=True)}
        self._replay.note_streams(label_of(asset), streams)
        for each in values.keys() & self._changes.keys():
            values[each] = self._changes[each](values[each])
        # A value that is what it was before keeps its token, and nothing after it is called again.
        tokens = {
            each: next(
                (made.tokens[each] for made in remembered if _same(made.values[each], value)),
                None,
            )
            or self._replay.new_token()
            for each, value in values.items()
        }
        frame = inputs.get(ASSUMPTIONS)
        return _Made(given, _rows(frame, asked) if frame is not None else {}, values, tokens)


def label_of(asset: dg.AssetsDefinition) -> str:
    """One name for an asset, whatever number of tables it makes."""
    return min(key.path[-1] for key in asset.keys)


def first_scenario(scenarios: pd.DataFrame) -> pd.DataFrame:
    """The principal scenario alone: nothing of one scenario is made from another."""
    return scenarios.head(1)


def _function(asset: dg.AssetsDefinition) -> Callable[..., Any]:
    """The stage as it is written; within a run each place it makes is kept as well."""
    return unwrap(asset.op.compute_fn.decorated_fn)  # type: ignore[union-attr]


def table_of(file: str) -> str | None:
    """The declared input table a file of a run holds, by its name in a manifest."""
    folder, _, name = file.partition("/")
    stem = name.removesuffix(".csv")
    return stem if folder == "data" and name.endswith(".csv") and stem in INPUT_TABLES else None


def _rows(frame: pd.DataFrame, identifiers: Iterable[str]) -> dict[str, tuple[float, ...]]:
    """Value, low and high of assumptions by id; nothing where there is no such row."""
    rows = frame[frame["id"].isin(set(identifiers))]
    found: dict[str, tuple[float, ...]] = dict.fromkeys(sorted(identifiers), ())
    for identifier, *numbers in rows[["id", "value", "low", "high"]].itertuples(index=False):
        found[identifier] = tuple(float(number) for number in numbers if pd.notna(number))
    return found


def _in_memory(value: Any) -> Any:
    """What an asset returned, with the values of a lazy mapping made now and kept."""
    if isinstance(value, ByPlace):
        kept = {place: value[place] for place in value}
        return ByPlace(kept, kept.__getitem__)
    return value


def _same(one: Any, other: Any) -> bool:
    """Whether two values are alike in their principal run: nothing else of a replay is looked at."""
    if isinstance(one, ByPlace) and isinstance(other, ByPlace):
        return list(one) == list(other) and all(_same(one[place], other[place]) for place in one)
    if isinstance(one, pd.DataFrame) and isinstance(other, pd.DataFrame):
        return _principal_columns(one).equals(_principal_columns(other))
    if isinstance(one, xr.Dataset) and isinstance(other, xr.Dataset):
        return one.isel(draw=0, missing_dims="ignore").identical(other.isel(draw=0, missing_dims="ignore"))
    return False


def _principal_columns(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.drop(columns=["p10", "p50", "p90"], errors="ignore") if "principal" in frame else frame


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
