"""One digest of what a release rests on beside its inputs: the project's code and its libraries."""

from __future__ import annotations

import hashlib

from pipelines import ROOT

_ROOMS = ("assets", "housing_trajectories", "models", "pipelines")
_CODE = (".py", ".js", ".css", ".j2", ".html", ".json", ".yaml")
_TRAJECTORIES = "blmk"
"""Their folder, in which a council's file may have a YAML file beside it that says how it is read."""


def code_version() -> str:
    """The first twelve digits of the digest; councils' trajectories are inputs and do not count."""
    digest = hashlib.sha256()
    files = [
        path
        for room in _ROOMS
        for path in (ROOT / room).rglob("*")
        if path.suffix in _CODE and path.parent.name != _TRAJECTORIES
    ]
    for path in sorted([*files, ROOT / "requirements.lock"]):
        digest.update(path.relative_to(ROOT).as_posix().encode())
        digest.update(path.read_bytes() if path.exists() else b"absent")
    return digest.hexdigest()[:12]
