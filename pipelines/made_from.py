"""What each place's part of a table was made from, as one digest: a night makes only the places it must.

A table over all places, such as a calibration, stands above every place; when it is made anew and comes out
the same to the byte, the places that rest on it need not be made again. A digest covers the code, the
settings, the content of tables over all places, the place's own input file, and the digests of the same
place's parts above it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import dagster as dg

from assets.input_hashes import file_sha256
from assets.parquet import read_frame
from pipelines.last_run import LastRun, tables_as_left


def only_an_order(parent: dg.AssetKey, asset: dg.AssetNode) -> bool:
    """What opens input files waits until all of them have been checked, and takes nothing from their list."""
    opens_files = "reads" in asset.metadata or "reads_by_place" in asset.metadata
    return parent.path[-1] == "input_files" and opens_files


class MadeFrom:
    """Digests of the parts of one run, as they are made, beside those of the last successful one."""

    def __init__(self, tables: Path, settings: str, last: LastRun | None) -> None:
        self._tables = tables
        self._settings = settings
        self._before = dict(last.made_from) if last else {}
        self._left = dict(last.tables) if last else {}
        self._now = tables_as_left(tables) if last else {}
        self._content: dict[Path, tuple[int, str]] = {}
        self._files: dict[str, str] | None = None
        self.digests = dict(self._before)
        self.left_as_they_were: dict[str, list[str]] = {}

    def is_as_before(self, asset: dg.AssetNode, place: str, graph: dg.AssetGraph, may_stay: bool) -> bool:
        """Whether a place's part is still what would be made now; notes its digest either way."""
        name = asset.key.path[-1]
        part = f"{name}/{place}"
        digest = self._digest(asset, place, graph)
        same = digest == self._before.get(part)
        file = f"{part}.parquet"
        untouched = file in self._left and self._left[file] == self._now.get(file)
        self.digests[part] = digest
        if may_stay and same and untouched:
            self.left_as_they_were.setdefault(name, []).append(place)
            return True
        return False

    def _digest(self, asset: dg.AssetNode, place: str, graph: dg.AssetGraph) -> str:
        digest = hashlib.sha256(
            f"{asset.key.to_user_string()} {asset.code_version} {self._settings}".encode()
        )
        for key in sorted(key for key in asset.parent_keys if not only_an_order(key, asset)):
            name = key.path[-1]
            if graph.get(key).is_partitioned:
                made = self.digests.get(f"{name}/{place}", "unknown")
            else:
                made = self._sha256(self._tables / f"{name}.parquet")
            digest.update(f"{name} {made}\n".encode())
        if asset.metadata.get("reads") or asset.metadata.get("reads_by_place"):
            for name, made in self._files_read(asset, place).items():
                digest.update(f"{name} {made}\n".encode())
        return digest.hexdigest()[:32]

    def _sha256(self, path: Path) -> str:
        changed = path.stat().st_mtime_ns
        if self._content.get(path, (0, ""))[0] != changed:
            self._content[path] = (changed, file_sha256(path))
        return self._content[path][1]

    def _files_read(self, asset: dg.AssetNode, place: str) -> Mapping[str, str]:
        """The input files an asset opens itself for a place, by the hashes this run has found."""
        if self._files is None:
            frame = read_frame(self._tables / "input_files.parquet")
            self._files = dict(zip(frame["id"], frame["sha256"], strict=True))
        wanted = {f"data/{name}" for name in asset.metadata.get("reads", ())}
        if asset.metadata.get("reads_by_place"):
            places = read_frame(self._tables / "places.parquet")
            files = dict(zip(places["place"], places["trajectory_file"], strict=True))
            wanted.add(f"trajectories/{files[place]}")
        return {name: self._files.get(name, "absent") for name in sorted(wanted)}
