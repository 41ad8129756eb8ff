"""What a person sees while a run goes on: a line a stage as its assets finish, and what the run warned of."""

from __future__ import annotations

import logging
import textwrap
import time
from collections import Counter
from pathlib import Path
from types import TracebackType

import dagster as dg

from housing_trajectories.findings import inert
from housing_trajectories.terminal import Terminal
from pipelines.run_warnings import keep, told

_WIDEST = 100
_TELLING: list[logging.Handler] = [logging.NullHandler()]


@dg.logger({}, description="Passes a run's events on to the terminal instead of printing them")
def progress_logger(context: dg.InitLoggerContext) -> logging.Logger:
    """A logger that only hands on to whoever tells of the run."""
    logger = logging.Logger("placecast.progress", level=logging.DEBUG)
    for handler in _TELLING:
        logger.addHandler(handler)
    return logger


class StageProgress(logging.Handler):
    """Prints a line when the last asset of a stage has been made, with how many and how long.

    Warnings are collected, kept in the outputs and told by kind at the end; `verbose` prints each too.
    """

    def __init__(
        self,
        console: Terminal,
        job: dg.JobDefinition,
        started: float,
        outputs: Path,
        *,
        verbose: bool = False,
    ) -> None:
        super().__init__()
        self._console = console
        self._outputs = outputs
        self._verbose = verbose
        self._warned: list[str] = []
        self._run = ""
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
        width = min(self._console.width, _WIDEST)
        for line in told(self._warned, keep(self._warned, self._run, self._outputs)):
            wrapped = textwrap.wrap(line, width, subsequent_indent=" " * 8, break_long_words=False)
            self._console.print("\n".join(wrapped))

    def emit(self, record: logging.LogRecord) -> None:
        """A message of the run: one of its events, or words of a stage."""
        meta = getattr(record, "dagster_meta", {})
        self._run = str(meta.get("run_id") or self._run)
        event = meta.get("dagster_event")
        if event is not None:
            self._listen(event)
        elif record.levelno == logging.WARNING:
            words = str(meta.get("orig_message", record.getMessage()))
            self._warned.append(words)
            if self._verbose:
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
