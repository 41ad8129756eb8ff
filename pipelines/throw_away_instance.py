"""The instance of a run that no web interface will show: Dagster's in-memory one, on one connection.

Dagster's own opens a connection to its in-memory database for each of a night's 1,600 events and each look at
them, and sets it up with two pragmas: two to three seconds of processor a run.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import get_ident
from typing import Any

import dagster as dg
from dagster._core.storage.event_log import InMemoryEventLogStorage


class OneConnection(InMemoryEventLogStorage):
    """Events in memory, over the connection that keeps the memory alive, which belongs to one thread."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._thread = get_ident()
        super().__init__(*arguments, **options)

    @contextmanager
    def _connect(self) -> Iterator[Any]:
        if get_ident() != self._thread:
            with super()._connect() as connection:
                yield connection
            return
        with self._db_lock, self._held_conn.begin():
            yield self._held_conn


def throw_away_instance() -> dg.DagsterInstance:
    """An instance whose runs and events are gone when this process ends."""
    instance = dg.DagsterInstance.ephemeral()
    storage, replaced = OneConnection(), instance.event_log_storage
    storage.register_instance(instance)
    instance._event_storage = storage
    # Left to the collection of garbage it would be closed in whichever thread that happens to run in.
    assert isinstance(replaced, InMemoryEventLogStorage)
    replaced._held_conn.close()
    return instance
