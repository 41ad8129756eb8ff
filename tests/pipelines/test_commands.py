"""`python -m pipelines`: every command is there and understood, and none waits for what it does not use."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from assets.areas.composing import composed
from pipelines.__main__ import COMMANDS, main
from pipelines.operations import alerts
from tests.conftest import ROOT
from tests.shipped import AREA


def test_every_module_of_commands_is_a_command(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    modules = {path.stem for path in (root / "pipelines" / "commands").rglob("*.py")}
    assert {name.replace("-", "_") for name in COMMANDS} == modules - {"__init__", "options"}
    assert main(["--help"]) == 0
    screen = capsys.readouterr().out
    for name in COMMANDS:
        assert f"\n  {name} " in screen
        assert main([name, "--help"]) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["forecast"],
        ["night"],
        ["inbox"],
        ["watch"],
        ["releases", "list"],
        ["releases", "rollback"],
        ["rebuild"],
        ["sensitivity"],
        ["summary"],
    ],
)
def test_outputs_that_take_nothing_end_in_a_sentence(
    arguments: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    why = errno.EROFS
    monkeypatch.setattr(alerts, "_PAUSES_SECONDS", (0.0, 0.0))
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    monkeypatch.setenv("PLACECAST_INBOX", str(tmp_path / "inputs" / "inbox"))
    outputs = tmp_path / "outputs"
    outputs.mkdir()
    make, open_ = os.mkdir, os.open

    def refused(path: str | Path, *rest: int, **others: int) -> None:
        if str(path).startswith(str(outputs)):
            raise OSError(why, os.strerror(why), str(path))
        make(path, *rest, **others)

    def not_opened(path: str | Path, flags: int, *rest: int, **others: int) -> int:
        if str(path).startswith(str(outputs)) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            raise OSError(why, os.strerror(why), str(path))
        return open_(path, flags, *rest, **others)

    monkeypatch.setattr(os, "mkdir", refused)
    monkeypatch.setattr(os, "open", not_opened)
    assert main([*arguments, "--outputs", str(outputs)]) == 1
    monkeypatch.undo()
    screen = "".join(capsys.readouterr())
    assert "Traceback" not in screen
    assert os.strerror(why) in screen or "release in" in screen or "no release" in screen, screen


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["forcast"], "No such command 'forcast'"),
        (["forecast", "--draws", "1"], "'--draws': 1 is not in the range x>=2"),
        (["forecast", "--draws", "\x1b[31mmany"], "is not a valid integer range"),
        (["ages", "--from", "18"], "Missing option '--to'"),
    ],
)
def test_what_is_not_understood_is_said_and_ends_with_2(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    screen = capsys.readouterr().err
    assert said in screen
    assert "Usage: python -m pipelines" in screen
    assert "\x1b" not in screen, "a terminal would obey it"


def python(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_a_night_imports_neither_dagster_nor_pandas_before_it_has_something_to_make(tmp_path: Path) -> None:
    composed(AREA, tmp_path)
    program = (
        "import sys\n"
        "from pipelines.__main__ import main\n"
        "from pipelines.commands import night\n"
        "night.reasons_to_run = lambda *_: []\n"
        f"code = main(['night', '--outputs', {str(tmp_path)!r}])\n"
        "print(code, *({'dagster', 'pandas', 'numpy', 'rich'} & set(sys.modules)))\n"
    )
    found = python(program)
    assert "nothing had changed" in found.stdout, found.stderr
    assert found.stdout.splitlines()[-1] == "0"


def test_a_command_ends_with_its_code_and_all_that_it_said() -> None:
    program = (
        "import sys\n"
        "from pipelines.__main__ import _leave\n"
        "sys.stdout.write('published')\n"
        "sys.stderr.write('warned')\n"
        "_leave(3)\n"
    )
    found = python(program)
    assert (found.returncode, found.stdout, found.stderr) == (3, "published", "warned")


def test_a_process_that_ends_at_once_says_nothing_of_semaphores() -> None:
    ends = "import multiprocessing, os, {}; held = multiprocessing.get_context('spawn').Lock(); os._exit(0)"
    plain = {name: value for name, value in os.environ.items() if name != "PYTHONWARNINGS"}
    said = [
        subprocess.run(
            [sys.executable, "-c", ends.format(module)],
            cwd=ROOT,
            env=plain,
            capture_output=True,
            text=True,
            check=True,
        ).stderr
        for module in ("sys", "pipelines")
    ]
    assert "leaked semaphore" in said[0]
    assert said[1] == ""
