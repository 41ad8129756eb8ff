"""The inbox: a file put there is checked, then accepted as the new version of an input or quarantined.

A file's name only ever chooses among the inputs there are: where it goes is made of the registry's and
places.csv's own names, never of the name it came with. Nothing that is not a plain file is opened. Files
that still grow are left alone. The version before and the new one are kept under their hashes in the store
of inputs, and the run of what rests on it is the sensor's business (pipelines/sensors.py).

Nothing about one file stops another: whatever goes wrong in checking it quarantines that file alone. Of two
versions of one input the newer is taken, by the base date they say, else by when they were last changed; the
other is set aside (pipelines/inbox/put_away.py). Files are copied one after the other, never all in memory,
and at most LARGEST_BYTES of them are looked at together: the rest wait for the next look.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from assets.inputs.input_hashes import file_sha256
from assets.inputs.input_store import InputStore
from assets.release_history.input_changes import InputChanges, changes_of_folder
from housing_trajectories.findings import BadInput, errors
from housing_trajectories.reading_options import SUFFIX as OPTIONS_SUFFIX
from pipelines.inbox.arrivals import (
    Refusal,
    Target,
    published_refusal,
    refusal_of,
    target_of,
    trajectory_files,
)
from pipelines.inbox.put_away import Inbox, in_use, quarantine, refuse, set_aside
from pipelines.inbox.receipts import Receipt, note
from pipelines.nightly.last_run import write_durably

if TYPE_CHECKING:
    from assets.inputs.settings import RunSettings

STANDS_STILL_SECONDS = 20.0
"""A file is taken in once its size and time of change are the same at two looks so far apart."""
LARGEST_BYTES, LARGEST_TABLE_BYTES = 8 * 1024 * 1024, 4 * 1024 * 1024
"""Of a council's file, and of all that are checked together; of a table, which is sixty times the largest
there is: a check holds up to sixty times as much in memory."""
MOST_TRIED_TOGETHER = 5
"""Of so many refused files every group is tried, a second or two each; of more all together only."""
_SEEN = ".seen.json"
_UNFINISHED = (".part", ".partial", ".tmp", ".filepart", ".crdownload", ".download")


@dataclass(frozen=True)
class _Arrived:
    """A file that stands still: its name, a copy nobody writes to, its hash, the input it would renew."""

    name: str
    copy: Path
    sha256: str
    target: Target


Unit = list[_Arrived]
"""Files that are taken in or refused as one: a trajectory and what is told of it."""


def take_in(inbox: Inbox, outputs: Path, *, now: float | None = None) -> list[Receipt]:
    """Take in every file that stands still, and return what became of each; others are left for another look.

    The caller sees to it that no run reads the inputs meanwhile.
    """
    moment = time.time() if now is None else now
    inbox.folder.mkdir(parents=True, exist_ok=True)
    inbox = inbox.prepared(outputs)
    seen = _seen(inbox)
    kept: dict[str, list[float]] = {}
    receipts: list[Receipt] = []
    ready: list[tuple[int, str]] = []
    for entry in sorted(os.scandir(inbox.folder), key=lambda entry: entry.name):
        name = entry.name
        if name.startswith((".", "~$")) or name.lower().endswith(_UNFINISHED):
            continue
        state = entry.stat(follow_symlinks=False)
        if not stat.S_ISREG(state.st_mode):
            if not stat.S_ISDIR(state.st_mode):
                receipts.append(refuse(inbox, name, Refusal("a link or a device", "a plain file"), moment))
            continue
        look = [float(state.st_size), float(state.st_mtime_ns)]
        before = seen.get(name)
        if before is None or before[:2] != look:
            kept[name] = [*look, moment]
        elif moment - before[2] < STANDS_STILL_SECONDS:
            kept[name] = before
        else:
            ready.append((state.st_size, name))
    with tempfile.TemporaryDirectory(prefix="placecast-inbox-") as copies:
        arrived: list[_Arrived] = []
        room = LARGEST_BYTES
        for size, name in sorted(ready):
            if arrived and room < size <= LARGEST_BYTES:
                kept[name] = seen[name]
                continue
            try:
                found = _read(inbox, name, moment, Path(copies))
            except Exception as error:
                found = quarantine(inbox, name, [_broke_off(name, error)], moment)
            if isinstance(found, Receipt):
                receipts.append(found)
            else:
                arrived.append(found)
                room -= size
        receipts += _newest_of_each(inbox, outputs, arrived, moment)
    _keep_seen(inbox, seen, kept)
    return receipts


def waiting(inbox: Inbox) -> list[str]:
    """Names of files that a next look may take in."""
    if not inbox.folder.is_dir():
        return []
    return sorted(entry.name for entry in os.scandir(inbox.folder) if not entry.name.startswith("."))


def _newest_of_each(inbox: Inbox, outputs: Path, arrived: list[_Arrived], moment: float) -> list[Receipt]:
    """Take in the newest good version of each input; versions older than that are set aside."""
    receipts: list[Receipt] = []
    waiting = _versions(inbox, arrived)
    while waiting:
        accepted = _together_or_alone(inbox, outputs, [units[0] for units in waiting], receipts, moment)
        for newest, *older in waiting:
            for one in (one for unit in older if newest in accepted for one in unit):
                receipts.append(set_aside(inbox, one.name, one.target, newest[0].name, moment))
        waiting = [units[1:] for units in waiting if units[0] not in accepted and units[1:]]
    return receipts


def _together_or_alone(
    inbox: Inbox, outputs: Path, units: list[Unit], receipts: list[Receipt], moment: float
) -> list[Unit]:
    """Take in files that arrived at once: all where they hold together, else each that holds by itself.

    Tables that must agree, such as estimates and their totals, are each refused beside the other's version
    before: what is refused alone is tried once more together. Returns what was taken in.
    """

    def taken(unit: Unit) -> Unit:
        receipts.extend(_accept(inbox, outputs, one, moment) for one in unit)
        return unit

    if len(units) > 1 and not _findings(inbox, [one for unit in units for one in unit]):
        return [taken(unit) for unit in units]
    accepted: list[Unit] = []
    refused: list[tuple[Unit, list[str]]] = []
    for unit in units:
        if findings := _findings(inbox, unit):
            refused.append((unit, findings))
        else:
            accepted.append(taken(unit))
    agreed = _that_agree(inbox, [unit for unit, _ in refused])
    accepted += [taken(unit) for unit in agreed]
    for unit, findings in refused:
        for one in unit if unit not in agreed else ():
            known = None
            with suppress(Exception):  # it is refused in any case
                known = published_refusal(one.copy.read_bytes(), inbox.known)
            receipts.append(
                refuse(inbox, one.name, known, moment)
                if known
                else quarantine(inbox, one.name, findings, moment, one.target)
            )
    return accepted


def _versions(inbox: Inbox, arrived: list[_Arrived]) -> list[list[Unit]]:
    """What arrived for each input, the newest first. What is told of a file goes with it."""
    units: dict[str, Unit] = {one.name: [one] for one in arrived if not _told(one)}
    alone: list[Unit] = []
    for one in filter(_told, arrived):
        of = one.name.removesuffix(OPTIONS_SUFFIX)
        told = one.target.name.removesuffix(OPTIONS_SUFFIX)
        same = [unit for unit in units.values() if unit[0].target.name == told]
        unit = units.get(of) or (same[0] if len(same) == 1 else None)
        if unit is None:
            alone.append([one])
        else:
            unit.append(one)
    versions: dict[str, list[Unit]] = {}
    for unit in [*units.values(), *alone]:
        key = unit[0].target.name if _told(unit[0]) else unit[0].target.place or unit[0].target.name
        versions.setdefault(key, []).append(unit)
    return [_newest_first(inbox, of_one) for of_one in versions.values()]


def _told(one: _Arrived) -> bool:
    return one.name.endswith(OPTIONS_SUFFIX)


def _newest_first(inbox: Inbox, units: list[Unit]) -> list[Unit]:
    """By the base date that trajectories say, where each says one; then by when the files were changed."""
    if len(units) == 1:
        return units
    said = [_base_date(inbox, unit[0]) for unit in units]
    dates = said if all(said) else [""] * len(units)
    changed = [unit[0].copy.stat().st_mtime_ns for unit in units]
    order = sorted(range(len(units)), key=lambda at: (dates[at], changed[at], units[at][0].name))
    return [units[at] for at in reversed(order)]


def _base_date(inbox: Inbox, one: _Arrived) -> str:
    """The base date a council's file says; empty for a table, and where it says none."""
    from housing_trajectories.reading import read

    return read(one.copy, one.target.place, data=inbox.known).base_date if one.target.place else ""


def _that_agree(inbox: Inbox, refused: list[Unit]) -> list[Unit]:
    """The largest group of units refused one by one that hold together; none where no two do."""
    smallest = 2 if len(refused) <= MOST_TRIED_TOGETHER else len(refused)
    for size in range(len(refused), smallest - 1, -1):
        for group in combinations(refused, size):
            if not _findings(inbox, [one for unit in group for one in unit]):
                return list(group)
    return []


def _read(inbox: Inbox, name: str, moment: float, copies: Path) -> _Arrived | Receipt:
    """A copy of a file and the input it would renew, or the receipt of its refusal."""
    target = target_of(name, inbox.data, inbox.trajectories, inbox.known)
    largest = LARGEST_TABLE_BYTES if target and not target.place else LARGEST_BYTES
    copy = copies / (name if target else "unknown")
    try:
        size = _copied(inbox.folder / name, copy, largest)
    except OSError as error:
        return refuse(inbox, name, Refusal(f"it cannot be read ({error.strerror})", "a plain file"), moment)
    if size > largest:
        expected = (
            f"a file of at most {largest:,} bytes; a larger one of a publisher is brought in with "
            f"`python -m pipelines read-official-file FILE --into {inbox.data.name}`"
        )
        return refuse(inbox, name, Refusal(f"{size:,} bytes", expected), moment)
    if target is None:
        return refuse(inbox, name, refusal_of(name, copy.read_bytes(), inbox.known), moment)
    digest = file_sha256(copy)
    if target.path.is_file() and file_sha256(target.path) == digest and in_use(inbox, target) == target.path:
        return _leave(inbox, name, digest, target, moment)
    return _Arrived(name, copy, digest, target)


def _copied(path: Path, copy: Path, largest: int) -> int:
    """Copy a plain file of at most `largest` bytes, its time of change too; the size of any.

    A link put in its place meanwhile is not followed.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        state = os.fstat(file.fileno())
        if not stat.S_ISREG(state.st_mode):
            raise OSError(0, "not a plain file")
        if state.st_size > largest:
            return state.st_size
        size = copy.write_bytes(file.read(largest + 1))
        os.utime(copy, ns=(state.st_mtime_ns, state.st_mtime_ns))
        return size


def _broke_off(name: str, error: Exception) -> str:
    """What stands for an error that no reader foresaw."""
    first = (str(error).strip().splitlines() or ["no words"])[0]
    return f"{name}: checking it broke off ({type(error).__name__}: {first})"


def _leave(inbox: Inbox, name: str, digest: str, target: Target, moment: float) -> Receipt:
    """The receipt of a file that is in use already: taken out of the inbox, and nothing else done."""
    (inbox.folder / name).unlink()
    receipt = Receipt(name, accepted=True, where=target.name, sha256=digest, unchanged=True)
    note(inbox.folder.parent, receipt, moment)
    return receipt


def _accept(inbox: Inbox, outputs: Path, arrived: _Arrived, moment: float) -> Receipt:
    """Take a file in; one that cannot be written, as on a full disk, stays in the inbox for another look."""
    name, target = arrived.name, arrived.target
    try:
        store = InputStore(outputs / "inputs")
        former = in_use(inbox, target)
        before = store.keep(former) if former else ""
        digest = store.keep(arrived.copy)
        look = _to_look_at(inbox, arrived, former) if former else ()
        _replace(target.path, arrived.copy.read_bytes())
        if target.place:
            _name_in_places(inbox, target, store)
        if (inbox.folder / name).lstat().st_mtime_ns == arrived.copy.stat().st_mtime_ns:
            (inbox.folder / name).unlink()
    except OSError as error:
        why = f"{name}: it could not be taken in ({error.strerror}) and stays in the inbox"
        return Receipt(name, accepted=False, where="inbox", findings=(why,))
    receipt = Receipt(name, True, target.name, look, sha256=digest, before=before)
    note(inbox.folder.parent, receipt, moment)
    return receipt


def _to_look_at(inbox: Inbox, arrived: _Arrived, former: Path) -> tuple[str, ...]:
    """What somebody should look at in a new file: what it changes or lacks, or that it is older."""
    from housing_trajectories.reading import read
    from housing_trajectories.reading_options import copy_options
    from housing_trajectories.tools.fewer_sites import fewer_than_before

    try:
        if not arrived.target.place:
            with _with_them(inbox, [arrived]) as settings:
                return tuple(_changes(inbox, [arrived], settings.data_path).changed)
        path = arrived.copy.parent / "as_in_use" / arrived.target.path.name
        path.parent.mkdir(exist_ok=True)
        shutil.copy2(arrived.copy, path)
        copy_options(arrived.target.path, path)
        old, new = (read(one, arrived.target.place, data=inbox.known) for one in (former, path))
        finding = fewer_than_before(old, new, share=0.0)
    except BadInput as error:
        # What is in use cannot be read: whatever renews it is better.
        return (str(error),)
    except Exception as error:
        return (_broke_off(arrived.name, error),)
    words = [finding.sentence()] if finding else []
    if new.base_date and new.base_date < old.base_date:
        words.append(
            f"{arrived.name}: found base date {new.base_date}; expected one not before {old.base_date}, that "
            "of the version in use until now: an older version?"
        )
    return tuple(words)


def _findings(inbox: Inbox, arrived: list[_Arrived]) -> list[str]:
    """Why a run would refuse the inputs with these files among them; empty where it would not."""
    from assets.inputs.input_tables import check_every_input

    try:
        with _with_them(inbox, arrived) as settings:
            check_every_input(settings)
            return [finding.refusal() for finding in _changes(inbox, arrived, settings.data_path).refused]
    except BadInput as error:
        return [finding.refusal() for finding in errors(error.findings) or error.findings]
    except Exception as error:
        return [_broke_off(", ".join(one.name for one in arrived), error)]


@contextmanager
def _with_them(inbox: Inbox, arrived: list[_Arrived]) -> Iterator[RunSettings]:
    """Settings of a run over a copy of the inputs in which these files stand; raises BadInput."""
    from assets.inputs.settings import RunSettings

    with tempfile.TemporaryDirectory(prefix="placecast-inbox-") as temporary:
        folder = Path(temporary)
        copy = replace(inbox, data=folder / "data", trajectories=folder / "trajectories")
        shutil.copytree(inbox.data, copy.data)
        shutil.copytree(inbox.trajectories, copy.trajectories)
        for one in arrived:
            folder = copy.data if one.target.path.parent == inbox.data else copy.trajectories
            shutil.copyfile(one.copy, folder / one.target.path.name)
        for one in arrived:
            if one.target.place:
                _name_in_places(copy, one.target, None)
        yield RunSettings(
            data_directory=str(copy.data),
            trajectories_directory=str(copy.trajectories),
            outputs_directory=temporary,
        ).prepared()


def _changes(inbox: Inbox, arrived: list[_Arrived], data: Path) -> InputChanges:
    """New tables and trajectories against those in use; `data` is the complete folder with the new ones."""
    files = {one.target.path: one.copy.read_bytes() for one in arrived if one.target.place}
    for one in arrived:
        if not one.target.place and one.target.path.parent == inbox.data and one.target.path.suffix == ".csv":
            files[inbox.known / one.target.path.name] = (data / one.target.path.name).read_bytes()
    return changes_of_folder(files, inbox.known, datetime.now(UTC).date())


def _name_in_places(inbox: Inbox, target: Target, store: InputStore | None) -> None:
    """Have places.csv name the council's new file, where it came in another format than the one before."""
    old, path = trajectory_files(inbox.known)[target.place], inbox.data / "places.csv"
    if old == target.path.name or not path.is_file():
        return
    if store:
        store.keep(path)
    lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    lines = [
        line.replace(old, target.path.name) if line.startswith(f"{target.place},") else line for line in lines
    ]
    _replace(path, "".join(lines).encode())


def _replace(path: Path, content: bytes) -> None:
    """New content in one step: who reads meanwhile has the old file or the new one."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)


def _seen(inbox: Inbox) -> dict[str, list[float]]:
    try:
        return dict(json.loads((inbox.folder / _SEEN).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def _keep_seen(inbox: Inbox, before: Mapping[str, list[float]], now: dict[str, list[float]]) -> None:
    if now != before:
        write_durably(inbox.folder / _SEEN, json.dumps(now) + "\n")
