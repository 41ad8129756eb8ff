"""Readers whose link was lost, as after a restore, are led to a release that is there, in words that fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.release_history.release_folders import NoSuchRelease
from pipelines.commands.releases import rollback

RELEASES = ("20260101T000000Z-aaaaaaaa", "20260102T000000Z-bbbbbbbb")


@pytest.fixture
def outputs(tmp_path: Path) -> Path:
    """Two releases and no link to either."""
    for name in RELEASES:
        folder = tmp_path / "releases" / name
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text('{"inputs": {}, "tables": {}}', encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("asked", [None, RELEASES[1]])
def test_readers_without_a_release_are_led_to_the_last(outputs: Path, asked: str | None) -> None:
    words = rollback(outputs, asked)
    assert f"now see {RELEASES[1]}; before, it pointed to no release." in words
    assert (outputs / "current").resolve().name == RELEASES[1]
    assert f"before, it was {RELEASES[1]}, which is kept" in rollback(outputs)


def test_where_there_is_none_nothing_is_changed(tmp_path: Path) -> None:
    with pytest.raises(NoSuchRelease, match="no release yet"):
        rollback(tmp_path)
    assert not (tmp_path / "current").exists()
