"""The inbox: a file put there is checked, then accepted as the new version of an input or quarantined.

A file's name only ever chooses among the inputs there are: where it goes is made of the registry's and
places.csv's own names, never of the name it came with. Nothing that is not a plain file is opened. Files
that still grow are left alone. The version before and the new one are kept under their hashes in the store
of inputs, and the run of what rests on it is the sensor's business (pipelines/sensors.py).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import stat
import tempfile
import time
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

from assets.inputs.csv_reading import MAXIMUM_BYTES
from assets.inputs.input_store import InputStore
from housing_trajectories.findings import BadInput, Finding, errors, inert
from housing_trajectories.reading_options import SUFFIX as OPTIONS_SUFFIX
from pipelines import ROOT
from pipelines.inbox.arrivals import (
    Refusal,
    Target,
    kinds_in_words,
    published_refusal,
    refusal_of,
    target_of,
    trajectory_files,
)
from pipelines.inbox.receipts import LONGEST_NAME, Receipt, note
from pipelines.nightly.last_run import write_durably

STANDS_STILL_SECONDS = 20.0
"""A file is taken in once its size and time of change are the same at two looks so far apart."""
MOST_TRIED_TOGETHER = 5
"""Of so many refused files every group is tried, a second or two each; of more all together only."""
_SEEN = ".seen.json"
_UNFINISHED = (".part", ".partial", ".tmp", ".filepart", ".crdownload", ".download")


@dataclass(frozen=True)
class Inbox:
    """Where files arrive, where refused ones go, and the inputs they may renew."""

    folder: Path
    quarantine: Path
    data: Path
    trajectories: Path

    @classmethod
    def default(cls) -> Inbox:
        """The project's own, `inputs/inbox` and `inputs/quarantine`, unless PLACECAST_INBOX names one."""
        from assets.inputs.defaults import DATA_DIRECTORY, TRAJECTORIES_DIRECTORY

        folder = Path(os.environ.get("PLACECAST_INBOX") or ROOT / "inputs" / "inbox")
        return cls(folder, folder.parent / "quarantine", DATA_DIRECTORY, TRAJECTORIES_DIRECTORY)


@dataclass(frozen=True)
class _Arrived:
    """A file that has been read: its name, its bytes, the input it would renew."""

    name: str
    content: bytes
    target: Target


def take_in(inbox: Inbox, outputs: Path, *, now: float | None = None) -> list[Receipt]:
    """Take in every file that stands still, and return what became of each; others are left for another look.

    The caller sees to it that no run reads the inputs meanwhile.
    """
    moment = time.time() if now is None else now
    inbox.folder.mkdir(parents=True, exist_ok=True)
    seen = _seen(inbox)
    kept: dict[str, list[float]] = {}
    receipts = []
    arrived: list[_Arrived] = []
    for entry in sorted(os.scandir(inbox.folder), key=lambda entry: entry.name):
        name = entry.name
        if name.startswith((".", "~$")) or name.lower().endswith(_UNFINISHED):
            continue
        state = entry.stat(follow_symlinks=False)
        if not stat.S_ISREG(state.st_mode):
            if not stat.S_ISDIR(state.st_mode):
                receipts.append(_refuse(inbox, name, Refusal("a link or a device", "a plain file"), moment))
            continue
        look = [float(state.st_size), float(state.st_mtime_ns)]
        before = seen.get(name)
        if before is None or before[:2] != look:
            kept[name] = [*look, moment]
        elif moment - before[2] < STANDS_STILL_SECONDS:
            kept[name] = before
        else:
            found = _read(inbox, name, moment)
            if isinstance(found, Receipt):
                receipts.append(found)
            else:
                arrived.append(found)
    receipts += _together_or_alone(inbox, outputs, arrived, moment)
    _keep_seen(inbox, seen, kept)
    return receipts


def waiting(inbox: Inbox) -> list[str]:
    """Names of files that a next look may take in."""
    if not inbox.folder.is_dir():
        return []
    return sorted(entry.name for entry in os.scandir(inbox.folder) if not entry.name.startswith("."))


def _together_or_alone(inbox: Inbox, outputs: Path, arrived: list[_Arrived], moment: float) -> list[Receipt]:
    """Take in files that arrived at once: all where they hold together, else each that holds by itself.

    Tables that must agree, such as estimates and their totals, are each refused beside the other's version
    before: what is refused alone is tried once more together.
    """
    units = _units(arrived)
    if len(units) > 1 and not _findings(inbox, arrived):
        return [_accept(inbox, outputs, one, moment) for one in arrived]
    receipts, refused = [], []
    for unit in units:
        if findings := _findings(inbox, unit):
            refused.append((unit, findings))
        else:
            receipts += [_accept(inbox, outputs, one, moment) for one in unit]
    agreed = _that_agree(inbox, [unit for unit, _ in refused])
    receipts += [_accept(inbox, outputs, one, moment) for unit in agreed for one in unit]
    for unit, findings in refused:
        for one in unit if unit not in agreed else ():
            known = published_refusal(one.content, inbox.data)
            receipts.append(
                _refuse(inbox, one.name, known, moment)
                if known
                else _quarantine(inbox, one.name, findings, moment, one.target)
            )
    return receipts


def _units(arrived: list[_Arrived]) -> list[list[_Arrived]]:
    """Files that are taken in or refused as one: a trajectory and what is told of it."""
    units: dict[str, list[_Arrived]] = {}
    for one in arrived:
        units.setdefault(one.target.name.removesuffix(OPTIONS_SUFFIX), []).append(one)
    return list(units.values())


def _that_agree(inbox: Inbox, refused: list[list[_Arrived]]) -> list[list[_Arrived]]:
    """The largest group of units refused one by one that hold together; none where no two do."""
    smallest = 2 if len(refused) <= MOST_TRIED_TOGETHER else len(refused)
    for size in range(len(refused), smallest - 1, -1):
        for group in combinations(refused, size):
            if not _findings(inbox, [one for unit in group for one in unit]):
                return list(group)
    return []


def _read(inbox: Inbox, name: str, moment: float) -> _Arrived | Receipt:
    """A file's content and the input it would renew, or the receipt of its refusal."""
    try:
        content = _content(inbox.folder / name)
    except OSError as error:
        return _refuse(inbox, name, Refusal(f"it cannot be read ({error.strerror})", "a plain file"), moment)
    if len(content) > MAXIMUM_BYTES:
        expected = (
            f"a file of at most {MAXIMUM_BYTES:,} bytes; a larger one of a publisher is brought in with "
            f"`python -m pipelines read-official-file FILE --into {inbox.data.name}`"
        )
        return _refuse(inbox, name, Refusal(f"more than {MAXIMUM_BYTES:,} bytes", expected), moment)
    target = target_of(name, inbox.data, inbox.trajectories)
    if target is None:
        return _refuse(inbox, name, refusal_of(name, content, inbox.data), moment)
    if target.path.is_file() and target.path.read_bytes() == content:
        return _leave(inbox, name, content, target, moment)
    return _Arrived(name, content, target)


def _leave(inbox: Inbox, name: str, content: bytes, target: Target, moment: float) -> Receipt:
    """The receipt of a file that is in use already: taken out of the inbox, and nothing else done."""
    (inbox.folder / name).unlink()
    digest = hashlib.sha256(content).hexdigest()
    receipt = Receipt(name, accepted=True, where=target.name, sha256=digest, unchanged=True)
    note(inbox.folder.parent, receipt, moment)
    return receipt


def _accept(inbox: Inbox, outputs: Path, arrived: _Arrived, moment: float) -> Receipt:
    name, content, target = arrived.name, arrived.content, arrived.target
    store = InputStore(outputs / "inputs")
    former = _in_use(inbox, target)
    before = store.keep(former) if former else ""
    digest = store.keep_bytes(content)
    lacking = _lacking(inbox, arrived, former) if former and target.place else ()
    _replace(target.path, content)
    if target.place:
        _name_in_places(inbox, target, store)
    (inbox.folder / name).unlink()
    receipt = Receipt(name, True, target.name, lacking, sha256=digest, before=before)
    note(inbox.folder.parent, receipt, moment)
    return receipt


def _in_use(inbox: Inbox, target: Target) -> Path | None:
    """The file that an accepted one takes the place of; a trajectory's may be of another format."""
    path = inbox.trajectories / trajectory_files(inbox.data)[target.place] if target.place else target.path
    return path if path.is_file() else None


def _lacking(inbox: Inbox, arrived: _Arrived, former: Path) -> tuple[str, ...]:
    """What a council's new file lacks of the one in use, where it is much: perhaps it was cut off."""
    from assets.inputs.assumptions import Assumptions
    from assets.inputs.csv_reading import read_table
    from assets.tables.declarations import INPUT_TABLES
    from housing_trajectories.reading import read
    from housing_trajectories.reading_options import copy_options
    from housing_trajectories.tools.fewer_sites import fewer_than_before

    known = read_table(INPUT_TABLES["assumptions"], inbox.data / "assumptions.csv", places=None)
    try:
        share = Assumptions(known).value("housing.fewer_than_before_share")
    except BadInput as error:
        # Inputs of an older version lack the row; the file is good all the same.
        return (str(error),)
    with tempfile.TemporaryDirectory(prefix="placecast-inbox-") as folder:
        path = Path(folder) / arrived.target.path.name
        path.write_bytes(arrived.content)
        copy_options(arrived.target.path, path)
        old, new = (read(one, arrived.target.place, data=inbox.data) for one in (former, path))
    finding = fewer_than_before(old, new, share)
    return (finding.sentence(),) if finding else ()


def _content(path: Path) -> bytes:
    """The bytes of a plain file; a link put in its place meanwhile is not followed."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(0, "not a plain file")
        return file.read(MAXIMUM_BYTES + 1)


def _findings(inbox: Inbox, arrived: list[_Arrived]) -> list[str]:
    """Why a run would refuse the inputs with these files among them; empty where it would not."""
    names = [one.target.place or one.target.name for one in arrived]
    if len(set(names)) < len(names):
        return ["two files of one input at once"]
    from assets.inputs.input_tables import check_every_input
    from assets.inputs.settings import RunSettings

    with tempfile.TemporaryDirectory(prefix="placecast-inbox-") as temporary:
        copy = Inbox(
            inbox.folder, inbox.quarantine, Path(temporary) / "data", Path(temporary) / "trajectories"
        )
        shutil.copytree(inbox.data, copy.data)
        shutil.copytree(inbox.trajectories, copy.trajectories)
        for one in arrived:
            folder = copy.data if one.target.path.parent == inbox.data else copy.trajectories
            (folder / one.target.path.name).write_bytes(one.content)
        for one in arrived:
            if one.target.place:
                _name_in_places(copy, one.target, None)
        try:
            check_every_input(
                RunSettings(data_directory=str(copy.data), trajectories_directory=str(copy.trajectories))
            )
        except BadInput as error:
            return [finding.refusal() for finding in errors(error.findings) or error.findings]
    return []


def _name_in_places(inbox: Inbox, target: Target, store: InputStore | None) -> None:
    """Have places.csv name the council's new file, where it came in another format than the one before."""
    old = trajectory_files(inbox.data)[target.place]
    if old == target.path.name:
        return
    path = inbox.data / "places.csv"
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


def _refuse(inbox: Inbox, name: str, why: Refusal, moment: float) -> Receipt:
    finding = Finding(_safe(name), None, None, why.found, why.expected).refusal()
    return _quarantine(inbox, name, [finding], moment, besides=f"\n{kinds_in_words(inbox.data)}")


def _quarantine(
    inbox: Inbox,
    name: str,
    findings: list[str],
    moment: float,
    target: Target | None = None,
    besides: str = "",
) -> Receipt:
    """Move a file to a folder of its own in quarantine, its findings beside it. A link is only removed."""
    at = datetime.fromtimestamp(moment, UTC)
    inbox.quarantine.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=inbox.quarantine, prefix=f"{at:%Y%m%dT%H%M%SZ}-"))
    source = inbox.folder / name
    if stat.S_ISREG(source.lstat().st_mode):
        shutil.move(source, folder / _safe(name))
    else:
        source.unlink()
    text = "".join(f"{inert(finding, 1000)}\n" for finding in findings)
    former = _in_use(inbox, target) if target else None
    stays = f" {former.parent.name}/{former.name} stays the version in use." if former else ""
    (folder / "findings.txt").write_text(
        f"{inert(name, LONGEST_NAME)} was refused and is not used.{stays} "
        f"Correct the following and put it back into the inbox.\n\n{text}{besides}",
        encoding="utf-8",
    )
    receipt = Receipt(name, accepted=False, where=f"quarantine/{folder.name}", findings=tuple(findings))
    note(inbox.folder.parent, receipt, moment)
    return receipt


def _safe(name: str) -> str:
    """A name that stands for the file's own in any folder: letters, digits, dots and dashes, and not long."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9._-]+", "_", plain).lstrip(".") or "file"
    suffix = Path(plain).suffix[:10]
    return plain[: LONGEST_NAME - len(suffix)].removesuffix(suffix) + suffix


def _seen(inbox: Inbox) -> dict[str, list[float]]:
    try:
        return dict(json.loads((inbox.folder / _SEEN).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def _keep_seen(inbox: Inbox, before: Mapping[str, list[float]], now: dict[str, list[float]]) -> None:
    if now != before:
        write_durably(inbox.folder / _SEEN, json.dumps(now) + "\n")
