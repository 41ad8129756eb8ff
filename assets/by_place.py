"""What stands between the stages for partitioned assets: a value a place, made or loaded when asked for.

Holding one place at a time keeps a run's memory to one place's draws, however many places there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any


class ByPlace(Mapping[str, Any]):
    """Place code → value, in the order of the codes. A value is made anew each time it is asked for."""

    def __init__(self, places: Iterable[str], load: Callable[[str], Any]) -> None:
        self._places = tuple(sorted(places))
        self._load = load

    def __getitem__(self, place: str) -> Any:
        if place not in self._places:
            raise KeyError(f"{place} is not among the places of this run: {', '.join(self._places)}")
        return self._load(place)

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
