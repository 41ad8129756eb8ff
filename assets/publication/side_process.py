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
from multiprocessing import active_children, get_context, parent_process
from threading import Lock, Thread
from typing import ParamSpec, TypeVar

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
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """The pool's own way to end a process needs a parent that lives; one that was killed is noticed here."""
    if parent := parent_process():
        parent.join()
    os._exit(0)
