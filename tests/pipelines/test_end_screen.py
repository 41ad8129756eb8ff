"""The screen at the end of a run: what stands on it is in the release, and it fits a terminal."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from housing_trajectories.terminal import Terminal
from pipelines.end_screen import LINES, print_end_screen
from pipelines.run_warnings import keep
from tests.assets.publication.made_releases import SCRIPT

SYSTEM = "S"
NOW = datetime(2026, 11, 29, tzinfo=UTC)


def uncertain(value: float) -> dict[str, float]:
    return {"principal": value, "p10": value * 0.9, "p50": value, "p90": value * 1.2}


def made(places: int) -> tuple[dict[str, pd.DataFrame], dict[str, str]]:
    """A release of so many councils and the area as a whole, no two with the same number."""
    names = {f"E{number:02}": f"Council of a long name {number}" for number in range(places)}
    names[SYSTEM] = "The area as a whole"
    rows: dict[str, list[dict[str, object]]] = {}
    for at, place in enumerate(names):
        for year in (2024, 2035):
            key = {"scenario": "local_plan", "place": place, "year": year}
            level = 100_000 + 7_000 * at + 50_000 * (year == 2035)
            rows.setdefault("population", []).append(
                {**key, "sex": "persons", "age_band": "all", **uncertain(level)}
            )
            rows.setdefault("households", []).append(
                {**key, "measure": "dwellings", **uncertain(level / 2.5)}
            )
            rows.setdefault("demand", []).append({**key, "service": "ae_attendances", **uncertain(level / 3)})
            rows.setdefault("workforce", []).append(
                {
                    **key, "sector": "all", "staff_group": "all_outside_hospital", "measure": "gap_wte",
                    "unit": "WTE", **uncertain(1000.0 + at),
                }
            )  # fmt: skip
            rows.setdefault("local_estates", []).append(
                {
                    **key, "area_kind": "place", "area": place, "area_name": names[place], "measure": "gap",
                    "facility": "gp_consulting_rooms", "unit": "rooms", "probability_short": 0.6,
                    "first_year_short": 2031.0 + at, "interval_from_building_percent": 60.0,
                    **uncertain(10.0 + at),
                }
            )  # fmt: skip
        rows.setdefault("growth_beyond_demography", []).append(
            {
                "place": place, "service": "ae_attendances", "year": 2035, "unit": "visits",
                "base_value": 1.0, "growth_percent": 30.0 + at, "growth_without_percent": 10.0 + at,
                **uncertain(2.0),
            }
        )  # fmt: skip
    trusts = [f"R{number:02}" for number in range(places)]
    for at, trust in enumerate(trusts):
        name = f"Hospitals of a far away county {trust} NHS Foundation Trust"
        key = {"scenario": "local_plan", "year": 2035, "facility": "general_acute_beds"}
        rows.setdefault("capacity_breach", []).append(
            {**key, "area": trust, "area_kind": "provider", "probability": 0.6}
        )
        rows.setdefault("provider_estates", []).append(
            {**key, "provider": trust, "provider_name": name, "measure": "gap", "unit": "beds"}
            | uncertain(200.0 + at)
        )
    tables = {name: pd.DataFrame(each) for name, each in rows.items()}
    tables["projection_errors"] = pd.DataFrame({"year": [2024]})
    change = {"cause": "total", "place": SYSTEM, "year": 2035, "unit": "persons", "sentence": "it moved"}
    tables["release_changes"] = pd.DataFrame(
        [
            {**change, "headline": "population", "previous": 1000.0, "current": 1200.0, "change": 200.0},
            {**change, "headline": "homes", "previous": 500.0, "current": 500.0, "change": 0.0},
            {**change, "headline": "homes", "previous": 5.0, "current": 7.0, "change": 2.0, "year": 2040},
        ]
    )
    tables["area_inputs"] = pd.DataFrame(
        [["E00", "past_components_of_change", "old", "2018"], ["E00", "trust_staff", "new", "2024/25"]],
        columns=["unit", "input", "source_id", "vintage"],
    )
    tables["sources"] = pd.DataFrame({"id": ["old", "new"], "title": [f"Components {SCRIPT}", "Staff"]})
    tables["input_files"] = pd.DataFrame({"table": ["places"], "source_id": ["old"]})
    tables["source_freshness"] = pd.DataFrame(
        {"source_id": ["old", "new"], "released": [None, None], "next_release": ["2026-10", "2026-12"]}
    )
    return tables, names


def screen_of(tmp_path: Path, places: int = 4, width: int = 100, run: str = "run-1") -> str:
    release = tmp_path / "releases" / "r1"
    release.mkdir(parents=True, exist_ok=True)
    screen = io.StringIO()
    tables, names = made(places)
    print_end_screen(Terminal(width, file=screen, soft_wrap=True), tables, names, release, run, now=NOW)
    return screen.getvalue()


@pytest.mark.parametrize("width", [80, 100, 200])
@pytest.mark.parametrize("places", [1, 4, 15])
def test_it_fits_one_screen(tmp_path: Path, places: int, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    keep(["a", "b"], "run-1", tmp_path)
    lines = screen_of(tmp_path, places, width).splitlines()
    assert len(lines) < LINES
    assert max(len(line.rstrip()) for line in lines) <= min(width, 100)
    assert all(line.isprintable() for line in lines)


def test_each_place_has_its_headlines_on_one_row_with_the_interval_below(tmp_path: Path) -> None:
    lines = screen_of(tmp_path).splitlines()
    at = [number for number, line in enumerate(lines) if line.startswith("Council of a long name")][1]
    row, below = " ".join(lines[at].split()), " ".join(lines[at + 1].split())
    for text in ("107k → 157k", "63k", "+31 %", "11", "2032/33", "1,001"):
        assert text in row
    for text in ("141k–188k", "57k–75k", "(+11 %)", "10 to 13", "901 to 1,201"):
        assert text in below
    whole = next(line for line in lines if line.startswith("Whole area"))
    assert "128k → 178k" in whole
    assert "+34 %" in whole


def test_trusts_have_their_beds_and_the_years_in_which_they_are_short(tmp_path: Path) -> None:
    screen = screen_of(tmp_path)
    assert "Hospitals of a far away county R03" in screen
    assert "203 (183 to 244)" in screen


def test_places_and_trusts_beyond_the_screen_are_counted(tmp_path: Path) -> None:
    screen = screen_of(tmp_path, 15)
    assert "11 more places: python -m pipelines summary --verbose" in screen
    assert "11 more in the report" in screen
    assert "Whole area" in screen


def test_it_says_what_changed_what_is_old_and_what_was_warned_of(tmp_path: Path) -> None:
    keep(["one", "two", "two"], "run-1", tmp_path)
    screen = " ".join(screen_of(tmp_path).split())
    assert "Changed Population 2035: 1,000 → 1,200 persons 1 headlines more by place and year" in screen
    assert f"newest 2024, oldest that matters 2018 (Components {SCRIPT})" in screen
    assert "1 of 2 sources have a newer release due" in screen
    assert "Warnings 3 warnings of 2 kinds" in screen
    assert "Warnings" not in screen_of(tmp_path, run="another")


def test_it_says_where_to_look(tmp_path: Path) -> None:
    screen = screen_of(tmp_path)
    for file in ("report.html", "workbook.xlsx"):
        assert f"{tmp_path}/current/{file}" in screen
    assert "summary --verbose" in screen
    assert "r1" in screen


def test_a_council_that_is_the_whole_area_is_called_by_its_name(tmp_path: Path) -> None:
    tables, names = made(1)
    screen = io.StringIO()
    (tmp_path / "releases" / "r1").mkdir(parents=True)
    only = {"E00": names["E00"]}
    print_end_screen(Terminal(100, file=screen), tables, only, tmp_path / "releases" / "r1", "", now=NOW)
    assert "Council of a" in screen.getvalue()
    assert "Whole area" not in screen.getvalue()
