"""The outputs folder as a resource: a run has it to itself from its first step to its last.

Annotations are not postponed here: Dagster reads the types of resources as they stand.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import parent_process
from typing import Any

import dagster as dg

from assets.inputs.places import NAME, place_codes
from assets.inputs.settings import RunSettings
from assets.publication.side_process import SIDE_PROCESS
from housing_trajectories.findings import BadInput, Finding, inert, raise_errors
from pipelines.nightly.code_version import code_version
from pipelines.nightly.last_run import forget_last_run
from pipelines.nightly.leftovers import clear_leftovers, name_process, report_dead
from pipelines.nightly.run_lock import run_lock


class LockedOutputs(dg.ConfigurableResource):
    """Holds the run lock of the outputs while a run goes on, whose settings are looked at first."""

    settings: RunSettings

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["LockedOutputs"]:
        """Take the lock, clear away what a run that was killed left half done, and give the lock back.

        An area's inputs are composed once it is held.
        """
        outputs = self.settings.outputs_path
        run_id = context.run.run_id if context.run else None
        with run_lock(outputs, f"run {run_id}", run_id=run_id):
            clear_leftovers(outputs)
            self.settings.prepared()
            _require_allowed(self.settings, context)
            if run_id and context.instance:
                name_process(context.instance, outputs, run_id)
                report_dead(context.instance, outputs, but=run_id)
            forget_last_run(outputs)
            try:
                yield self
            finally:
                # A run that Dagster's daemon launched waits at its end for the process beside it, for ever.
                if parent_process() is not None:
                    SIDE_PROCESS.end()


def _require_allowed(settings: RunSettings, context: dg.InitResourceContext) -> None:
    """Raise BadInput where a run was told what it must find by itself, or places Dagster does not know."""
    findings = []
    told: Any = context.run.run_config if context.run else {}
    given = told.get("resources", {}).get("settings", {}).get("config", {})
    own = {"code_version": code_version(), "history_directory": "", "published_at": ""}
    for name, value in own.items():
        if given.get(name, value) != value:
            expected = "nothing: a run finds it by itself; draws, seed and folders may be given"
            findings.append(Finding("settings of the run", None, name, inert(str(given[name])), expected))
    with suppress(BadInput):  # The first step refuses places.csv in words.
        named = set(place_codes(settings.data_path))
        known = set(context.instance.get_dynamic_partitions(NAME)) if context.instance else named
        if named != known:
            expected = f"the places Dagster knows, {', '.join(sorted(known))}: wait for the sensor `places`"
            found = ", ".join(sorted(named))
            findings.append(Finding(f"{settings.data_directory}/places.csv", None, "place", found, expected))
    raise_errors(findings)
