"""`make fuzz`: the property tests on new random examples, round after round, until the minutes are up.

Each failure is printed once, with the smallest example that shows it, and its test sits out the rounds that
follow. Failing examples are kept in `.hypothesis`: the next `make fuzz` meets them first, so it says whether
they are mended. A find becomes an `@example` of its test.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence

import pytest


class Rounds:
    """Leaves out tests that have failed, and stops between two tests when the time is up."""

    def __init__(self, end: float) -> None:
        self.end = end
        self.failed: set[str] = set()
        self.passed = 0

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Take out tests that have failed."""
        items[:] = [item for item in items if item.nodeid not in self.failed]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count what passed and remember what failed."""
        if report.failed:
            self.failed.add(report.nodeid)
        elif report.when == "call":
            self.passed += 1

    def pytest_runtest_logfinish(self) -> None:
        """Stop after the test that runs when the time is up."""
        if time.monotonic() > self.end:
            self.session.shouldstop = "time is up"

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Remember the round that can be stopped."""
        self.session = session


def main(arguments: Sequence[str] | None = None) -> int:
    """Run rounds; returns 1 where any example failed."""
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("tests", nargs="*", default=["tests"], help="folders or files, all unless given")
    chosen = parser.parse_args(arguments)
    os.environ["PLACECAST_FUZZ"] = "1"
    started = time.monotonic()
    rounds, plugin = 0, Rounds(started + 60 * chosen.minutes)
    options = ["-m", "hypothesis and not long", "--tb=short", "--no-header", "-p", "no:cacheprovider"]
    while time.monotonic() < plugin.end:
        before = plugin.passed
        ended = pytest.main([*options, *chosen.tests], plugins=[plugin])
        rounds += 1
        if ended == pytest.ExitCode.INTERRUPTED or plugin.passed == before:
            break
    minutes = (time.monotonic() - started) / 60
    print(f"{rounds} rounds in {minutes:.0f} minutes; {len(plugin.failed)} tests failed", flush=True)
    for test in sorted(plugin.failed):
        print(f"  {test}")
    return int(bool(plugin.failed))


if __name__ == "__main__":
    sys.exit(main())
