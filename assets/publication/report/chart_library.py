"""The report's chart library, Vega and its kin as one script, kept from run to run under its own digest.

Putting it together takes three seconds. What is kept is read only while it is whole: a script that was cut
off or spoilt on disk would show no chart in any report from then on.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

_DIGEST = "// sha256 "


def chart_library(outputs: Path) -> str:
    """The script: as it was kept under `outputs/fits`, else put together and kept."""
    path = kept_at(outputs)
    kept = _whole(path)
    if kept is not None:
        return kept
    import vl_convert

    text = vl_convert.javascript_bundle(None)  # type: ignore[arg-type]  # its stub forgets the default
    keep(text, path)
    return text


def kept_at(outputs: Path) -> Path:
    """Where the script of this version of the library is kept."""
    from importlib.metadata import version

    return outputs / "fits" / f"vega_bundle_{version('vl-convert-python')}.js"


def keep(text: str, path: Path) -> None:
    """Keep a script, its digest on a line before it."""
    from assets.tables.parquet import finish, neighbour

    temporary = neighbour(path)
    try:
        temporary.write_bytes(f"{_DIGEST}{_digest(text)}\n{text}".encode())
        finish(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _whole(path: Path) -> str | None:
    """The script as it was kept; None where there is none that is whole."""
    try:
        first, _, text = path.read_bytes().decode().partition("\n")
    except (FileNotFoundError, UnicodeDecodeError):
        return None
    return text if first == f"{_DIGEST}{_digest(text)}" else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
