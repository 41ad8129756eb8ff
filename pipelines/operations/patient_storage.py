"""Dagster's history in PostgreSQL, which waits for a database that is away: restarted, upgraded, moved.

Dagster itself tries to connect for some seconds and never tries again what broke off: a run that had gone
well failed at the next line of its log, and stayed "started" because its failure could not be written.
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable
from functools import wraps
from typing import Any

from dagster._serdes import ConfigurableClassData
from dagster_postgres import DagsterPostgresStorage
from dagster_postgres.utils import DagsterPostgresException, pg_url_from_config
from sqlalchemy.exc import DBAPIError
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_fixed

PATIENCE_SECONDS = 180.0
_PAUSE_SECONDS = 1.0
_AWAY = ("08", "57P0")
"""SQLSTATE of a connection that failed and of a server that shuts down, has crashed or is starting."""
_asking = threading.local()


def is_away(error: BaseException | None) -> bool:
    """Whether an error says that no server is there at the moment, and nothing about the request."""
    if isinstance(error, DagsterPostgresException):
        error = error.__cause__
    if not isinstance(error, DBAPIError):
        return False
    code = getattr(error.orig, "pgcode", None)
    return bool(error.connection_invalidated or (code or "08").startswith(_AWAY))


_RETRYING = Retrying(
    retry=retry_if_exception(is_away),
    wait=wait_fixed(_PAUSE_SECONDS),
    stop=stop_after_delay(PATIENCE_SECONDS),
    reraise=True,
)


def patient(storage: type) -> type:
    """The class, under its own name, with each public method done again while the database is away.

    Every statement is committed by itself, so that what broke off has not been done; at worst a line of a
    run's log stands twice. A method that calls another waits once.
    """
    methods = {
        name: _patient(method)
        for name, method in inspect.getmembers(storage, inspect.isfunction)
        if not name.startswith("_") and not inspect.isgeneratorfunction(inspect.unwrap(method))
    }
    return type(storage.__name__, (storage,), methods)


def _patient(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def patiently(*arguments: Any, **named: Any) -> Any:
        if getattr(_asking, "on", False):
            return method(*arguments, **named)
        _asking.on = True
        try:
            return _RETRYING.copy()(method, *arguments, **named)
        finally:
            _asking.on = False

    return patiently


class PatientPostgresStorage(DagsterPostgresStorage):
    """Runs, events and schedules in PostgreSQL; deploy/dagster.yaml names it as Dagster's storage."""

    def __init__(self, postgres_url: str, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(postgres_url, inst_data=inst_data)
        for storage in (self._run_storage, self._event_log_storage, self._schedule_storage):
            storage.__class__ = patient(type(storage))

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> PatientPostgresStorage:
        """As Dagster makes it from dagster.yaml."""
        return cls(pg_url_from_config(config_value), inst_data)
