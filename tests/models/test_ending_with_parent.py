"""No process of a computation outlives the run that started it."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from tests.conftest import ROOT

PROGRAM = """
import multiprocessing, os, sys, time
from concurrent.futures import ProcessPoolExecutor
import models.demand.monthly.rolling_origin as module

made = ProcessPoolExecutor
class Told(made):
    def map(self, function, *rest, **options):
        print(*{self.submit(os.getpid).result() for _ in range(8)}, flush=True)
        time.sleep(600)
module.ProcessPoolExecutor = Told
if __name__ == "__main__":
    module.fit_all([None] * 6)
"""


def test_processes_of_fits_end_when_the_run_is_killed(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    environment = {"PYTHONPATH": str(ROOT), "PATH": ""}
    with subprocess.Popen(
        [sys.executable, str(program)], cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        children = process.stdout.readline().split()
        assert children
        process.kill()
    until = time.monotonic() + 20
    while any(Path(f"/proc/{child}").exists() for child in children) and time.monotonic() < until:
        time.sleep(0.05)
    assert not [child for child in children if Path(f"/proc/{child}").exists()]
