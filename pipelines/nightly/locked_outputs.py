"""The outputs folder as a resource: a run has it to itself from its first step to its last."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from pipelines.nightly.last_run import forget_last_run
from pipelines.nightly.leftovers import clear_leftovers, report_dead
from pipelines.nightly.run_lock import run_lock


class LockedOutputs(dg.ConfigurableResource):
    """Holds the run lock of a folder while a run goes on."""

    folder: str

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[LockedOutputs]:
        """Take the lock, clear away what a run that was killed left half done, and give the lock back."""
        outputs = Path(self.folder)
        run_id = context.run.run_id if context.run else None
        with run_lock(outputs, f"run {run_id}", run_id=run_id) as broken:
            clear_leftovers(outputs)
            if broken and broken.run_id != run_id and context.instance:
                report_dead(context.instance, broken)
            forget_last_run(outputs)
            yield self
