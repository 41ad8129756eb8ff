"""Code versions of assets: a digest of every file of the project that an asset's module leans on.

A changed model changes the version of the assets that reach it through imports, and of no others.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
_ROOMS = ("assets", "housing_trajectories", "models")
_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]+(\([^)]*\)|[^\n(]*)|import[ \t]+([\w., \t]+))",
    re.MULTILINE,
)
_NAME = re.compile(r"\w+")


def code_version(module: str) -> str:
    """The first twelve digits of the digest of a module and all the project's modules it imports."""
    digest = hashlib.sha256()
    for path in sorted(_reached(module)):
        digest.update(path.relative_to(_ROOT).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def project_version() -> str:
    """One digest of all code that can change a release's numbers."""
    digest = hashlib.sha256()
    for room in (*_ROOMS, "pipelines"):
        for path in sorted((_ROOT / room).rglob("*.py")):
            digest.update(path.relative_to(_ROOT).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@cache
def _reached(module: str) -> frozenset[Path]:
    found: set[Path] = set()
    waiting = [module]
    while waiting:
        path = _file(waiting.pop())
        if path is None or path in found:
            continue
        found.add(path)
        waiting.extend(_imports(path))
    return frozenset(found)


@cache
def _file(module: str) -> Path | None:
    if module.split(".")[0] not in _ROOMS:
        return None
    path = _ROOT.joinpath(*module.split("."))
    for candidate in (path.with_suffix(".py"), path / "__init__.py"):
        if candidate.exists():
            return candidate
    return None


@cache
def _imports(path: Path) -> list[str]:
    """Modules and names a file imports, read off its lines: parsing 150 files took a second of each start."""
    names: list[str] = []
    for module, imported, plain in _IMPORT.findall(path.read_text(encoding="utf-8")):
        if module:
            names.append(module)
            names.extend(f"{module}.{name}" for name in _NAME.findall(imported))
        else:
            names.extend(part.split()[0] for part in plain.split(","))
    return names
