"""What a file in the inbox is: the input it would renew, or in words why it renews none and what to do.

A name only ever chooses among the inputs there are. Whether the content is good is decided elsewhere
(pipelines/inbox/inbox_run.py); here it is looked at only to say what a file is that no input has the name of.
"""

from __future__ import annotations

import csv
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from housing_trajectories.findings import BadInput
from housing_trajectories.reading_options import SUFFIX as OPTIONS_SUFFIX

TRAJECTORY_SUFFIXES = (".csv", ".xlsx", ".xlsm")
_NAMED_SO_AT_TIMES = (".xls", ".ods")
"""Text and workbooks come under these names too; where they are what they say, the reader says so."""
_NOT_READ = (".xlsb", ".numbers")
_PACKED = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"7z\xbc\xaf": "7-Zip",
    b"Rar!": "RAR",
}
_ZIP = b"PK\x03\x04"
_PACKED_SUFFIXES = (".zip", ".gz", ".bz2", ".xz", ".zst", ".7z", ".rar", ".tar", ".tgz")
_ZIPPED_DOCUMENTS = (".xlsx", ".xlsm", ".xlsb", ".ods", ".docx", ".odt", ".pptx", ".numbers")
_LARGEST_LOOKED_AT = 64 * 1024 * 1024


@dataclass(frozen=True)
class Target:
    """The input a file would renew: its path, its name in manifests, and the place of a trajectory."""

    path: Path
    name: str
    place: str = ""


@dataclass(frozen=True)
class Refusal:
    """Why a file renews no input: what it was found to be, and what is taken or has to be done instead."""

    found: str
    expected: str


def trajectory_files(data: Path) -> dict[str, str]:
    """Council's GSS code → the name of its trajectory file, as places.csv has it."""
    with (data / "places.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"].strip() == "place"]
    return {row["place"].strip(): row["trajectory_file"].strip() for row in rows}


def target_of(name: str, data: Path, trajectories: Path, known: Path) -> Target | None:
    """Which input a file of this name would renew: a table of the registry, or a council's trajectory.

    `known` is the complete folder of inputs, which names the councils.
    """
    from assets.tables.declarations import INPUT_TABLES

    if name.endswith(OPTIONS_SUFFIX):
        of = target_of(name.removesuffix(OPTIONS_SUFFIX), data, trajectories, known)
        beside = of.path.name + OPTIONS_SUFFIX if of is not None and of.place else None
        return Target(trajectories / beside, f"trajectories/{beside}") if beside else None
    stem, suffix = Path(name).stem, Path(name).suffix.lower()
    if stem in INPUT_TABLES and suffix == ".csv" and not guards_a_release(stem):
        return Target(data / f"{stem}.csv", f"data/{stem}.csv")
    opened = suffix in (*TRAJECTORY_SUFFIXES, *_NAMED_SO_AT_TIMES)
    place = _place_of(stem, known) if opened else None
    if place is None:
        return None
    renewed = Path(trajectory_files(known)[place]).stem + suffix
    return Target(trajectories / renewed, f"trajectories/{renewed}", place)


def guards_a_release(table: str) -> bool:
    """Whether a table says what a release may be or what is kept: that comes in with no figures."""
    return table.startswith("release_") or table.endswith(("_bounds", "_acceptances"))


def refusal_of(name: str, content: bytes, data: Path) -> Refusal:
    """What a file is that renews no input, and what its sender can do; its content is only looked at."""
    from assets.tables.declarations import INPUT_TABLES

    path = Path(name)
    suffix, stem = path.suffix.lower(), path.stem
    if guards_a_release(stem):
        return Refusal(
            f"the table {stem}, which says what may be published or is kept",
            f"nobody to send it in: who answers for the releases changes {data.name}/{stem}.csv by hand",
        )
    kinds = _kinds_taken(data)
    if packed := _packed(suffix, content):
        return Refusal(f"a packed file ({packed})", f"the file in it, unpacked: {kinds}")
    if published := published_refusal(content, data):
        return published
    if suffix in (".yaml", ".yml"):
        return Refusal(
            "a YAML file",
            f"{kinds}; a scenario goes into {data.name}/scenarios/ by hand",
        )
    if stem in INPUT_TABLES:
        return Refusal(
            f"the table {stem} as {suffix or 'a file without an extension'}",
            f"it saved as {stem}.csv (CSV UTF-8, commas)",
        )
    if suffix in _NOT_READ and _place_of(stem, data):
        return Refusal(f"a trajectory as {suffix}", "it saved as .xlsx or .csv")
    if suffix in (*TRAJECTORY_SUFFIXES, *_NAMED_SO_AT_TIMES):
        return Refusal("a file name that matches no input, and content that no reader recognises", kinds)
    return Refusal(f"{f'a {suffix} file' if suffix else 'a file without an extension'}", kinds)


def published_refusal(content: bytes, data: Path) -> Refusal | None:
    """The words for a publisher's own file, which a command reads into tables; None for any other."""
    kind = _published(content)
    if not kind:
        return None
    command = f"python -m pipelines read-official-file FILE --into {data.name}"
    return Refusal(f"a file as its publisher publishes it: {kind}", f"its rows, read with `{command}`")


def kinds_in_words(data: Path) -> str:
    """Every kind of file that can be brought in and what reads it, a line each, for beside the findings."""
    from assets.official_files.recognise import READERS

    stems = ", ".join(sorted(Path(file).stem for file in trajectory_files(data).values()))
    command = f"python -m pipelines read-official-file FILE --into {data.name}"
    return (
        "What is read:\n"
        f"- by the inbox, a table of {data.name}/ as .csv under its own name\n"
        f"- by the inbox, a council's trajectory as {', '.join(TRAJECTORY_SUFFIXES)} under a name that "
        f"begins with one of: {stems}; beside it what `check` was told of it, {OPTIONS_SUFFIX} at the end\n"
        f"- by `{command}`, as published: {'; '.join(READERS)}\n"
    )


def _kinds_taken(data: Path) -> str:
    stems = ", ".join(sorted(Path(file).stem for file in trajectory_files(data).values()))
    return (
        f"a table of {data.name}/ under its own name ending in .csv (such as population_estimates.csv), or a "
        f"council's trajectory ending in {', '.join(TRAJECTORY_SUFFIXES[:-1])} or {TRAJECTORY_SUFFIXES[-1]} "
        f"under a name that begins with one of: {stems}"
    )


def _packed(suffix: str, content: bytes) -> str:
    for start, kind in _PACKED.items():
        if content.startswith(start):
            return kind
    if content.startswith(_ZIP) and suffix not in _ZIPPED_DOCUMENTS:
        return "zip"
    return suffix if suffix in _PACKED_SUFFIXES else ""


def _published(content: bytes) -> str:
    """The publication that one of the readers knows the file as; empty where none does."""
    from assets.official_files.file_content import Content
    from assets.official_files.recognise import READERS

    if len(content) > _LARGEST_LOOKED_AT:
        return ""
    with tempfile.TemporaryDirectory(prefix="placecast-inbox-") as folder:
        path = Path(folder) / "file"
        path.write_bytes(content)
        try:
            opened = Content(path)
            return next((kind for kind, reader in READERS.items() if reader.recognises(opened)), "")
        except BadInput:
            return ""


def _place_of(stem: str, data: Path) -> str | None:
    """The council whose trajectory's or whose own name this one begins with, the longest first."""
    words = _words(stem)
    fitting = [
        (len(key), place)
        for place, file in trajectory_files(data).items()
        for key in (_words(Path(file).stem), _words(place))
        if words[: len(key)] == key
    ]
    return max(fitting)[1] if fitting else None


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.casefold())
