"""What a command that holds a run does to its own process: get it ready without delay, and end it at once."""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn


def collect_seldom() -> None:
    """The hundreds of thousands of objects of imported libraries need no searching again and again."""
    gc.set_threshold(100_000, 50, 50)


def without_dask_arrays() -> None:
    """Let xarray find no dask: it would load all of `dask.array` (0.6 s) with the first Dataset it makes.

    dask is there for the job `many_areas`; nothing in a run of the default job is an array of dask. xarray
    looks once and remembers; afterwards `dask.array` can be imported as ever.
    """
    if "dask.array" in sys.modules:
        return
    sys.modules["dask.array"] = None  # type: ignore[assignment]
    try:
        import xarray as xr

        xr.Dataset({"looked": ("once", [0.0])})
    finally:
        del sys.modules["dask.array"]


def leave(code: int) -> NoReturn:
    """End this process: to take a gigabyte of objects apart one by one is two seconds of nothing.

    All files are closed by now, and the process that checks tables ends when nobody can ask it any more.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
