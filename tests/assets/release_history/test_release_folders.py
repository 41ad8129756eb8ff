"""What is a release and what only lies beside them: readers' link, old manifests and foreign folders."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from assets.inputs.settings import RunSettings
from assets.publication.headlines import HEADLINES
from assets.publication.last_release import audit_against_last
from assets.release_history.earlier_releases import Earlier, earlier_releases
from assets.release_history.release_folders import (
    NoSuchRelease,
    current_id,
    folder_of,
    not_releases,
    release_ids,
)
from tests.shipped import DATA

OLD, LAST = "20261120T020000Z-0000aaaa", "20261121T020000Z-0000bbbb"
LUTON = "E06000032"


def headlines(people: float) -> list[dict[str, object]]:
    return [{"headline": "population", "place": LUTON, "year": 2035, "principal": people}]


@pytest.fixture
def outputs(tmp_path: Path) -> Path:
    """Two whole releases, of which readers see the last."""
    for name, people in ((OLD, 200_000.0), (LAST, 250_000.0)):
        folder = tmp_path / "releases" / name
        folder.mkdir(parents=True)
        (folder / "population.parquet").write_bytes(b"people")
        manifest = {
            "release": name,
            "inputs": {},
            "tables": {"population": {}},
            "headlines": headlines(people),
        }
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (tmp_path / "current").symlink_to(Path("releases") / LAST)
    return tmp_path


def compared_with(outputs: Path) -> Earlier:
    """What a run that begins now finds of the releases before it."""
    settings = RunSettings(outputs_directory=str(outputs))
    nothing = pd.DataFrame(columns=["series", "period"])
    places = pd.read_csv(DATA / "places.csv")
    return Earlier(earlier_releases(settings, nothing, places), settings)


def found_against_the_last(outputs: Path, people: float) -> list[str]:
    bounds = pd.DataFrame(
        [{"headline": h.name, "most_percent": 3.0, "most_absolute": 500.0, "note": ""} for h in HEADLINES]
    )
    nobody = pd.DataFrame(columns=["accepted", "place", "until", "accepted_by", "reason"], dtype="str")
    now = pd.DataFrame(headlines(people))
    previous = compared_with(outputs).previous
    return audit_against_last(now, previous, bounds, nobody, {LUTON: "Luton"}, date(2026, 11, 22))


@pytest.mark.parametrize("link", ["gone", "dangling", "a folder", "elsewhere", "of a cut manifest"])
def test_a_jump_is_held_to_the_last_whole_release_though_the_link_is_spoilt(outputs: Path, link: str) -> None:
    [before] = found_against_the_last(outputs, 300_000.0)
    assert "250,000 in the last release" in before
    (outputs / "current").unlink()
    if link == "dangling":
        (outputs / "current").symlink_to(Path("releases") / "20261122T020000Z-0000cccc")
    elif link == "a folder":
        (outputs / "current").mkdir()
        (outputs / "current" / "manifest.json").write_text("{}", encoding="utf-8")
    elif link == "elsewhere":
        (outputs / "elsewhere").mkdir()
        (outputs / "current").symlink_to("elsewhere")
    elif link == "of a cut manifest":
        cut = outputs / "releases" / "20261122T020000Z-0000cccc"
        cut.mkdir()
        (cut / "manifest.json").write_text('{"release": "20261122T02', encoding="utf-8")
        (outputs / "current").symlink_to(Path("releases") / cut.name)
    assert current_id(outputs) is None
    assert found_against_the_last(outputs, 300_000.0) == [before]
    assert found_against_the_last(outputs, 250_000.0) == []


def test_a_link_that_is_switched_meanwhile_still_leads_to_a_release(
    outputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve = Path.resolve

    def switched(path: Path, strict: bool = False) -> Path:
        seen = resolve(path, strict)
        if path.name == "current":
            path.unlink()
            path.symlink_to(Path("releases") / OLD)
        return seen

    monkeypatch.setattr(Path, "resolve", switched)
    assert current_id(outputs) == LAST
    assert current_id(outputs) == OLD


def test_readers_led_back_are_compared_with_what_they_see(outputs: Path) -> None:
    (outputs / "current").unlink()
    (outputs / "current").symlink_to(Path("releases") / OLD)
    [found] = found_against_the_last(outputs, 250_000.0)
    assert "200,000 in the last release" in found


def test_what_is_no_whole_release_is_named_with_the_reason_and_taken_for_none(outputs: Path) -> None:
    releases = outputs / "releases"
    text = (releases / LAST / "manifest.json").read_text(encoding="utf-8")
    strange = {
        "keep-for-board-meeting": text,
        "20261122T020000Z-0000cccc": text,
        "20261123T020000Z-0000dddd": text[: len(text) // 2],
        "20261124T020000Z-0000eeee": "[]",
    }
    for name, content in strange.items():
        (releases / name).mkdir()
        (releases / name / "manifest.json").write_text(content, encoding="utf-8")
    (releases / "20261125T020000Z-0000ffff").mkdir()
    (releases / "notes.txt").write_text("of the board", encoding="utf-8")
    (releases / OLD / "population.parquet").unlink()
    assert release_ids(outputs) == [LAST]
    assert not_releases(outputs) == {
        OLD: "population.parquet is missing",
        "20261122T020000Z-0000cccc": f"its manifest.json is that of release {LAST}",
        "20261123T020000Z-0000dddd": "its manifest.json is cut off or is no manifest",
        "20261124T020000Z-0000eeee": "its manifest.json is cut off or is no manifest",
        "20261125T020000Z-0000ffff": "its manifest.json cannot be read (No such file or directory)",
        "keep-for-board-meeting": "was not made by placecast",
        "notes.txt": "was not made by placecast",
    }
    with pytest.raises(NoSuchRelease, match=f"no whole release, population.parquet is missing,.*{LAST}"):
        folder_of(outputs, OLD)
    for name in ("keep-for-board-meeting", "../releases", f"{LAST}/../{LAST}"):
        with pytest.raises(NoSuchRelease, match="there is no release"):
            folder_of(outputs, name)
