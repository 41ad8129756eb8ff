"""Processes started for a computation end with the one that started them, however that ends."""

from __future__ import annotations

import os
from multiprocessing import parent_process
from threading import Thread


def end_with_parent() -> None:
    """In a new process: end when its parent does. A pool's own way needs a parent that lives."""
    Thread(target=_wait, daemon=True).start()


def _wait() -> None:
    if parent := parent_process():
        parent.join()
    os._exit(0)
