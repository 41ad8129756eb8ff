"""A command that holds a run starts without what it does not use, and ends with the code it was given."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT


def python(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_draws_are_made_without_dask_and_dask_can_be_had_afterwards() -> None:
    found = python(
        "import sys\n"
        "from pipelines.commands.own_process import without_dask_arrays\n"
        "without_dask_arrays()\n"
        "import numpy as np, xarray as xr\n"
        "made = xr.Dataset({'people': (('draw', 'age'), np.ones((3, 2)))}).isel(draw=0).sum()\n"
        "print(float(made['people']), 'dask.array' in sys.modules)\n"
        "import dask.array as da\n"
        "print(int(da.ones(3).sum().compute()))\n"
    )
    assert found.stdout.split() == ["2.0", "False", "3"], found.stderr


def test_a_command_ends_with_its_code_and_all_that_it_said() -> None:
    found = python(
        "import sys\n"
        "from pipelines.commands.own_process import leave\n"
        "sys.stdout.write('published')\n"
        "sys.stderr.write('warned')\n"
        "leave(3)\n"
    )
    assert (found.returncode, found.stdout, found.stderr) == (3, "published", "warned")
