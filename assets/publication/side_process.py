"""One process beside this one, for what takes long and needs only files: checks of tables, the workbook.

Its imports and its work are done on the other core. It ends when this process does, however that ends.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from importlib import import_module
from multiprocessing import active_children, get_context
from threading import Lock
from typing import ParamSpec, TypeVar

from models.ending_with_parent import end_with_parent

P = ParamSpec("P")
Returned = TypeVar("Returned")


class SideProcess:
    """Does what it is asked one after the other; started when first needed, and anew where it was killed."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._lock = Lock()

    def do(self, task: Callable[P, Returned], *arguments: P.args, **options: P.kwargs) -> Future[Returned]:
        """Have a module's function called there. An error of its own comes with the result."""
        with self._lock:
            if self._pool is not None:
                try:
                    return self._pool.submit(task, *arguments, **options)
                except BrokenProcessPool:
                    pass
            self._pool = ProcessPoolExecutor(1, get_context("spawn"), initializer=_begin)
            return self._pool.submit(task, *arguments, **options)

    def end(self) -> None:
        """End the process at once, as one must who leaves without the interpreter's own end."""
        if self._pool is not None:
            for child in active_children():
                child.kill()
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def prepare(self, module: str) -> None:
        """Have a module imported there, and its `prepare` called, before anything is asked of it."""
        self.do(_prepare, module)


SIDE_PROCESS = SideProcess()
"""One is enough: checks are over when a workbook is written."""


def _prepare(module: str) -> None:
    import_module(module).prepare()


def _begin() -> None:
    """In the new process: say nothing, leave Ctrl-C to the process beside it, and end with that."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
