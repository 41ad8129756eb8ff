"""The process beside this one does what it is asked in order, and never outlives the one that asked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from assets.publication.side_process import SideProcess
from tests.conftest import ROOT


def test_what_is_done_and_what_goes_wrong_there_come_back() -> None:
    side = SideProcess()
    number = side.do(os.getpid)
    assert number.result() not in (0, os.getpid())
    assert side.do(os.getpid).result() == number.result(), "the same process, not one for each"
    with pytest.raises(FileNotFoundError, match="nowhere"):
        side.do(os.stat, "nowhere").result()
    os.kill(number.result(), signal.SIGINT)
    assert side.do(os.getpid).result() == number.result(), "Ctrl-C is for the process that asked"


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_it_ends_with_the_process_that_asked_however_that_ends(end: signal.Signals) -> None:
    program = (
        "import os, signal, time\n"
        # Whoever starts the tests in the background has Ctrl-C ignored by all they start.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from assets.publication.side_process import SIDE_PROCESS\n"
        "print(SIDE_PROCESS.do(os.getpid).result(), flush=True)\n"
        "SIDE_PROCESS.do(time.sleep, 0.5)\n"
        "time.sleep(600)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        beside = int(process.stdout.readline())
        process.send_signal(end)
    until = time.monotonic() + 20
    while Path(f"/proc/{beside}").exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not Path(f"/proc/{beside}").exists()
