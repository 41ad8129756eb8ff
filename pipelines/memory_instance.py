"""Dagster's instance for a run whose history nobody keeps: in memory, and only the events that a run reads.

Dagster's own writes each of a run's four thousand events to a database in memory over a new connection, and
asks that database for the last version of each input of each step.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import dagster as dg
from dagster._core.event_api import EventLogRecord
from dagster._core.storage.event_log import InMemoryEventLogStorage
from dagster._core.storage.event_log.base import AssetEntry, AssetRecord
from sqlalchemy.engine import Connection

_NOT_READ = frozenset(
    {
        dg.DagsterEventType.ASSET_MATERIALIZATION_PLANNED,
        dg.DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED,
        dg.DagsterEventType.STEP_START,
        dg.DagsterEventType.STEP_INPUT,
        dg.DagsterEventType.LOADED_INPUT,
        dg.DagsterEventType.STEP_OUTPUT,
        dg.DagsterEventType.HANDLED_OUTPUT,
        dg.DagsterEventType.STEP_SUCCESS,
        dg.DagsterEventType.HOOK_COMPLETED,
        dg.DagsterEventType.HOOK_SKIPPED,
    }
)
"""Events that only a web interface shows; the result of a run has them all the same."""


def instance_in_memory() -> dg.DagsterInstance:
    """An instance that ends with the run it is for."""
    instance = dg.DagsterInstance.ephemeral()
    instance.event_log_storage.dispose()
    instance._event_storage = storage = EventsOfOneRun()
    storage.register_instance(instance)
    return instance


class EventsOfOneRun(InMemoryEventLogStorage):
    """The events that the run's own steps look at: what was made, what was checked, how the run stands."""

    def __init__(self) -> None:
        self._thread = threading.get_ident()
        self._made: dict[dg.AssetKey, AssetRecord] = {}
        super().__init__()

    @contextmanager
    def _connect(self) -> Iterator[Connection]:
        """The one connection that holds the database, where it is this thread's own."""
        if threading.get_ident() != self._thread:
            with super()._connect() as connection:
                yield connection
            return
        with self._db_lock, self._held_conn.begin():
            yield self._held_conn

    def store_event(self, event: dg.EventLogEntry) -> None:
        """Keep an event that is read again."""
        kind = event.dagster_event_type
        if kind is None or kind in _NOT_READ:
            return
        super().store_event(event)
        if kind == dg.DagsterEventType.ASSET_MATERIALIZATION:
            key = event.get_dagster_event().asset_key
            if key is not None:
                record = EventLogRecord(storage_id=self._storage_id, event_log_entry=event)
                entry = AssetEntry(
                    asset_key=key, last_materialization_record=record, last_run_id=event.run_id
                )
                self._made[key] = AssetRecord(storage_id=self._storage_id, asset_entry=entry)

    def store_asset_check_event(self, event: dg.EventLogEntry, event_id: int | None) -> None:
        """No table of checks beside the events: only a web interface asks for the last result of a check."""

    def get_asset_records(self, asset_keys: Sequence[dg.AssetKey] | None = None) -> Sequence[AssetRecord]:
        """What this run has made so far of some assets, or of all; nothing was made before it."""
        return [
            self._made[key] for key in (self._made if asset_keys is None else asset_keys) if key in self._made
        ]
