"""What stands between the stages for partitioned assets: a value a place, made or loaded when asked for.

Holding one place at a time keeps a run's memory to a place or two of draws, however many places there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar

import dagster as dg

P = ParamSpec("P")
Returned = TypeVar("Returned")


class ByPlace(Mapping[str, Any]):
    """Place code → value, in the order of the codes. A value is made anew each time it is asked for.

    With `ahead`, asking for a place begins to load the one after it: reading a file leaves the other core
    free for what is done with the place before.
    """

    def __init__(self, places: Iterable[str], load: Callable[[str], Any], *, ahead: bool = False) -> None:
        self._places = tuple(sorted(places))
        self._load = load
        self._thread = ThreadPoolExecutor(max_workers=1) if ahead and len(self._places) > 1 else None
        self._next: tuple[str, Future[Any]] | None = None

    def __getitem__(self, place: str) -> Any:
        if place not in self._places:
            raise KeyError(f"{place} is not among the places of this run: {', '.join(self._places)}")
        if self._thread is None:
            return self._load(place)
        begun, self._next = self._next, None
        value = begun[1].result() if begun is not None and begun[0] == place else self._load(place)
        following = self._places.index(place) + 1
        if following < len(self._places):
            self._next = self._places[following], self._thread.submit(self._load, self._places[following])
        return value

    def __contains__(self, place: object) -> bool:
        return place in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


class KeptPlaces(ByPlace):
    """The places of an asset that have been made and kept; `rows` of them all together."""

    def __init__(self, places: Iterable[str], load: Callable[[str], Any], rows: int) -> None:
        super().__init__(places, load)
        self.rows = rows


def made_place_by_place(stage: Callable[P, Returned]) -> Callable[P, Returned]:
    """Makes and keeps each place's value within the asset's own step, one after the other.

    The stage returns a ByPlace for each table, which says how a place is made. Raises dg.Failure where it
    makes none for a place of this run; places that were kept before the step failed show as materialised,
    and no others do.
    """

    @wraps(stage)
    def step(*arguments: P.args, **inputs: P.kwargs) -> Any:
        context = arguments[0]
        assert isinstance(context, dg.AssetExecutionContext)
        returned = stage(*arguments, **inputs)
        tables = returned if isinstance(returned, tuple) else (returned,)
        keys = context.assets_def.keys_by_output_name.values()
        done: list[tuple[dg.AssetKey, str]] = []
        try:
            kept = tuple(_keep(context, key, table, done) for key, table in zip(keys, tables, strict=True))
        except BaseException:
            for key, place in done:
                context.log_event(dg.AssetMaterialization(key, partition=place))
            raise
        return kept if isinstance(returned, tuple) else kept[0]

    return step


def _keep(
    context: dg.AssetExecutionContext,
    key: dg.AssetKey,
    values: Mapping[str, Any],
    done: list[tuple[dg.AssetKey, str]],
) -> KeptPlaces:
    tables = context.resources.io_manager
    wanted = sorted(context.partition_keys)
    begun: dict[str, Future[int]] = {}
    with ThreadPoolExecutor(max_workers=1) as writer:
        try:
            for place in [place for place in wanted if place in values]:
                value = values[place]
                # One place is written while the next is made, and no more than these two are held.
                for one in begun.values():
                    one.result()
                begun[place] = writer.submit(tables.keep, key, value, place)
            rows = sum(one.result() for one in begun.values())
        finally:
            done += [(key, place) for place, one in begun.items() if one.exception() is None]
    if skipped := sorted(set(wanted) - set(begun)):
        raise dg.Failure(f"{key.to_user_string()}: nothing was made for {', '.join(skipped)}")
    return KeptPlaces(wanted, partial(tables.read, key), rows)
