"""What a release was made from can be had back, whole and unchanged, or is missed with its name."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.inputs.input_store import InputStore, StoredInputMissing


@settings(max_examples=25)
@given(
    files=st.dictionaries(
        st.from_regex(r"(data|trajectories)/[a-z]{1,8}(/[a-z]{1,8})?\.csv", fullmatch=True),
        st.binary(max_size=200),
        max_size=6,
    )
)
def test_whatever_is_kept_is_restored_to_the_byte(
    files: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("store")
    store = InputStore(folder / "inputs")
    inputs = {name: store.keep_bytes(content) for name, content in files.items()}
    assert all(inputs[name] == hashlib.sha256(files[name]).hexdigest() for name in files)
    store.restore({"inputs": inputs}, folder / "restored")
    assert {name: (folder / "restored" / name).read_bytes() for name in files} == files


def test_equal_files_of_two_releases_are_stored_once(tmp_path: Path) -> None:
    store = InputStore(tmp_path / "inputs")
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("place,homes\n")
        store.keep(tmp_path / name)
    assert len(list(store.folder.iterdir())) == 1


def test_a_spoilt_file_is_missed_by_name_and_mended_by_the_next_run(tmp_path: Path) -> None:
    store = InputStore(tmp_path / "inputs")
    digest = store.keep_bytes(b"homes,100")
    (store.folder / digest).write_bytes(b"homes,900")
    manifest = {"inputs": {"data/homes.csv": digest}}
    with pytest.raises(StoredInputMissing, match=r"data/homes\.csv .*no longer the file"):
        store.restore(manifest, tmp_path / "restored")
    assert not (tmp_path / "restored").exists()
    store.keep_bytes(b"homes,100")
    store.restore(manifest, tmp_path / "restored")
    assert (tmp_path / "restored" / "data" / "homes.csv").read_bytes() == b"homes,100"


@pytest.mark.parametrize("name", ["../outside.csv", "/etc/passwd", "data/../../outside.csv", ""])
def test_a_manifest_cannot_write_outside_the_folder(name: str, tmp_path: Path) -> None:
    store = InputStore(tmp_path / "inputs")
    digest = store.keep_bytes(b"x")
    with pytest.raises(StoredInputMissing):
        store.restore({"inputs": {name: digest}}, tmp_path / "restored")


def test_a_manifest_cannot_read_outside_the_store(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    with pytest.raises(StoredInputMissing, match="not a SHA-256"):
        InputStore(tmp_path / "inputs").read("../secret")


def test_pruning_spares_what_is_wanted_and_what_was_stored_lately(tmp_path: Path) -> None:
    store = InputStore(tmp_path / "inputs")
    wanted, old, lately = (store.keep_bytes(content) for content in (b"wanted", b"old", b"lately"))
    long_ago = time.time() - 1e6
    for digest in (wanted, old, lately):
        os.utime(store.folder / digest, (long_ago, long_ago))
    store.keep_bytes(b"lately")
    assert store.prune([wanted], not_since=time.time() - 1e5) == [old]
    assert {path.name for path in store.folder.iterdir()} == {wanted, lately}
