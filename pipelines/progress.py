"""What a person sees while a run goes on: a line a stage as its assets finish, and what a stage warns of."""

from __future__ import annotations

import logging
import time
from collections import Counter
from types import TracebackType

import dagster as dg

from housing_trajectories.findings import inert
from housing_trajectories.terminal import Terminal

_TELLING: list[logging.Handler] = [logging.NullHandler()]


@dg.logger({}, description="Passes a run's events on to the terminal instead of printing them")
def progress_logger(context: dg.InitLoggerContext) -> logging.Logger:
    """A logger that only hands on to whoever tells of the run."""
    logger = logging.Logger("placecast.progress", level=logging.DEBUG)
    for handler in _TELLING:
        logger.addHandler(handler)
    return logger


class StageProgress(logging.Handler):
    """Prints a line when the last asset of a stage has been made, with how many and how long."""

    def __init__(self, console: Terminal, job: dg.JobDefinition, started: float) -> None:
        super().__init__()
        self._console = console
        self._started = started
        layer = job.asset_layer
        self._stage = {key: layer.get(key).group_name or "other" for key in layer.selected_asset_keys}
        self._waiting = Counter(self._stage.values())
        self._total = Counter(self._stage.values())

    def __enter__(self) -> StageProgress:
        _TELLING.append(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _TELLING.remove(self)

    def emit(self, record: logging.LogRecord) -> None:
        """A message of the run: one of its events, or words of a stage."""
        told = getattr(record, "dagster_meta", {})
        event = told.get("dagster_event")
        if event is not None:
            self._listen(event)
        elif record.levelno == logging.WARNING:
            words = str(told.get("orig_message", record.getMessage()))
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
