"""What became of a file from the inbox: its receipt, in words, as an alert, and as a line of the log.

What is taken in and why belongs to pipelines/inbox/inbox_run.py.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from housing_trajectories.findings import inert
from pipelines.operations.alerts import Alert

LOG = "receipts.jsonl"
LONGEST_NAME = 80
_LONGEST_FINDING = 600


@dataclass(frozen=True)
class Receipt:
    """What became of one file: the input it renewed, or why it was refused and where it is now.

    `unchanged` is a file that is the version in use already, `newer` the file that came with one which is set
    aside. `findings` are why it was refused, or what is to
    be looked at in one that was accepted.
    """

    name: str
    accepted: bool
    where: str
    findings: tuple[str, ...] = ()
    sha256: str = ""
    before: str = ""
    unchanged: bool = False
    newer: str = ""

    @property
    def well(self) -> bool:
        """Whether nobody has to do anything about it: it is in use, or a newer version is."""
        return self.accepted or bool(self.newer)

    def sentence(self) -> str:
        """For a person, with nothing in it that a terminal would act on."""
        shown = inert(self.name, LONGEST_NAME)
        if self.unchanged:
            return (
                f"{shown} is the version of {self.where} already in use ({self.sha256[:12]}): nothing is "
                "stored, no run is started"
            )
        if self.newer:
            return (
                f"{shown} set aside under {self.where}: {inert(self.newer, LONGEST_NAME)} is a newer version "
                "of the same input"
            )
        more = f" (and {len(self.findings) - 1} more)" if len(self.findings) > 1 else ""
        first = f": {inert(self.findings[0], _LONGEST_FINDING)}{more}" if self.findings else ""
        if self.accepted:
            look = f"; warning{first}" if first else ""
            return f"{shown} accepted as {self.where}, version {self.sha256[:12]}{look}"
        return f"{shown} quarantined under {self.where}{first}"

    def alert(self) -> Alert | None:
        """The alert of a refused file, or of one that was accepted and must be looked at."""
        if not self.findings:
            return None
        shown = inert(self.name, LONGEST_NAME)
        text = "\n".join(inert(line, _LONGEST_FINDING) for line in self.findings[:20])
        if self.accepted:
            key = f"accepted {self.where} {self.sha256[:12]}"
            return Alert("accepted_with_warnings", key, self.sentence(), text)
        return Alert("quarantined_file", f"quarantined {self.where} {shown}", self.sentence(), text)


def note(folder: Path, receipt: Receipt, moment: float) -> None:
    """A line of the receipts: what arrived when, and what became of it."""
    line = {
        "at": datetime.fromtimestamp(moment, UTC).replace(microsecond=0).isoformat(),
        "name": inert(receipt.name, 255),
        "accepted": receipt.accepted,
        "unchanged": receipt.unchanged,
        "newer": inert(receipt.newer, 255),
        "where": receipt.where,
        "sha256": receipt.sha256,
        "replaced_sha256": receipt.before,
        "findings": len(receipt.findings),
    }
    with (folder / LOG).open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")
