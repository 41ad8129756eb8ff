"""Which tests see which lines, and running some of them in a copy of the project.

Every file of tests is run once by itself under coverage. By itself, because what a file's tests share (a
fixture, a kept run of the services) is made by whichever comes first: a test may rest on lines that only
another was seen to touch. So a fault is tried with every file of tests that touches its line: first the
tests seen on the line, then the others of the file. Modules that numba compiles are
run as plain Python, by the tests of `models` alone: compiling would take a minute for each fault. What runs
in a process of its own is not seen.
"""

from __future__ import annotations

import ast
import contextlib
import gc
import hashlib
import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import coverage
import hypothesis
import pytest
from coverage.types import TLineNo

SOURCES = ("models", "assets", "housing_trajectories", "pipelines")
TESTS = (
    *(
        "tests/models",
        "tests/assets",
        "tests/assets/publication/test_headlines.py",
        "tests/benchmarks/test_backtest.py",
    ),
    *("tests/journeys/opened/test_contributions.py", "tests/journeys/opened/test_contribution_cases.py"),
    "tests/journeys/opened/test_ages.py",
)
"""Other tests of whole forecasts and nights are not among them: a minute and more for every fault."""


@dataclass(frozen=True)
class SeenTests:
    """A file of tests: what it was made from, how long its tests take, and the lines they touch."""

    made_from: str
    seconds: dict[str, float]
    """By test, those that pass."""
    lines: dict[str, dict[int, list[str]]]
    """By module and line: the tests seen on it, none if only the file's imports or fixtures were."""


class _InOrder:
    """Runs the tests that are named, in that order, notes how long each takes and which fail."""

    def __init__(
        self, order: list[str] | None, whole: Path, tracing: coverage.Coverage | None = None
    ) -> None:
        self.order = order
        self.whole = whole
        self.tracing = tracing
        self.seconds: dict[str, float] = defaultdict(float)
        self.failed: list[str] = []

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        if self.order is not None:
            place = {name: at for at, name in enumerate(self.order)}
            items[:] = sorted((item for item in items if item.nodeid in place), key=lambda i: place[i.nodeid])

    @pytest.hookimpl(tryfirst=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
    ) -> object | None:
        """The journeys' whole forecast is the one made beforehand, without a fault."""
        if fixturedef.argname != "main_run":
            return None
        running = importlib.import_module("tests.journeys.running")
        screen = (self.whole / "screen.txt").read_text(encoding="utf-8")
        run = running.Run(0, screen, self.whole / "outputs")
        fixturedef.cached_result = (run, fixturedef.cache_key(request), None)
        return run

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        if self.tracing:
            self.tracing.switch_context(item.nodeid)
        return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] += report.duration
        if report.failed:
            self.failed.append(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.failed.append(report.nodeid)


class Copy:
    """A copy of the project to put faults into, and processes that run tests there.

    A process is forked from this one, which has loaded what the tests import from elsewhere and nothing of
    the project: starting Python and loading those libraries would take longer than most tests.
    """

    def __init__(self, root: Path, folder: Path) -> None:
        self.root, self.folder = root, folder
        self.compiled = folder.parent / "numba"
        self.whole = folder.parent / f"whole_{digest(root)}"
        self.sync()
        for name in _libraries(root):
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
        # Else every collection in a process looks through all that was loaded: most of a short test's time.
        gc.collect()
        gc.freeze()
        hypothesis.settings.register_profile("faults", deadline=None, derandomize=True, database=None)
        hypothesis.settings.load_profile("faults")

    def sync(self) -> None:
        """Makes the copy what the project is now; files keep their times, so that bytecode stays valid."""
        listed = subprocess.check_output(
            ["git", "-C", str(self.root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        )
        names = [name for name in listed.decode().split("\0") if name and (self.root / name).is_file()]
        for name in names:
            ours, theirs = self.root / name, self.folder / name
            now = ours.stat()
            if not theirs.exists() or (theirs.stat().st_mtime_ns, theirs.stat().st_size) != (
                now.st_mtime_ns,
                now.st_size,
            ):
                theirs.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ours, theirs)
        for path in [*self.folder.glob("tests/**/*.py"), *self.folder.glob("assets/**/*.py")]:
            if path.relative_to(self.folder).as_posix() not in names:
                path.unlink()

    def restore(self, module: str) -> None:
        """Puts a module back as it is in the project."""
        shutil.copy2(self.root / module, self.folder / module)

    def run(self, work: Callable[[], object], limit: float, *, keep: bool, uncompiled: bool = False) -> Any:
        """What a piece of work makes in a process of its own in the copy, which may take too long or fall."""
        answer = self.folder.parent / f"answer-{os.getpid()}.json"
        answer.unlink(missing_ok=True)
        child = os.fork()
        if child == 0:
            try:
                os.setsid()
                os.environ.update(self._environment(keep, uncompiled))
                _leave_for(self.folder, keep)
                answer.write_text(json.dumps(work()))
            finally:
                os._exit(0)
        ended = False
        try:
            ended = _waited_for(child, limit)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)
        if not ended:
            os.waitpid(child, 0)
            raise TimeoutError(f"longer than {limit:.0f} seconds")
        if not answer.exists():
            raise ChildProcessError("the process fell")
        return json.loads(answer.read_text())

    def count_compiled(self) -> int:
        """How many functions numba has compiled for the copy so far."""
        return sum(1 for _ in self.compiled.rglob("*.nbc"))

    def _environment(self, keep: bool, uncompiled: bool) -> dict[str, str]:
        return {
            "NUMBA_CACHE_DIR": str(self.compiled),
            # Compiling a faulty function takes a minute; what was compiled before must not stand in for it.
            "NUMBA_DISABLE_JIT": "1" if uncompiled else "0",
            "PLACECAST_SHARED": os.environ.get("PLACECAST_SHARED") or str(self.root.parent / "shared"),
            # Bytecode of a faulty module is never kept: its file may be as old and as long as the right one.
            "PYTHONDONTWRITEBYTECODE": "" if keep else "1",
            "GX_ANALYTICS_ENABLED": "false",
        }


def _libraries(root: Path) -> list[str]:
    """What sources and tests import from elsewhere."""
    names = set()
    for path in [*_sources(root), *(root / file for file in test_files(root))]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module)
    return sorted(name for name in names if name.split(".")[0] not in (*SOURCES, "benchmarks", "tests"))


def _sources(root: Path) -> list[Path]:
    return [path for room in SOURCES for path in sorted((root / room).rglob("*.py"))]


def _leave_for(folder: Path, keep: bool) -> None:
    """Makes this process one that was started in the copy and has nothing of the project loaded."""
    ours = {"", str(Path.cwd()), str(Path(__file__).resolve().parents[2])}
    os.chdir(folder)
    for name in [name for name in sys.modules if name.split(".")[0] in (*SOURCES, "benchmarks", "tests")]:
        del sys.modules[name]
    sys.path[:] = [str(folder), *(path for path in sys.path if path not in ours)]
    sys.dont_write_bytecode = not keep
    # Processes that a test starts would otherwise load the programme that runs here.
    started = sys.modules["__main__"]
    started.__spec__ = None
    vars(started).pop("__file__", None)
    import numba

    numba.config.reload_config()
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)


def _waited_for(child: int, limit: float) -> bool:
    end = time.monotonic() + limit
    while time.monotonic() < end:
        if os.waitpid(child, os.WNOHANG) != (0, 0):
            return True
        time.sleep(0.02)
    return False


def whole_forecast(whole: Path) -> int:
    """Makes the whole forecast that journeys read, once."""
    running = importlib.import_module("tests.journeys.running")
    with pytest.MonkeyPatch.context() as patched:
        run = running.run_forecast(patched, whole / "outputs")
    (whole / "screen.txt").write_text(run.screen, encoding="utf-8")
    return int(run.exit_code)


def run_tests(files: list[str], order: list[str], whole: Path) -> dict[str, object]:
    """Runs tests up to the first that fails: which failed, and how many ran."""
    noted = _InOrder(order, whole)
    code = pytest.main(["-x", "-q", "-p", "no:cacheprovider", *files], plugins=[noted])
    return {"code": int(code), "failed": noted.failed, "ran": len(noted.seconds)}


def trace_tests(file: str, modules: list[str], whole: Path) -> dict[str, object]:
    """Runs a file of tests under coverage."""
    tracing = coverage.Coverage(data_file=None, config_file=False, include=modules)
    noted = _InOrder(None, whole, tracing)
    tracing.start()
    pytest.main(["-q", "-p", "no:cacheprovider", file], plugins=[noted])
    tracing.stop()
    data = tracing.get_data()
    lines: dict[str, dict[TLineNo, list[str]]] = {}
    for path in data.measured_files():
        contexts = data.contexts_by_lineno(path)
        module = Path(path).relative_to(Path.cwd()).as_posix()
        lines[module] = {line: sorted(filter(None, seen)) for line, seen in contexts.items()}
    passed = {name: seconds for name, seconds in noted.seconds.items() if name not in noted.failed}
    return {"seconds": passed, "lines": lines, "failed": noted.failed}


def made_beforehand(copy: Copy, say: Callable[[str], None]) -> None:
    """Sees to it that there is the whole forecast of these sources that journeys read."""
    if copy.whole.exists() or not (copy.root / "tests" / "journeys").exists():
        return
    say("one whole forecast, which journeys read")
    making = copy.whole.with_suffix(".new")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir()
    if copy.run(lambda: whole_forecast(making), 1800, keep=True) != 0:
        raise RuntimeError("the forecast fails without any fault")
    making.rename(copy.whole)


def seen_tests(copy: Copy, modules: list[str], say: Callable[[str], None]) -> dict[str, SeenTests]:
    """What files of tests touch of the modules."""
    made_beforehand(copy, say)
    return _traced(copy, "seen.json", test_files(copy.root), modules, say)


def seen_uncompiled(
    copy: Copy, seen: dict[str, SeenTests], say: Callable[[str], None]
) -> dict[str, SeenTests]:
    """The same of modules that numba compiles, run without it, for tests of `models` that are quick."""
    modules = [
        name for name in {name for one in seen.values() for name in one.lines} if compiles(copy.root, name)
    ]
    files = [
        file
        for file, one in seen.items()
        if file.startswith("tests/models/") and not set(modules).isdisjoint(one.lines)
    ]
    return _traced(copy, "uncompiled.json", files, modules, say)


def _traced(
    copy: Copy, store_name: str, files: list[str], modules: list[str], say: Callable[[str], None]
) -> dict[str, SeenTests]:
    """What files of tests touch, from the store where neither they nor any source have changed since."""
    store = copy.folder.parent / store_name
    uncompiled = store_name == "uncompiled.json"
    stored = json.loads(store.read_text()) if store.exists() else {}
    seen: dict[str, SeenTests] = {}
    for file in files:
        made_from = digest(copy.root, file)
        if stored.get(file, {}).get("made_from") != made_from:
            say(f"which lines {file} touches{' without numba' if uncompiled else ''}")
            work = partial(trace_tests, file, modules, copy.whole)
            answer: dict[str, Any] = {"seconds": {}, "lines": {}, "failed": []}
            with contextlib.suppress(TimeoutError):
                # Twice where numba compiled something: the second time says how long the tests take.
                compiled = -1
                while compiled != copy.count_compiled():
                    compiled = copy.count_compiled()
                    answer = copy.run(work, 150 if uncompiled else 1200, keep=True, uncompiled=uncompiled)
            if answer.pop("failed"):
                say(f"{file} fails without any fault: what fails is left out")
            stored[file] = {"made_from": made_from, **answer}
            store.write_text(json.dumps(stored))
        one = stored[file]
        lines = {
            module: {int(line): names for line, names in of.items()} for module, of in one["lines"].items()
        }
        seen[file] = SeenTests(one["made_from"], one["seconds"], lines)
    return seen


def test_files(root: Path) -> list[str]:
    """The files of tests that faults are tried with."""
    found: list[Path] = []
    for name in TESTS:
        found += [root / name] if name.endswith(".py") else (root / name).rglob("test_*.py")
    return sorted(path.relative_to(root).as_posix() for path in found if path.exists())


def digest(root: Path, file: str | None = None) -> str:
    """A digest of all sources, and of a file of tests with what it shares with others."""
    paths = _sources(root)
    if file:
        text = (root / file).read_text(encoding="utf-8")
        shared = [path for path in (root / "tests").rglob("*.py") if not path.name.startswith("test_")]
        paths += [path for path in shared if path.stem == "conftest" or path.stem in text]
        paths.append(root / file)
    return digest_of(sorted(paths))


def digest_of(paths: Iterable[Path]) -> str:
    """A digest of files' contents."""
    made = hashlib.sha256()
    for path in paths:
        made.update(path.name.encode() + path.read_bytes())
    return made.hexdigest()[:16]


@dataclass(frozen=True)
class Chosen:
    """Tests for a fault, in the order in which they are run, and how long they take without it."""

    files: list[str]
    tests: list[str]
    seconds: float
    left_out: int
    """Tests that touch the line and did not fit the time."""


def tests_for(module: str, line: int, seen: dict[str, SeenTests], cap: float) -> Chosen:
    """The tests that may see a fault: those of the mirrored room first, then the quickest file first."""
    files = []
    for file, one in seen.items():
        first = one.lines.get(module, {}).get(line)
        if first is not None:
            files.append((_distance(file, module), sum(one.seconds.values()), file, set(first)))
    tests: list[str] = []
    total, left_out = 0.0, 0
    for _, _, file, first in sorted(files, key=lambda each: each[:3]):
        seconds = seen[file].seconds
        for test in sorted(seconds, key=lambda name: (name not in first, seconds[name])):
            if total + seconds[test] > cap:
                left_out += 1
            else:
                tests.append(test)
                total += seconds[test]
    return Chosen(list(dict.fromkeys(test.split("::")[0] for test in tests)), tests, total, left_out)


def _distance(file: str, module: str) -> int:
    """How far a file of tests stands from a module's own."""
    room, name = module.removesuffix(".py").rsplit("/", 1)
    there, test = file.removesuffix(".py").rsplit("/", 1)
    if there.removeprefix("tests/") == room:
        return 0 if test.removeprefix("test_") == name else 1
    return 2 if there.split("/")[1] == room.split("/")[0] else 3


def compiles(root: Path, module: str) -> bool:
    """Whether a module holds functions that numba compiles, or numbers that they read."""
    dotted = module.removesuffix(".py").replace("/", ".")
    texts = {path: path.read_text(encoding="utf-8") for path in (root / "models").rglob("*.py")}
    holders = [path for path, text in texts.items() if "njit(" in text]
    return any(path == root / module or dotted in texts[path] for path in holders)
