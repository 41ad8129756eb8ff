"""A complete folder of inputs for an area: what is known locally, then what England's tables say of the rest.

An input table is the area's own file word for word, so that its rows keep their numbers, and after it the
rows that hold for every area whose key the area's file does not have. A run reads the composed folder as it
reads any other.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import yaml

from assets.areas.area_folder import NAME, AreaFolder, read_area
from assets.inputs.defaults import SHARED_DATA
from housing_trajectories.findings import BadInput, Finding, inert

_MADE_FROM = "made_from.json"
_SOURCES = "sources.yaml"
_NOT_SHARED = ("areas", "england")

Rows = Sequence[Mapping[str, str]]


def composed_folders(outputs: Path) -> tuple[Path, Path]:
    """Where under `outputs` the composed inputs and trajectories stand."""
    return outputs / "composed" / "data", outputs / "composed" / "trajectories"


def composed(folder: Path, outputs: Path, trajectories: Path | None = None) -> tuple[Path, Path]:
    """The complete folders of inputs and of trajectories of an area, under `outputs`, as things are now.

    `trajectories` stands in place of the area's own folder of them. Nothing is written where nothing has
    changed. Raises BadInput.
    """
    area = read_area(folder)
    of_councils = trajectories or area.trajectories
    data, _ = folders = composed_folders(outputs)
    now, made_from = _fingerprint(area, of_councils), data.parent / _MADE_FROM
    if not made_from.is_file() or made_from.read_text(encoding="utf-8") != now:
        made_from.unlink(missing_ok=True)
        compose(area, of_councils, data.parent)
        made_from.write_text(now, encoding="utf-8")
    return folders


def compose(area: AreaFolder, trajectories: Path, to: Path) -> None:
    """Write the area's inputs to `to`/data and `to`/trajectories; files of before that are none now go."""
    contents = {f"data/{name}": content for name, content in _data_files(area).items()}
    contents |= {f"trajectories/{name}": path.read_bytes() for name, path in _files(trajectories).items()}
    for name, content in contents.items():
        path = to / name
        if not path.is_file() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            beside = path.with_name(f".{path.name}.{os.getpid()}.part")
            beside.write_bytes(content)
            beside.replace(path)
    for part in ("data", "trajectories"):
        (to / part).mkdir(parents=True, exist_ok=True)
        for name, path in _files(to / part).items():
            if f"{part}/{name}" not in contents:
                path.unlink()


def _data_files(area: AreaFolder) -> dict[str, bytes]:
    """Every file of the composed folder of inputs by its name below that folder."""
    # A night without news composes nothing and imports no declaration.
    from assets.tables.declarations import INPUT_TABLES

    shared = {
        name: path for name, path in _files(SHARED_DATA).items() if name.partition("/")[0] not in _NOT_SHARED
    }
    own = {name: path for name, path in _files(area.folder).items() if name != NAME}
    own = {name: path for name, path in own.items() if area.trajectories not in path.resolve().parents}
    made = {name: path.read_bytes() for name, path in {**shared, **own}.items()}
    for table in INPUT_TABLES.values():
        name = f"{table.name}.csv"
        if name in own and name in shared:
            made[name] = _with_shared(own[name].read_bytes(), shared[name], table.keys)
    if _SOURCES in own:
        made[_SOURCES] = _both_sources(shared[_SOURCES], own[_SOURCES])
    return made


def _with_shared(own: bytes, shared: Path, keys: Sequence[str]) -> bytes:
    """The area's file as it is, then the shared rows of other keys in the order of its columns.

    A file that cannot be read so stays as it is: the run refuses it in words.
    """
    try:
        text = own.decode("utf-8-sig")
        lines = [cells for cells in csv.reader(io.StringIO(text, newline="")) if any(cells)]
    except (UnicodeDecodeError, csv.Error):
        return own
    header = [name.strip() for name in lines[0]] if lines else []
    with shared.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows or set(header) != set(rows[0]):
        return own
    at = [header.index(key) for key in keys]
    known = {tuple(cells[place].strip() for place in at) for cells in lines[1:] if len(cells) == len(header)}
    others = [row for row in rows if tuple(row[key] for key in keys) not in known]
    ending = "\r\n" if "\r\n" in text else "\n"
    return own.rstrip(b"\r\n") + ending.encode() + _lines(others, header, ending)


def _lines(rows: Iterable[Mapping[str, str]], header: Sequence[str], ending: str) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=ending)
    writer.writerows([row[name] for name in header] for row in rows)
    return out.getvalue().encode()


def _both_sources(shared: Path, own: Path) -> bytes:
    """The shared list of sources, then the area's; raises BadInput where both have a source."""
    try:
        named = [{str(block["id"]) for block in yaml.safe_load(path.read_bytes())} for path in (shared, own)]
    except (yaml.YAMLError, KeyError, TypeError, UnicodeDecodeError):
        return own.read_bytes()
    twice = sorted(named[0] & named[1])
    if twice:
        expected = "an id that data/sources.yaml does not have"
        raise BadInput([Finding(_SOURCES, None, "id", inert(twice[0], 60), expected)])
    return shared.read_bytes().rstrip(b"\n") + b"\n" + own.read_bytes()


def _files(folder: Path) -> dict[str, Path]:
    """Files below a folder by their name there; hidden ones and locks of office programs are none."""
    return {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith((".", "~$"))
    }


def _fingerprint(area: AreaFolder, trajectories: Path) -> str:
    """A digest of all that a composed folder is made from, the code that makes it among them."""
    sources = {
        f"{part}/{name}": path
        for part, folder in {
            "area": area.folder,
            "trajectories": trajectories,
            "shared": SHARED_DATA,
            "code": Path(__file__).parent,
        }.items()
        for name, path in _files(folder).items()
        if not (part == "shared" and name.startswith("areas/")) and "__pycache__" not in name
    }
    hashes = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in sources.items()}
    return json.dumps(hashes, indent=0, sort_keys=True)
