"""The input store: every file a release was made from, kept once under the SHA-256 of its content.

Stands beside the releases (`outputs/inputs/<sha256>`) and is shared between them. A stored file never
changes. Which release used which file under which path is said by the release's manifest, not here, and how
long releases are kept by assets/release_history/retention.py.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from assets.tables.parquet import finish, neighbour

_DIGITS, _HEXADECIMAL = 64, frozenset("0123456789abcdef")


class StoredInputMissing(Exception):
    """A file that a manifest names is not in the store, or is no longer what it was; the message names it."""


class InputStore:
    """Files by the SHA-256 of their content, under one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, path: Path) -> str:
        """Store the file's content if it is not there yet, and return its SHA-256."""
        return self.keep_bytes(path.read_bytes())

    def keep_bytes(self, content: bytes) -> str:
        """Store content if it is not there yet, and return its SHA-256."""
        digest = hashlib.sha256(content).hexdigest()
        stored = self.folder / digest
        # What was spoilt on disk is mended by the next run that brings the content.
        if stored.exists() and stored.read_bytes() == content:
            os.utime(stored)
            return digest
        temporary = neighbour(stored)
        try:
            temporary.write_bytes(content)
            finish(temporary, stored)
            stored.chmod(0o444)
        finally:
            temporary.unlink(missing_ok=True)
        return digest

    def read(self, digest: str) -> bytes:
        """The content stored under a SHA-256; raises StoredInputMissing where it is absent or spoilt."""
        try:
            content = self._path(digest).read_bytes()
        except FileNotFoundError:
            raise StoredInputMissing(f"{digest} is not in {self.folder}") from None
        if hashlib.sha256(content).hexdigest() != digest:
            raise StoredInputMissing(f"{digest} in {self.folder} is no longer the file that was stored")
        return content

    def restore(self, manifest: Mapping[str, Any], folder: Path) -> None:
        """Write every input that a manifest lists under `folder`, each at its path there.

        Raises StoredInputMissing with the paths that cannot be restored; nothing is written then.
        """
        self.restore_files({**manifest["inputs"], **manifest.get("history", {})}, folder)

    def restore_files(self, files: Mapping[str, str], folder: Path) -> None:
        """Write stored files under `folder`: path there → SHA-256. Raises as `restore` does."""
        contents: dict[Path, bytes] = {}
        absent = []
        for name, digest in sorted(files.items()):
            try:
                contents[_inside(folder, name)] = self.read(digest)
            except StoredInputMissing as error:
                absent.append(f"{name} ({error})")
        if absent:
            more = f" and {len(absent) - 3} more" if len(absent) > 3 else ""
            raise StoredInputMissing(
                "inputs of the release cannot be restored: " + "; ".join(absent[:3]) + more
            )
        for path, content in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def prune(self, wanted: Iterable[str], not_since: float) -> list[str]:
        """Remove stored files that nobody wants and nobody has stored since a time (seconds since 1970)."""
        if not self.folder.is_dir():
            return []
        keep = set(wanted)
        gone = []
        for path in sorted(self.folder.iterdir()):
            # Whatever else somebody has put here is not the store's.
            ours = len(path.name) == _DIGITS and set(path.name) <= _HEXADECIMAL and path.is_file()
            if ours and path.name not in keep and path.stat().st_mtime < not_since:
                path.unlink()
                gone.append(path.name)
        return gone

    def _path(self, digest: str) -> Path:
        if len(digest) != _DIGITS or not set(digest) <= _HEXADECIMAL:
            raise StoredInputMissing(f"{digest!r} is not a SHA-256")
        return self.folder / digest


def _inside(folder: Path, name: str) -> Path:
    """The path of an input below the folder; a manifest is a file, and a file may say anything."""
    relative = PurePosixPath(name)
    if relative.is_absolute() or ".." in relative.parts or not relative.parts:
        raise StoredInputMissing(f"{name!r} is not a path inside the folder of inputs")
    return folder.joinpath(*relative.parts)
