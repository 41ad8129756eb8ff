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
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from assets.areas.area_folder import NAME, AreaFolder, read_area
from assets.inputs.defaults import SHARED_DATA
from housing_trajectories.findings import BadInput, Finding, inert

if TYPE_CHECKING:
    from assets.tables.declarations.declaration import Table

_MADE_FROM = "made_from.json"
_NOT_SHARED = ("areas", "england")
_WORDS = (".md", ".txt")
"""Pages for people beside an area's tables."""

Row = dict[str, str]
_SOURCES = "sources.yaml"


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
    own = _files(trajectories) if trajectories.is_dir() else {}
    contents = {f"data/{name}": content for name, content in _data_files(area, list(own)).items()}
    contents |= {f"trajectories/{name}": path.read_bytes() for name, path in own.items()}
    contents |= _trajectories_of_plans(contents)
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


def _trajectories_of_plans(contents: Mapping[str, bytes]) -> dict[str, bytes]:
    """The trajectory of each council that has sent none: its plan's requirement, or its past rate."""
    from housing_trajectories.delivery.phased_files import NAMES, read_published, write_trajectories

    with tempfile.TemporaryDirectory(prefix="placecast-plans-") as temporary:
        folder = Path(temporary)
        for name in NAMES:
            (folder / name).write_bytes(contents[f"data/{name}"])
        try:
            published = read_published(folder)
            wanted = [
                place
                for place in published.places
                if f"trajectories/{place['trajectory_file']}" not in contents
            ]
            write_trajectories(replace(published, places=wanted), folder)
        except (ValueError, LookupError, TypeError) as error:
            raise _plans_refused(folder, NAMES, error) from None
        return {
            f"trajectories/{place['trajectory_file']}": (folder / place["trajectory_file"]).read_bytes()
            for place in wanted
        }


def _plans_refused(folder: Path, names: Sequence[str], error: Exception) -> BadInput:
    """What is wrong in tables of which no trajectory can be made: their cells, or what they leave out."""
    from assets.inputs.csv_reading import read_table
    from assets.tables.declarations import INPUT_TABLES

    findings: list[Finding] = []
    places: set[str] | None = None
    for name in sorted(names, key=lambda name: name != "places.csv"):
        try:
            frame = read_table(INPUT_TABLES[Path(name).stem], folder / name, places=places)
            places = set(frame["place"]) if name == "places.csv" else places
        except BadInput as refused:
            findings += refused.findings
    expected = "every year of a plan up to now, where a place has rows of its own"
    return BadInput(
        findings or [Finding("net_additional_dwellings.csv", None, "year", inert(str(error)), expected)]
    )


def _data_files(area: AreaFolder, trajectories: Sequence[str]) -> dict[str, bytes]:
    """Every file of the composed folder of inputs by its name below that folder.

    trajectories: names of the files that councils have sent.
    """
    # A night without news composes nothing and imports neither pandas nor a declaration.
    from assets.areas.area_selection import wrong_authorities
    from assets.areas.local_rows import contradictions, levels_of, text_rows
    from assets.areas.national_inputs import national_rows
    from assets.tables.declarations import INPUT_TABLES

    if wrong := wrong_authorities(area.authorities):
        raise BadInput(wrong)
    shared = {
        name: path for name, path in _files(SHARED_DATA).items() if name.partition("/")[0] not in _NOT_SHARED
    }
    own = {
        name: path for name, path in _files(area.folder).items() if name != NAME and not name.endswith(_WORDS)
    }
    own = {name: path for name, path in own.items() if area.trajectories not in path.resolve().parents}
    made = {name: path.read_bytes() for name, path in {**shared, **own}.items()}
    trusts = _own_trusts(own.get("providers.csv"), INPUT_TABLES["providers"])
    national = {rows.table: rows for rows in national_rows(area, trajectories, trusts)}
    findings: list[Finding] = []
    kept: dict[str, tuple[Table, list[Row], list[Row]]] = {}
    for table in INPUT_TABLES.values():
        name = f"{table.name}.csv"
        header, ending = list(table.column_names), "\n"
        rows, of_own = _shared_rows(shared.get(name)), None
        if table.name in national:
            rows = rows + text_rows(table, national[table.name].rows)
        if name in own:
            of_own = _own_rows(own[name].read_bytes(), table)
            if of_own is None:
                continue
            header, ending = of_own.header, of_own.ending
            if table.name in national and national[table.name].level == "published":
                findings += contradictions(table, of_own.numbered, rows)
            made[name] = own[name].read_bytes().rstrip(b"\r\n") + ending.encode()
            if left_out := [column for column in table.optional if column not in header]:
                header = [*header, *left_out]
                made[name] = _completed(of_own, table, rows, left_out)
            known = {tuple(row[key] for key in table.local_by) for _, row in of_own.numbered}
            rows = [row for row in rows if tuple(row[key] for key in table.local_by) not in known]
            made[name] += _lines(rows, header, ending)
        elif name not in shared or table.name in national:
            made[name] = _lines([dict(zip(header, header, strict=True)), *rows], header, ending)
        if table.name in national:
            kept[table.name] = (table, [row for _, row in of_own.numbered] if of_own else [], rows)
    if findings:
        raise BadInput(findings)
    levels = [
        row for name, (_, local, rest) in kept.items() for row in levels_of(national[name], local, rest)
    ]
    columns = list(INPUT_TABLES["area_inputs"].column_names)
    made["area_inputs.csv"] = _lines([dict(zip(columns, columns, strict=True)), *levels], columns, "\n")
    if _SOURCES in own:
        made[_SOURCES] = _both_sources(shared[_SOURCES], own[_SOURCES])
    return made


def _own_trusts(path: Path | None, table: Table) -> list[str]:
    """The acute trusts that an area's own list of providers names."""
    own = _own_rows(path.read_bytes(), table) if path else None
    return [row["provider"] for _, row in own.numbered if row["kind"] == "acute"] if own else []


@dataclass(frozen=True)
class _OwnTable:
    """An area's own table: its columns in its order, its rows with their numbers, and how its lines end."""

    header: list[str]
    numbered: list[tuple[int, Row]]
    ending: str
    lines: list[list[str]]


def _own_rows(content: bytes, table: Table) -> _OwnTable | None:
    """None for a file that cannot be read so: it is taken as it is, and the run refuses it in words."""
    try:
        text = content.decode("utf-8-sig")
        lines = list(enumerate(csv.reader(io.StringIO(text, newline="")), start=1))
    except (UnicodeDecodeError, csv.Error):
        return None
    header = [name.strip() for name in lines[0][1]] if lines else []
    required = set(table.column_names) - set(table.optional)
    if not required <= set(header) <= set(table.column_names) or len(header) != len(set(header)):
        return None
    numbered = [
        (number, dict(zip(header, (cell.strip() for cell in cells), strict=True)))
        for number, cells in lines[1:]
        if len(cells) == len(header) and any(cells)
    ]
    ending = "\r\n" if "\r\n" in text else "\n"
    return _OwnTable(header, numbered, ending, [cells for _, cells in lines])


def _completed(own: _OwnTable, table: Table, rows: Sequence[Row], left_out: Sequence[str]) -> bytes:
    """The area's file with columns that it leaves out, from England's row of the same key."""
    national = {tuple(row[key] for key in table.keys): row for row in rows}
    by_number = dict(own.numbered)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=own.ending)
    for number, cells in enumerate(own.lines, start=1):
        if number == 1:
            writer.writerow([*cells, *left_out])
        elif number in by_number:
            row = by_number[number]
            other = national.get(tuple(row[key] for key in table.keys), {})
            writer.writerow([*cells, *(other.get(column, "") for column in left_out)])
        else:
            writer.writerow(cells)
    return out.getvalue().encode()


def _shared_rows(path: Path | None) -> list[Row]:
    if path is None:
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _lines(rows: Iterable[Mapping[str, str]], header: Sequence[str], ending: str) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=ending)
    writer.writerows([row[name] for name in header] for row in rows)
    return out.getvalue().encode()


def _both_sources(shared: Path, own: Path) -> bytes:
    """The shared list of sources, then the area's; raises BadInput where both have a source."""
    from assets.inputs.source_list import read_source_list

    twice = sorted(set(read_source_list(shared)) & set(read_source_list(own)))
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
