"""Releases share files and old ones are packed, so that thirty nights do not take thirty times the room.

A file that an earlier release has, byte for byte, is one file on disk under both names. Published files are
read-only, so that who opens one to write does not change it in another release. CSV files, four fifths of a
release, are packed (`population.csv.gz`) once no reader is led to the release any longer: its Parquet files,
report and workbook stay as they are, and a rollback unpacks it first.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path

from assets.inputs.input_hashes import file_sha256
from assets.release_history.release_folders import manifest_in, manifest_of, release_ids
from assets.tables.parquet import finish, neighbour

PACKED = ".gz"
_SMALLEST = 64 * 1024
"""Bytes of a CSV file below which nothing is gained."""
_LEVEL = 1
"""Of compression: a second for a release, and a tenth more room than the best."""
_READ_ONLY = 0o444


def share(building: Path, hashes: Mapping[str, str], outputs: Path) -> None:
    """Give a release that is being built the files of earlier ones that hold the same; all become read-only.

    hashes: file name → SHA-256. An earlier file that is no longer what its manifest says is not shared, and
    where the disk knows no links each keeps its own.
    """
    there: dict[tuple[str, str], Path] = {}
    for release in release_ids(outputs):
        for name, digest in manifest_of(outputs, release).get("files", {}).items():
            there[name, digest] = outputs / "releases" / release / name
    for name, digest in hashes.items():
        (building / name).chmod(_READ_ONLY)
        earlier = there.get((name, digest))
        if earlier is None or not earlier.is_file() or file_sha256(earlier) != digest:
            continue
        with suppress(OSError):
            link = neighbour(building / name)
            os.link(earlier, link)
            link.replace(building / name)


def pack(outputs: Path, readable: Collection[str]) -> int:
    """Pack the CSV files of all releases but those `readable`; how many. What fails stays as it is."""
    folders = {release: outputs / "releases" / release for release in release_ids(outputs)}
    open_files = {
        _identity(path)
        for release in readable
        if release in folders
        for path in folders[release].glob("*.csv")
    }
    packed: dict[tuple[int, int], Path] = {}
    done = 0
    for release, folder in folders.items():
        if release in readable:
            continue
        for path in sorted(folder.glob("*.csv")):
            identity = _identity(path)
            if path.stat().st_size < _SMALLEST or identity in open_files:
                continue
            with suppress(OSError):
                _pack(path, packed.get(identity))
                packed[identity] = path.with_name(path.name + PACKED)
                done += 1
    return done


def _pack(path: Path, same: Path | None) -> None:
    into = path.with_name(path.name + PACKED)
    temporary = neighbour(into)
    try:
        if same is not None:
            os.link(same, temporary)
            temporary.replace(into)
        else:
            content = path.read_bytes()
            temporary.write_bytes(gzip.compress(content, _LEVEL, mtime=0))
            if gzip.decompress(temporary.read_bytes()) != content:
                raise OSError(0, "the packed file does not hold what was packed")
            temporary.chmod(_READ_ONLY)
            finish(temporary, into)
        path.unlink()
    finally:
        temporary.unlink(missing_ok=True)


def unpack(folder: Path) -> None:
    """Unpack a release's CSV files; raises OSError where one is not what the manifest says."""
    files = manifest_in(folder).get("files", {})
    for packed in sorted(folder.glob(f"*.csv{PACKED}")):
        path = packed.with_name(packed.name.removesuffix(PACKED))
        try:
            content = gzip.decompress(packed.read_bytes())
        except (EOFError, zlib.error) as error:
            raise OSError(0, f"{packed.name} is spoilt ({error})") from None
        if hashlib.sha256(content).hexdigest() != files.get(path.name):
            raise OSError(0, f"{packed.name} does not hold the file that was published")
        temporary = neighbour(path)
        try:
            temporary.write_bytes(content)
            temporary.chmod(_READ_ONLY)
            finish(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
        packed.unlink()


def _identity(path: Path) -> tuple[int, int]:
    """What two names of one file have in common."""
    stat = path.stat()
    return stat.st_dev, stat.st_ino
