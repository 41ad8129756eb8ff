"""Dagster wiring and commands: definitions, jobs, sensors, IO manager; `python -m pipelines` runs a command.

Nothing is computed here: stages belong in `assets`, arithmetic in `models`.
"""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
"""The project's folder."""

# Matrices are small here: threads of the linear algebra wait for one another, spinning, and took ten times
# the processor's time. One thread also adds in one order whatever the machine, so the same bytes come out.
# Set before numpy is loaded, which reads it then; who sets it otherwise keeps what was set.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# A process that is ended at once leaves a semaphore for Python's own tracker to remove. The tracker does, and
# its line about it would be the last that a person reads of a run that went well.
os.environ.setdefault("PYTHONWARNINGS", "ignore:resource_tracker")
