"""What stands between the stages for partitioned assets: a value a place, made or loaded when asked for.

Holding one place at a time keeps a run's memory to a place or two of draws, however many places there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any


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

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
