"""The releases under an outputs folder: which there are, what their manifests say, which is current.

Reads; what is published and which is current is changed in assets/publication/release_stage.py alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Manifest = Mapping[str, Any]


class NoSuchRelease(Exception):
    """A release that is not there was asked for; the message names it and what there is."""


def release_ids(outputs: Path) -> list[str]:
    """Ids of the whole releases, the oldest first."""
    folder = outputs / "releases"
    if not folder.is_dir():
        return []
    return sorted(
        path.name
        for path in folder.iterdir()
        if not path.name.startswith(".") and (path / "manifest.json").is_file()
    )


def current_id(outputs: Path) -> str | None:
    """The release readers see, or None before the first."""
    link = outputs / "current"
    if not (link / "manifest.json").is_file():
        return None
    return link.resolve().name


def folder_of(outputs: Path, release: str) -> Path:
    """The folder of a release; raises NoSuchRelease."""
    there = release_ids(outputs)
    if release not in there:
        known = f"the latest are {', '.join(there[-3:])}" if there else "there is none yet"
        raise NoSuchRelease(f"there is no release {release!r} in {outputs / 'releases'}: {known}")
    return outputs / "releases" / release


def manifest_of(outputs: Path, release: str) -> Manifest:
    """What the release says of itself; raises NoSuchRelease."""
    return read_manifest((folder_of(outputs, release) / "manifest.json").read_bytes())


def read_manifest(content: bytes) -> Manifest:
    """A manifest from its bytes."""
    manifest: Manifest = json.loads(content)
    return manifest


def changed_inputs(before: Manifest, after: Manifest) -> list[str]:
    """Input files whose content is another, or that only one of two releases had, by name."""
    old, new = before["inputs"], after["inputs"]
    return sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
