"""Where files of the inbox go that are not used: refused ones into quarantine, older versions aside.

Each gets a folder of its own with the words of why beside it. Why a file is refused is decided elsewhere
(pipelines/inbox/inbox_run.py).
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import tempfile
import unicodedata
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from assets.areas.area_folder import is_area, read_area
from assets.areas.composing import composed
from housing_trajectories.findings import Finding, inert
from pipelines import ROOT
from pipelines.inbox.arrivals import Refusal, Target, kinds_in_words, trajectory_files
from pipelines.inbox.receipts import LONGEST_NAME, Receipt, note


@dataclass(frozen=True)
class Inbox:
    """Where files arrive, where refused ones go, and the inputs they may renew.

    `data` is an area's folder or a complete one; `composed` the complete one made of an area's, where it is.
    """

    folder: Path
    quarantine: Path
    data: Path
    trajectories: Path
    composed: Path | None = None

    @property
    def known(self) -> Path:
        """The complete folder of input tables in use."""
        return self.composed or self.data

    def prepared(self, outputs: Path) -> Inbox:
        """The same, with an area's inputs composed under `outputs` as they are now."""
        if not is_area(self.data):
            return self
        return replace(self, composed=composed(self.data, outputs, self.trajectories)[0])

    @classmethod
    def default(cls) -> Inbox:
        """The project's own, `inputs/inbox` and `inputs/quarantine`, unless PLACECAST_INBOX names one."""
        from assets.inputs.defaults import DATA_DIRECTORY, TRAJECTORIES_DIRECTORY

        named = Path(TRAJECTORIES_DIRECTORY) if TRAJECTORIES_DIRECTORY else None
        if named is None:
            named = (
                read_area(DATA_DIRECTORY).trajectories
                if is_area(DATA_DIRECTORY)
                else DATA_DIRECTORY.parent / "trajectories"
            )
        folder = Path(os.environ.get("PLACECAST_INBOX") or ROOT / "inputs" / "inbox")
        return cls(folder, folder.parent / "quarantine", DATA_DIRECTORY, named)


ASIDE = "set_aside"
"""Beside the inbox: versions that came with a newer one."""


def in_use(inbox: Inbox, target: Target) -> Path | None:
    """The file that an accepted one takes the place of; a trajectory's may be of another format."""
    path = inbox.trajectories / trajectory_files(inbox.known)[target.place] if target.place else target.path
    return path if path.is_file() else None


def refuse(inbox: Inbox, name: str, why: Refusal, moment: float) -> Receipt:
    """Quarantine a file that renews no input, with the kinds that do."""
    finding = Finding(_safe(name), None, None, why.found, why.expected).refusal()
    kinds = ""
    with suppress(Exception):
        kinds = f"\n{kinds_in_words(inbox.known)}"
    return quarantine(inbox, name, [finding], moment, besides=kinds)


def quarantine(
    inbox: Inbox,
    name: str,
    findings: list[str],
    moment: float,
    target: Target | None = None,
    besides: str = "",
) -> Receipt:
    """Move a file to a folder of its own in quarantine, its findings beside it. A link is only removed."""
    text = "".join(f"{inert(finding, 1000)}\n" for finding in findings)
    former = None
    with suppress(Exception):  # places.csv in use may be spoilt itself, which must keep nothing in the inbox
        former = in_use(inbox, target) if target else None
    stays = f" {former.parent.name}/{former.name} stays the version in use." if former else ""
    words = (
        f"{inert(name, LONGEST_NAME)} was refused and is not used.{stays} "
        f"Correct the following and put it back into the inbox.\n\n{text}{besides}"
    )
    where = _moved(inbox, name, inbox.quarantine, moment, "findings.txt", words)
    receipt = Receipt(name, accepted=False, where=where, findings=tuple(findings))
    note(inbox.folder.parent, receipt, moment)
    return receipt


def set_aside(inbox: Inbox, name: str, target: Target, newer: str, moment: float) -> Receipt:
    """Move a file that came with a newer version of the same input to a folder of its own, and say so."""
    words = (
        f"{inert(name, LONGEST_NAME)} is not used: {inert(newer, LONGEST_NAME)}, a newer version of "
        f"{target.name}, came with it and is. If this one is right, put it back into the inbox.\n"
    )
    where = _moved(inbox, name, inbox.folder.parent / ASIDE, moment, "why.txt", words)
    receipt = Receipt(name, accepted=False, where=where, newer=newer)
    note(inbox.folder.parent, receipt, moment)
    return receipt


def _moved(inbox: Inbox, name: str, into: Path, moment: float, words_in: str, words: str) -> str:
    """Move a file to a new folder with words beside it, and say which. A link or a device is only removed."""
    into.mkdir(parents=True, exist_ok=True)
    prefix = f"{datetime.fromtimestamp(moment, UTC):%Y%m%dT%H%M%SZ}-"
    folder = Path(tempfile.mkdtemp(dir=into, prefix=prefix))
    (folder / words_in).write_text(words, encoding="utf-8")
    source = inbox.folder / name
    if stat.S_ISREG(source.lstat().st_mode):
        shutil.move(source, folder / _safe(name))
    else:
        source.unlink()
    return f"{into.name}/{folder.name}"


def _safe(name: str) -> str:
    """A name that stands for the file's own in any folder: letters, digits, dots and dashes, and not long."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9._-]+", "_", plain).lstrip(".") or "file"
    suffix = Path(plain).suffix[:10]
    return plain[: LONGEST_NAME - len(suffix)].removesuffix(suffix) + suffix
