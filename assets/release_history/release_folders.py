"""The releases under an outputs folder: which there are, what their manifests say, which is current.

Reads; what is published and which is current is changed in assets/publication/release_stage.py alone. Only
the standard library: a night without news looks here and imports nothing else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Manifest = Mapping[str, Any]
_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")
"""`20261122T044841Z-47b61080`: the moment of publication and the beginning of the content's hash."""
FOREIGN = "was not made by placecast"
"""Why a folder is no release: its name is none that a release is given."""


class NoSuchRelease(Exception):
    """A release that is not there was asked for; the message names it and what there is."""


class NotWhole(Exception):
    """A folder that is no whole release; the message says why."""


def release_ids(outputs: Path) -> list[str]:
    """Ids of the whole releases, the oldest first; what else lies beside them is let be."""
    return [path.name for path, why in _looked_at(outputs) if not why]


def not_releases(outputs: Path) -> dict[str, str]:
    """Each entry of the folder of releases that is no whole release, and why."""
    return {path.name: why for path, why in _looked_at(outputs) if why}


def _looked_at(outputs: Path) -> list[tuple[Path, str]]:
    folder = outputs / "releases"
    if not folder.is_dir():
        return []
    return [(path, _why_not(path)) for path in sorted(folder.iterdir()) if not path.name.startswith(".")]


def _why_not(path: Path) -> str:
    try:
        if not _ID.fullmatch(path.name) or not moment_of(path.name):
            return FOREIGN
    except ValueError:
        return FOREIGN
    try:
        manifest_in(path)
    except NotWhole as error:
        return str(error)
    return ""


def manifest_in(folder: Path) -> Manifest:
    """The manifest of a release's folder; raises NotWhole where it cannot be read, or a table is gone."""
    try:
        manifest = json.loads((folder / "manifest.json").read_bytes())
        tables, inputs = dict(manifest["tables"]), dict(manifest["inputs"])
    except OSError as error:
        raise NotWhole(f"its manifest.json cannot be read ({error.strerror})") from None
    except (ValueError, TypeError, LookupError):
        raise NotWhole("its manifest.json is cut off or is no manifest") from None
    if (name := manifest.get("release", folder.name)) != folder.name:
        raise NotWhole(f"its manifest.json is that of release {name}")
    gone = [f"{table}.parquet" for table in tables if not (folder / f"{table}.parquet").is_file()]
    if gone:
        more = f" and {len(gone) - 1} more" if len(gone) > 1 else ""
        raise NotWhole(f"{gone[0]}{more} is missing")
    return {**manifest, "tables": tables, "inputs": inputs}


def moment_of(release: str) -> datetime:
    """When a release was published, from its id."""
    return datetime.strptime(release.partition("-")[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def current_id(outputs: Path) -> str | None:
    """The release readers see; None before the first, and where the link leads to no whole release."""
    link = outputs / "current"
    seen = link.resolve()  # once: it may lead to the next release a moment later
    folder = outputs / "releases" / seen.name
    if folder.resolve() != seen or not link.is_symlink() or _why_not(folder):
        return None
    return folder.name


def no_release(outputs: Path) -> str:
    """Why readers see no release, in a sentence, and what to do."""
    link = outputs / "current"
    if not link.exists():
        return f"No release in {outputs}: run make forecast first"
    why = _why_not(link.resolve())
    return f"{link} leads to no whole release ({why}): make rollback or make forecast leads to another"


def release_before(outputs: Path) -> str | None:
    """The release that a new one is compared with: what readers see, or else the last whole one."""
    return current_id(outputs) or latest_id(outputs)


def latest_id(outputs: Path) -> str | None:
    """The last whole release there is, whatever readers see; None where there is none."""
    there = release_ids(outputs)
    return there[-1] if there else None


def folder_of(outputs: Path, release: str) -> Path:
    """The folder of a release; raises NoSuchRelease."""
    # The name is that of a folder here: it is looked at before it becomes part of a path.
    folder = outputs / "releases" / release
    known = bool(_ID.fullmatch(release)) and folder.is_dir()
    why = _why_not(folder) if known else ""
    if known and not why:
        return folder
    there = release_ids(outputs)[-3:]
    others = f"the latest are {', '.join(there)}" if there else "there is none yet"
    said = f"{release!r} is no whole release, {why}," if why else f"there is no release {release!r}"
    raise NoSuchRelease(f"{said} in {outputs / 'releases'}: {others}")


def manifest_of(outputs: Path, release: str) -> Manifest:
    """What the release says of itself; raises NoSuchRelease."""
    folder = folder_of(outputs, release)
    try:
        return manifest_in(folder)
    except NotWhole as error:
        # Removed or spoilt between two looks.
        raise NoSuchRelease(f"{release!r} is no whole release, {error}") from None


def read_manifest(content: bytes) -> Manifest:
    """A manifest from its bytes."""
    manifest: Manifest = json.loads(content)
    return manifest


def changed_inputs(before: Manifest, after: Manifest) -> list[str]:
    """Input files whose content is another, or that only one of two releases had, by name."""
    old, new = before["inputs"], after["inputs"]
    return sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
