"""What a person sees while a run goes on: a line a stage, as its assets finish."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable
from types import TracebackType

import dagster as dg

from housing_trajectories.findings import inert
from housing_trajectories.tools.terminal import Terminal

_LISTENERS: list[Callable[[dg.DagsterEvent], None]] = []
_WARNED: list[Callable[[str], None]] = []


class _Forwarding(logging.Handler):
    """Hands each Dagster event, and what a stage warns of, to whoever listens; prints nothing itself."""

    def emit(self, record: logging.LogRecord) -> None:
        told = getattr(record, "dagster_meta", {})
        event = told.get("dagster_event")
        if event is not None:
            for listen in _LISTENERS:
                listen(event)
        elif record.levelno == logging.WARNING:
            for warn in _WARNED:
                warn(str(told.get("orig_message", record.getMessage())))


@dg.logger({}, description="Passes a run's events on to the terminal instead of printing them")
def progress_logger(context: dg.InitLoggerContext) -> logging.Logger:
    """A logger that only forwards."""
    logger = logging.Logger("placecast.progress", level=logging.DEBUG)
    logger.addHandler(_Forwarding())
    return logger


class StageProgress:
    """Prints a line when the last asset of a stage has been made, with how many and how long."""

    def __init__(self, console: Terminal, job: dg.JobDefinition, started: float) -> None:
        self._console = console
        self._started = started
        layer = job.asset_layer
        groups = {key: layer.get(key).group_name or "other" for key in layer.selected_asset_keys}
        self._stage = groups
        self._waiting = Counter(groups.values())
        self._total = Counter(groups.values())

    def __enter__(self) -> StageProgress:
        _LISTENERS.append(self._listen)
        _WARNED.append(self._warn)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _LISTENERS.remove(self._listen)
        _WARNED.remove(self._warn)

    def _warn(self, words: str) -> None:
        self._console.print(f"  warning: {inert(words, 500)}")

    def _listen(self, event: dg.DagsterEvent) -> None:
        if event.event_type_value != "ASSET_MATERIALIZATION" or event.asset_key is None:
            return
        stage = self._stage.pop(event.asset_key, None)
        if stage is None:
            return
        self._waiting[stage] -= 1
        if self._waiting[stage] == 0:
            seconds = time.monotonic() - self._started
            tables = self._total[stage]
            self._console.print(
                f"  {stage:<12} {tables:>2} {'table' if tables == 1 else 'tables'} at {seconds:4.0f} s"
            )
