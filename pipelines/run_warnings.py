"""Warnings of a run, grouped by kind: how many, the first of each, and what a person can do about it.

Every warning is kept, each on a line of `warnings.txt` in the outputs; the terminal shows the kinds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from housing_trajectories.findings import inert

FILE = "warnings.txt"
_HEADING = re.compile(r"(\d+) warnings? of (\d+) kinds? in run (\S+)")
_FINDING = re.compile(
    r"(?P<where>[^:]+?\.\w+(?:, [^:]+?)*): found (?P<found>.*?); expected (?P<expected>.*)", re.DOTALL
)
_PLACE_IN_FILE = re.compile(r", (?:row|cell|site|sheet) [^,]+")
_LONGEST = 160


@dataclass(frozen=True)
class _Kind:
    """Warnings whose text the pattern finds: what they are together, and what to do."""

    pattern: re.Pattern[str]
    title: str
    do: str


_KINDS = (
    _Kind(
        re.compile(r"left out of fits and levels"),
        "months of a record that cannot be right are left out",
        "ask the provider for the months; a corrected row in the file is used by the next run",
    ),
    _Kind(
        re.compile(r"^since the last release, "),
        "an input changed since the last release",
        "see that each change was meant; the report says what it moved",
    ),
    _Kind(
        re.compile(r"^far from the last release: "),
        "a figure is far from the last release",
        "find out why before using it; docs/operations/releases.md says what is held against what",
    ),
    _Kind(
        re.compile(r"draws a cell would have lost"),
        "some draws would have taken more people than there were and stop at none",
        "nothing; with more than a few draws of a hundred, check the place's migration",
    ),
    _Kind(
        re.compile(r"no people by deprivation"),
        "a place has no row of small_area_deprivation.csv, so none of it by deprivation",
        "add the rows of its small areas, or leave it",
    ),
    _Kind(
        re.compile(r"no small areas in msoa_population"),
        "a place has no small areas, so no neighbourhoods",
        "add the rows of its small areas to msoa_population.csv, or leave it",
    ),
    _Kind(
        re.compile(r"; fitted again$"),
        "kept fits of monthly records could not be read and were made again",
        "nothing; if it happens every run, check the disk",
    ),
)
_FINDING_DO = "correct the cell; where the file is right as it stands, nothing need be done"
_OTHER_DO = "read it; docs/operations/README.md says whom to ask"


@dataclass(frozen=True)
class Group:
    """Warnings of one kind, in the order in which they came: at least one."""

    title: str
    do: str
    sentences: tuple[str, ...]


def grouped(sentences: Iterable[str]) -> list[Group]:
    """Warnings by kind, kinds in the order in which they came first. None is lost, and none is told twice."""
    kinds: dict[tuple[str, str], list[str]] = {}
    for sentence in sentences:
        kinds.setdefault(_kind_of(sentence), []).append(sentence)
    return [Group(title, do, tuple(told)) for (title, do), told in kinds.items()]


def _kind_of(sentence: str) -> tuple[str, str]:
    for kind in _KINDS:
        if kind.pattern.search(sentence):
            return kind.title, kind.do
    found = _FINDING.fullmatch(sentence)
    if found:
        where = _PLACE_IN_FILE.sub("", found["where"])
        expected = found["expected"].partition("; ")[0]
        return inert(f"{where}: expected {_without_numbers(expected)}", _LONGEST), _FINDING_DO
    return inert(_without_numbers(sentence), _LONGEST), _OTHER_DO


def _without_numbers(text: str) -> str:
    return re.sub(r"\d[\d,.]*", "…", text)


def counted(number: int, kinds: int) -> str:
    """How many warnings of how many kinds, in words."""
    return f"{number} warning{'s' * (number != 1)} of {kinds} kind{'s' * (kinds != 1)}"


def told(sentences: Iterable[str], kept_in: Path | None) -> list[str]:
    """Lines for the terminal: kinds with their counts, the first of each and what to do; none without any."""
    groups = grouped(sentences)
    if not groups:
        return []
    number = sum(len(group.sentences) for group in groups)
    lines = [counted(number, len(groups)) + (f"; each one is in {kept_in}" if kept_in else "")]
    for group in groups:
        lines.append(f"  {len(group.sentences)} × {group.title}")
        which = "first" if len(group.sentences) > 1 else "it"
        lines.append(f"      {which}: {inert(group.sentences[0], 300)}")
        lines.append(f"      what to do: {group.do}")
    return lines


def keep(sentences: list[str], run: str, outputs: Path) -> Path | None:
    """Write every warning of a run into the outputs, in place of the run's before; no file without any.

    A disk that takes nothing loses no run: None is returned, and the terminal shows the kinds all the same.
    """
    path = outputs / FILE
    try:
        if not sentences:
            path.unlink(missing_ok=True)
            return None
        lines = [f"{counted(len(sentences), len(grouped(sentences)))} in run {run}"]
        for group in grouped(sentences):
            lines += ["", group.title, f"What to do: {group.do}"]
            lines += [inert(each, 2000) for each in group.sentences]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError:
        return None
    return path


def of_run(outputs: Path, run: str) -> tuple[int, int] | None:
    """How many warnings of how many kinds that run left in the outputs; None where they are another's."""
    try:
        with (outputs / FILE).open(encoding="utf-8") as file:
            heading = _HEADING.fullmatch(file.readline().strip())
    except (OSError, UnicodeDecodeError):
        return None
    return (int(heading[1]), int(heading[2])) if heading and heading[3] == run else None
