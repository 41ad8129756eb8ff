"""Releases share what is equal, keep old tables packed, and every one of them can still be read."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from assets.inputs.settings import RunSettings
from assets.publication.release_stage import point_current_at, publish
from assets.release_history import shared_files
from assets.release_history.release_folders import NoSuchRelease, current_id, release_ids
from assets.release_history.retention import readable
from assets.release_history.shared_files import pack, unpack
from benchmarks.validation.real_nights import whole
from pipelines.commands.releases import rollback

FIRST = datetime(2026, 11, 1, 2, tzinfo=UTC)


def tables(homes: int) -> dict[str, pd.DataFrame]:
    files = pd.DataFrame([{"id": "data/a.csv", "table": "a", "sha256": "0" * 64, "size_bytes": 1}])
    of_homes = pd.DataFrame({"year": range(3000), "homes": [homes] * 3000, "text": ["homes by year"] * 3000})
    same = pd.DataFrame({"year": range(3000), "people": range(3000), "text": ["the same in all"] * 3000})
    return {"input_files": files, "housing_delivery": of_homes, "population": same}


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_files, "_SMALLEST", 10_000)


def published(outputs: Path, night: int, homes: int) -> Path:
    settings = RunSettings(outputs_directory=str(outputs))
    now = FIRST + timedelta(days=night)
    folder = publish(tables(homes), settings, run_id=f"night {night}", checks=[], now=now)
    pack(outputs, readable(outputs))
    return folder


def inode(path: Path) -> int:
    return path.stat().st_ino


def test_what_is_equal_is_one_file_that_nobody_may_write_to(tmp_path: Path) -> None:
    first, second = published(tmp_path, 0, 87), published(tmp_path, 1, 127)
    for name in ("population.parquet", "population.csv"):
        assert inode(first / name) == inode(second / name)
    assert inode(first / "housing_delivery.parquet") != inode(second / "housing_delivery.parquet")
    assert all(path.stat().st_mode & 0o222 == 0 for path in second.iterdir() if path.name != "manifest.json")
    assert whole(first)
    assert whole(second)


def test_a_file_that_was_spoilt_is_not_handed_on(tmp_path: Path) -> None:
    first = published(tmp_path, 0, 87)
    (first / "population.parquet").chmod(0o644)
    (first / "population.parquet").write_bytes(b"spoilt")
    assert whole(published(tmp_path, 1, 127))


def test_where_the_disk_knows_no_links_each_release_has_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    first, second = published(tmp_path, 0, 87), published(tmp_path, 1, 127)
    assert inode(first / "population.csv") != inode(second / "population.csv")
    assert whole(second)
    assert not list(tmp_path.rglob(".*.part"))


def test_older_releases_are_packed_whole_and_led_back_to_as_they_were(tmp_path: Path) -> None:
    folders = [published(tmp_path, night, homes) for night, homes in enumerate((87, 127, 87, 167))]
    assert not list(folders[-1].glob("*.gz"))
    assert not list(folders[-2].glob("*.gz")), "the one a rollback leads to"
    # The first has what the third has, to which readers may be led: only the second gains by packing.
    names = [[path.name for path in folder.glob("*.gz")] for folder in folders[:2]]
    assert names == [[], ["housing_delivery.csv.gz"]]
    assert (folders[1] / "population.csv").is_file(), "shared with what readers see"
    assert len(pd.read_csv(folders[1] / "housing_delivery.csv.gz")) == 3000
    assert all(whole(folder) for folder in folders)
    assert release_ids(tmp_path) == [folder.name for folder in folders]
    text = rollback(tmp_path, folders[1].name)
    assert folders[1].name in text
    assert current_id(tmp_path) == folders[1].name
    manifest = json.loads((folders[1] / "manifest.json").read_text())
    for name, digest in manifest["files"].items():
        assert hashlib.sha256((tmp_path / "current" / name).read_bytes()).hexdigest() == digest
    assert not list(folders[1].glob("*.gz"))


def test_a_packed_file_that_is_spoilt_stops_a_rollback_in_a_sentence(tmp_path: Path) -> None:
    folders = [published(tmp_path, night, homes) for night, homes in enumerate((87, 127, 167, 187))]
    packed = folders[0] / "housing_delivery.csv.gz"
    for spoilt in (b"no gzip", packed.read_bytes()[:50], gzip.compress(b"other homes")):
        packed.chmod(0o644)
        packed.write_bytes(spoilt)
        with pytest.raises(NoSuchRelease, match="cannot be unpacked, "):
            rollback(tmp_path, folders[0].name)
        assert current_id(tmp_path) == folders[-1].name


def test_one_killed_while_packing_or_unpacking_is_packed_and_read_again(tmp_path: Path) -> None:
    folders = [published(tmp_path, night, homes) for night, homes in enumerate((87, 127, 167))]
    path = folders[0] / "housing_delivery.csv"
    packed = path.with_name(path.name + ".gz")
    # Killed between the packed file and the removal of the other.
    path.write_bytes(gzip.decompress(packed.read_bytes()))
    assert pack(tmp_path, readable(tmp_path)) == 1
    assert not path.exists()
    path.write_bytes(gzip.decompress(packed.read_bytes()))
    unpack(folders[0])
    assert not packed.exists()
    assert whole(folders[0])
    point_current_at(tmp_path, folders[0])
    assert pack(tmp_path, readable(tmp_path)) == 1, "the second, which readers are no longer led to"
