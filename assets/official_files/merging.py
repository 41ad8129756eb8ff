"""A publication's rows in a data folder's tables: added, renewed or left, and never one of another key lost.

Tables are taken as text, so that a row that is not touched keeps its bytes. All tables are made and the whole
folder is checked as a run would check it before the first is put in its place.
"""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import yaml

from assets.inputs.assumptions import Assumptions
from assets.inputs.csv_reading import read_table
from assets.inputs.input_tables import check_every_input
from assets.inputs.settings import RunSettings
from assets.inputs.source_list import SOURCES, read_source_list
from assets.inputs.system_totals import system_code
from assets.official_files.official_file import Known, Publication
from assets.release_history.input_changes import changes_of_folder
from assets.tables.declarations import INPUT_TABLES
from assets.tables.declarations.declaration import Column, Table
from assets.tables.parquet import finish, neighbour
from housing_trajectories.findings import BadInput, Finding, inert


@dataclass(frozen=True)
class TableChange:
    """What happens to one table. `kept_later` are rows that stay because theirs is the later release."""

    table: str
    added: int
    changed: tuple[str, ...]
    same: int
    kept_later: int


def known_of(data: Path, release: str | None = None) -> Known:
    """What a data folder says that readers go by; raises BadInput where its registers cannot be read."""
    places = _table(data, "places")
    providers = _table(data, "providers")
    trusts = _table(data, "trust_staff_groups")
    census = _table(data, "census_based_population")
    totals = _table(data, "mid_year_estimate_totals").sort_values("year")
    boards = _table(data, "health_boards")
    months = [str(month) for month in _table(data, "gp_appointments_monthly")["month"]]
    base_year = int(Assumptions(_table(data, "assumptions")).value("demand.base_year"))
    system = system_code(places)
    of_system = boards[(boards == system).any(axis=1)]
    councils = places[places["kind"] == "place"]
    practices, small_areas = _table(data, "practice_places"), _table(data, "small_areas")
    return Known(
        councils=dict(zip(councils["place"], councils["place_name"], strict=True)),
        system=system,
        sub_boards=frozenset([*of_system["sub_icb"], *of_system["sub_icb_gss"]]),
        providers=dict(zip(providers["provider"], providers["kind"], strict=True)),
        trusts=dict(zip(trusts["trust"], trusts["provider"], strict=True)),
        census_years=frozenset(int(year) for year in census["year"].unique()),
        people=dict(zip(totals["place"], totals["population"], strict=True)),
        premises=_table(data, "premises"),
        practices={
            str(practice): (str(place), int(listed))
            for practice, place, listed in zip(
                practices["practice"], practices["place"], practices["registered_patients"], strict=True
            )
        },
        small_areas=dict(zip(small_areas["msoa"], small_areas["place"], strict=True)),
        flows=_table(data, "registered_flows"),
        trust_sites=_table(data, "trust_sites"),
        release=release,
        renews_from=max([f"{base_year}-04", *months]),
    )


def _table(data: Path, name: str) -> pd.DataFrame:
    return read_table(INPUT_TABLES[name], data / f"{name}.csv", None)


def merge(publication: Publication, settings: RunSettings) -> list[TableChange]:
    """Bring the rows into the data folder of `settings`, an area's or a complete one.

    An area's tables take what differs from the inputs composed for it. Raises BadInput, and changes nothing,
    where a run would then refuse the folder. What was wrong in the folder before is not held against the
    publication.
    """
    data, into = settings.data_path, Path(settings.data_directory)
    made: dict[str, str] = {}
    changes = []
    for name, rows in publication.tables.items():
        text, change = merged(INPUT_TABLES[name], data / f"{name}.csv", rows, publication.dated_by.get(name))
        changes.append(change)
        if change.added or change.changed:
            made[f"{name}.csv"] = text if data == into else _own_rows(INPUT_TABLES[name], into, data, text)
    sources = _with_source(data / SOURCES, into / SOURCES, publication.source, made)
    if sources is not None:
        made[SOURCES] = sources
    if made:
        _check(made, settings)
    for name, text in made.items():
        path = into / name
        temporary = neighbour(path)
        try:
            temporary.write_text(text, encoding="utf-8", newline="")
            finish(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
    return changes


def merged(table: Table, path: Path, rows: pd.DataFrame, dated_by: str | None) -> tuple[str, TableChange]:
    """The text of a table with rows brought in, and what that changes; raises BadInput for a bad table.

    A row whose figures are those already there stays as it is, words and all. A table that stands sorted by
    its keys stays so.
    """
    read_table(table, path, None)  # nothing is merged into a table that cannot be read
    text = path.read_bytes().decode("utf-8-sig")
    ending = "\r\n" if "\r\n" in text else "\n"
    lines = [cells for cells in csv.reader(io.StringIO(text, newline="")) if any(cells)]
    header = [name.strip() for name in lines[0]]
    columns = {column.name: column for column in table.columns}
    there = {_key(table, dict(zip(header, cells, strict=True))): cells for cells in lines[1:]}
    was_sorted = list(there) == sorted(there)
    added, same, kept = 0, 0, 0
    changed: list[str] = []
    for record in rows.to_dict("records"):
        new = {str(name): _text(columns[str(name)], value) for name, value in record.items()}
        key = _key(table, new)
        old = dict(zip(header, there[key], strict=True)) if key in there else None
        if old is None:
            added += 1
        elif all(_same(column, old[column.name], new[column.name]) for column in _figures(table)):
            same += 1
            continue
        elif dated_by and old[dated_by] > new[dated_by]:
            kept += 1
            continue
        else:
            changed.append(_told(table, old, new))
        there[key] = [new[name] for name in header]
    order = sorted(there) if was_sorted else list(there)
    out = io.StringIO()
    if text and path.read_bytes().startswith(b"\xef\xbb\xbf"):
        out.write("\ufeff")
    writer = csv.writer(out, lineterminator=ending)
    writer.writerow(lines[0])
    writer.writerows(there[key] for key in order)
    return out.getvalue(), TableChange(table.name, added, tuple(changed), same, kept)


def _own_rows(table: Table, into: Path, known: Path, text: str) -> str:
    """An area's table with the rows of `text` that the complete table in `known` does not have so."""
    name = f"{table.name}.csv"
    before, after = (
        [cells for cells in csv.reader(io.StringIO(one, newline="")) if any(cells)]
        for one in ((known / name).read_bytes().decode("utf-8-sig"), text)
    )
    header = [column.strip() for column in before[0]]
    as_composed = {
        _key(table, row): row for row in (dict(zip(header, cells, strict=True)) for cells in before[1:])
    }
    rows: dict[tuple[tuple[int, float, str], ...], list[str]] = {}
    if (into / name).is_file():
        held = csv.reader(io.StringIO((into / name).read_bytes().decode("utf-8-sig"), newline=""))
        first, *own = [cells for cells in held if any(cells)]
        for cells in own:
            row = dict(zip((column.strip() for column in first), cells, strict=True))
            # An optional column that the area leaves out has what its inputs were composed with.
            whole = {**as_composed.get(_key(table, row), {}), **row}
            rows[_key(table, row)] = [whole.get(column, "") for column in header]
    there = {tuple(cells) for cells in before}
    rows |= {
        _key(table, dict(zip(header, cells, strict=True))): cells
        for cells in after
        if tuple(cells) not in there
    }
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows[key] for key in (sorted(rows) if list(rows) == sorted(rows) else rows))
    return out.getvalue()


def _figures(table: Table) -> list[Column]:
    return [c for c in table.columns if c.name not in table.keys and c.kind != "text"]


def _key(table: Table, row: Mapping[str, str]) -> tuple[tuple[int, float, str], ...]:
    """A row's key, numbers in the order of numbers and bands in theirs."""
    parts: list[tuple[int, float, str]] = []
    for column in table.columns:
        if column.name not in table.keys:
            continue
        text = row[column.name].strip()
        if column.kind != "text" and text:
            parts.append((0, float(text), ""))
        elif column.allowed and text in column.allowed:
            parts.append((0, float(column.allowed.index(text)), text))
        else:
            parts.append((1, 0.0, text))
    return tuple(parts)


def _text(column: Column, value: object) -> str:
    if value is None or value != value:
        return ""
    if column.kind == "text":
        return str(value)
    number = float(str(value))
    return str(int(number)) if number == int(number) else repr(number)


def _same(column: Column, old: str, new: str) -> bool:
    if not old.strip() or not new:
        return old.strip() == new
    return float(old) == float(new)


def _told(table: Table, old: Mapping[str, str], new: Mapping[str, str]) -> str:
    named = ", ".join(new[name] for name in table.keys)
    differences = [
        f"{column.name} {old[column.name] or 'empty'} → {new[column.name] or 'empty'}"
        for column in _figures(table)
        if not _same(column, old[column.name], new[column.name])
    ]
    return inert(f"{named}: {', '.join(differences)}", 200)


def _with_source(known: Path, path: Path, source: Mapping[str, str], made: Mapping[str, str]) -> str | None:
    """The file of sources with the publication's block; None where no row cites it or it is known."""
    if not source or not any(source["id"] in text for text in made.values()):
        return None
    if source["id"] in read_source_list(known):
        return None
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    block = yaml.safe_dump([dict(source)], sort_keys=False, allow_unicode=True, width=1_000)
    return (text.rstrip("\n") + "\n" if text else "") + block


def _check(made: Mapping[str, str], settings: RunSettings) -> None:
    """Hold the folder as it would be to what a run holds it to; raises BadInput with what is newly wrong."""
    before = set(_findings(settings))
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "data"
        shutil.copytree(settings.data_directory, copy, ignore=shutil.ignore_patterns(".*", "~$*"))
        for name, text in made.items():
            (copy / name).write_text(text, encoding="utf-8", newline="")
        told = {
            "data_directory": str(copy),
            "trajectories_directory": str(settings.trajectories_path),
            "outputs_directory": folder,
        }
        would_be = settings.model_copy(update=told).prepared()
        new = [
            finding
            for finding in _findings(would_be)
            if finding not in before and finding.severity == "error"
        ]
        tables = {
            settings.data_path / name: (would_be.data_path / name).read_bytes()
            for name in made
            if name.endswith(".csv")
        }
    new += changes_of_folder(tables, settings.data_path, datetime.now(UTC).date()).refused
    if new:
        raise BadInput(new)


def _findings(settings: RunSettings) -> tuple[Finding, ...]:
    try:
        check_every_input(settings)
    except BadInput as error:
        return error.findings
    return ()
