"""Movements since the release before: of the same place, year and ages, counted from what that one knew."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from assets.inputs.settings import RunSettings
from assets.publication.report.editions_shown import editions
from assets.release_history.earlier_releases import COMPARED_AGES, PEOPLE, _as_bytes, _people_of
from assets.release_history.edition_stability import FIRST, edition_stability
from assets.tables.declarations import TABLES
from assets.tables.parquet import write_frame

BEFORE = "20261101T000000Z-00000000"


def population(of: float, first_year: int = 2024, last_year: int = 2036) -> pd.DataFrame:
    """Persons of two places, no two alike, `of` times as many; another scenario and sex beside them."""
    rows = [
        (scenario, place, year, sex, band, of * (size + 10 * (year - 2020) + at))
        for scenario in ("local_plan", "trend")
        for place, size in (("A", 1000.0), ("B", 3000.0))
        for year in range(first_year, last_year)
        for sex in ("persons", "female")
        for at, band in enumerate(("0-15", *COMPARED_AGES))
    ]
    frame = pd.DataFrame(rows, columns=["scenario", "place", "year", "sex", "age_band", "principal"])
    other = (frame["scenario"] == "trend") | (frame["sex"] == "female")
    return frame.assign(principal=frame["principal"].mask(other, frame["principal"] * 7))


def before(outputs: Path) -> Path:
    """A release in which 65 and over were a quarter more, 5-9 a fifth less, B's nobody at 90."""
    folder = outputs / "releases" / BEFORE
    folder.mkdir(parents=True)
    (outputs / "inputs").mkdir()
    said = population(1.0)
    said["principal"] *= said["age_band"].map({"65+": 1.25, "5-9": 0.8}).fillna(1.0)
    said.loc[(said["place"] == "B") & (said["age_band"] == "90+"), "principal"] = 0.0
    write_frame(said, folder / "population.parquet")
    write_frame(pd.DataFrame({"year": [2023]}), folder / "projection_errors.parquet")
    return outputs


def made(outputs: Path, first: bool = False) -> pd.DataFrame:
    from assets.inputs.input_store import InputStore

    settings = RunSettings(outputs_directory=str(outputs))
    kept = {}
    if not first:
        kept[PEOPLE] = InputStore(settings.inputs_path).keep_bytes(
            _as_bytes(_people_of(outputs, BEFORE), outputs)
        )
    found: pd.DataFrame = edition_stability.op.compute_fn.decorated_fn(  # type: ignore[union-attr]
        earlier_releases=pd.DataFrame({"id": list(kept), "sha256": list(kept.values())}),
        population=population(1.1, 2025, 2040),
        mid_year_estimate_totals=pd.DataFrame({"year": [2021, 2024]}),
        places=pd.DataFrame({"place": ["A", "B"], "place_name": ["Aplace", "Bplace"]}),
        settings=settings,
    )
    return found


def test_each_figure_is_held_against_the_last_releases_of_the_same_year(tmp_path: Path) -> None:
    table = made(before(tmp_path))
    assert list(table.columns) == TABLES["edition_stability"].column_names
    assert sorted(set(table["year"])) == list(range(2025, 2036)), "years that both have"
    assert (table["horizon"] == table["year"] - 2023).all()
    assert set(table["previous_release"]) == {BEFORE}
    at = table.set_index(["place", "year", "measure"])
    people = at.loc[("B", 2030, "population")]
    assert (people["previous"], people["current"]) == pytest.approx((3101.0, 3411.1))
    assert people["movement_percent"] == pytest.approx(10.0)
    assert at.loc[("A", 2030, "population_65_plus"), "movement_percent"] == pytest.approx(-12.0)
    # Of nineteen ages eighteen move by 10 % and one by 37.5 %; of B's an age that was nobody has no share.
    assert at.loc[("A", 2030, "five_year_ages"), "movement_percent"] == pytest.approx((18 * 10 + 37.5) / 19)
    assert at.loc[("B", 2030, "five_year_ages"), "movement_percent"] == pytest.approx((17 * 10 + 37.5) / 18)
    [block] = editions({"edition_stability": table})
    assert block["rows"][0] == ["Aplace", "5", "2028", "+10.0", "−12.0", "+10.0", "11.4"]
    assert BEFORE in block["says"]
    [still] = editions({"edition_stability": table.assign(movement_percent=0.01)})
    assert still["rows"][0][3:] == ["0.0"] * 4


def test_a_first_release_says_that_nothing_came_before(tmp_path: Path) -> None:
    table = made(tmp_path, first=True)
    assert table["movement_percent"].isna().all()
    assert set(table["previous_release"]) == {FIRST}
    assert table["current"].notna().any()
    assert table["horizon"].min() == 1
    [block] = editions({"edition_stability": table})
    assert block["rows"] == []
    assert FIRST in block["says"]


def test_a_release_before_without_people_by_age_is_taken_for_none(tmp_path: Path) -> None:
    (tmp_path / "releases" / BEFORE).mkdir(parents=True)
    assert _people_of(tmp_path, BEFORE).empty


def test_movements_between_origins_stand_beside_the_errors_of_both() -> None:
    columns = ["first_origin", "second_origin", "target_year", "measure", "areas", "median_movement",
               "p90_movement", "first_error", "second_error"]  # fmt: skip
    rows = [
        (2011, 2016, 2021, "population", 152, 1.34, 4.06, 2.05, 1.11),
        (2011, 2016, 2031, "five_year_ages", 152, 3.3, 7.7, None, None),
    ]
    [block] = editions({"edition_movements": pd.DataFrame(rows, columns=columns)})
    assert block["rows"] == [
        ["2011", "2016", "2021", "All people", "1.3", "4.1", "2.0", "1.1"],
        ["2011", "2016", "2031", "Five-year ages, mean", "3.3", "7.7", "not available", "not available"],
    ]
    assert editions({"edition_movements": pd.DataFrame(columns=columns)}) == []
