"""Which files a run reads, and the SHA-256 of each. Standard library only: a quiet night needs no more."""

from __future__ import annotations

import hashlib
from pathlib import Path


def input_paths(data: Path, trajectories: Path) -> dict[str, Path]:
    """Every input file under the two folders by its name in manifests, whatever the folders are called.

    Hidden files and the lock files that office programs leave beside an open one are not inputs.
    """
    return {
        f"{name}/{path.relative_to(folder).as_posix()}": path
        for name, folder in {"data": data, "trajectories": trajectories}.items()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith((".", "~$"))
    }


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def input_hashes(data: Path, trajectories: Path) -> dict[str, str]:
    """Name → SHA-256 of every input file under the two folders."""
    return {name: file_sha256(path) for name, path in input_paths(data, trajectories).items()}
