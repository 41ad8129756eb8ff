"""A command that holds a run starts without what it does not use."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT


def test_draws_are_made_without_dask_and_dask_can_be_had_afterwards() -> None:
    program = (
        "import sys\n"
        "from pipelines.in_process import without_dask_arrays\n"
        "without_dask_arrays()\n"
        "import numpy as np, xarray as xr\n"
        "made = xr.Dataset({'people': (('draw', 'age'), np.ones((3, 2)))}).isel(draw=0).sum()\n"
        "print(float(made['people']), 'dask.array' in sys.modules)\n"
        "import dask.array as da\n"
        "print(int(da.ones(3).sum().compute()))\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert found.stdout.split() == ["2.0", "False", "3"], found.stderr
