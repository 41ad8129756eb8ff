"""The backtest of neighbourhoods on a folder it has never seen, and shipped numbers on the official one."""

import gzip
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from assets.population.neighbourhood_population import small_area_method
from benchmarks.population import small_area_backtest, small_area_fit
from benchmarks.population.backtest_people import england_assumptions, read_assumptions
from benchmarks.population.small_area_backtest import (
    OF_BAND,
    errors_by_band,
    held,
    in_order,
    project,
    read_small_areas,
    share_of_growth,
)

OFFICIAL = Path(__file__).resolve().parents[3] / "shared" / "official" / "backtest_many_years"
official = pytest.mark.skipif(not OFFICIAL.exists(), reason="the official backtest folder is not beside this")


def folder(path: Path, sizes: tuple[int, ...] = (3, 2, 1)) -> Path:
    """Places of so many small areas, of which the first of each grows most; ages differ from area to area."""
    random = np.random.default_rng(0)
    people, places = [], []
    for number, size in enumerate(sizes):
        for area in range(size):
            code = f"X{number}{area}"
            shape = 60 * np.exp(-((np.arange(91) / 78.0) ** 4)) * random.uniform(0.7, 1.3, 91) + 3
            growth = 1.3 if area == 0 else 1.02
            for year, scale in ((2011, 1.0), (2021, growth)):
                people += [(code, year, age, round(n * scale)) for age, n in enumerate(shape)]
            places.append((code, f"P{number}", round(shape.sum() / 2.4), round(shape.sum() / 2.4 * growth)))
    with gzip.open(path / small_area_backtest.CENSUS, "wt") as file:
        pd.DataFrame(people, columns=["small_area", "year", "age", "persons"]).to_csv(file, index=False)
    pd.DataFrame(places, columns=["small_area", "place_code", "households_2011", "households_2021"]).to_csv(
        path / small_area_backtest.PLACES, index=False
    )
    return path


def changed(path: Path, name: str, change: object) -> None:
    frame = pd.read_csv(path / name)
    frame = change(frame)  # type: ignore[operator]
    frame.to_csv(path / name, index=False)


@pytest.mark.parametrize("homes", ["known", "unknown"])
def test_the_file_has_every_method_and_measure_with_its_standard_error(tmp_path: Path, homes: str) -> None:
    out = tmp_path / "out" / "scores.csv"
    small_area_backtest.main(
        ["--data", str(folder(tmp_path)), "--homes", homes, "--draws", "20", "--out", str(out)]
    )
    table = pd.read_csv(out)
    assert list(table.columns) == ["method", "origin", "horizon", "measure", "value"]
    assert set(table["origin"]) == {2011}
    assert set(table["horizon"]) == {10}
    values = table.set_index(["method", "measure"])["value"]
    for method in ("placecast", "constant_share", "share_of_growth"):
        for measure in ("mape_total", "age_mean", "age_mean_five_year", "mape_65_plus"):
            assert values[method, measure] >= 0
            assert values[method, f"{measure}_standard_error"] >= 0
    for measure in ("coverage_80", "coverage_80_age"):
        assert 0 <= values["placecast", measure] <= 100
    if homes == "known":
        # The neighbourhood that grows is known by its homes.
        assert values["placecast", "mape_total"] < 0.4 * values["constant_share", "mape_total"]
    else:
        assert values["placecast", "mape_total"] > 2


def test_people_by_place_add_up_to_the_place_in_every_draw(tmp_path: Path) -> None:
    areas, method = read_small_areas(folder(tmp_path)), small_area_method(read_assumptions())
    for homes in ("known", "unknown"):
        drawn = project(areas, method, homes, 10, 1, OF_BAND)
        for where, people in zip(areas.each_place(), drawn, strict=True):
            assert np.allclose(people.sum(axis=1), areas.truth[where].sum(axis=0) @ OF_BAND)
            assert people[1:].std(axis=0).max() > 1 or len(where) == 1


def test_nobody_s_later_homes_are_looked_at_where_they_are_unknown(tmp_path: Path) -> None:
    """Homes that change hands between neighbourhoods of a place change nothing but with homes known."""
    areas, method = read_small_areas(folder(tmp_path)), small_area_method(read_assumptions())
    other = areas.households.copy()
    first, second = np.flatnonzero(areas.place == 0)[:2]
    other[first, 1] -= 200
    other[second, 1] += 200
    shifted = replace(areas, households=other)

    def made(which: small_area_backtest.SmallAreas, homes: str) -> np.ndarray:
        return in_order(which, project(which, method, homes, 0, 1, OF_BAND))

    assert made(shifted, "unknown") == pytest.approx(made(areas, "unknown"))
    assert made(shifted, "known")[second].sum() > made(areas, "known")[second].sum() + 200
    assert share_of_growth(shifted, "unknown") == pytest.approx(share_of_growth(areas, "unknown"))


def test_the_error_by_age_is_over_all_people_of_the_area(tmp_path: Path) -> None:
    areas = read_small_areas(folder(tmp_path))
    truth = areas.truth @ OF_BAND
    made = truth.copy()
    made[0, 2] += 50
    made[0, 5] -= 50
    total, age = errors_by_band(made, areas)
    assert total[0] == pytest.approx(0)
    assert age[0] == pytest.approx(10_000 / truth[0].sum())
    assert age[1:] == pytest.approx(0)


def test_a_place_that_is_one_small_area_has_no_interval_to_hold(tmp_path: Path) -> None:
    areas, method = read_small_areas(folder(tmp_path)), small_area_method(read_assumptions())
    inside = held(project(areas, method, "known", 20, 1, OF_BAND), areas)
    assert np.isnan(inside["coverage_80"]).tolist() == [False] * 5 + [True]


def test_small_areas_with_gaps_are_left_out_and_counted(tmp_path: Path) -> None:
    path = folder(tmp_path)
    changed(path, small_area_backtest.PLACES, lambda rows: rows.assign(
        households_2021=rows["households_2021"].where(rows["small_area"] != "X01")
    ))  # fmt: skip
    changed(path, small_area_backtest.CENSUS, lambda rows: rows[
        (rows["small_area"] != "X10") | (rows["year"] != 2021)
    ])  # fmt: skip
    areas = read_small_areas(path)
    assert areas.codes == ["X00", "X02", "X11", "X20"]
    assert [note for note in areas.notes if "X10" in note and "no people" in note]
    assert [note for note in areas.notes if "X01" in note and "no households" in note]


@pytest.mark.parametrize(
    ("file", "change", "said"),
    [
        ("PLACES", lambda rows: rows.drop(columns="place_code"), "no column place_code"),
        ("PLACES", lambda rows: pd.concat([rows, rows[:1]]), "small area X00 is there twice"),
        ("CENSUS", lambda rows: rows.assign(persons=rows["persons"].astype(str) + "?"), "expected a number"),
        ("CENSUS", lambda rows: rows.assign(persons=-1), "row 2, -1 people of age 0"),
        ("CENSUS", lambda rows: rows.assign(age=rows["age"] + 60), "of age 91"),
        ("CENSUS", lambda rows: rows[:0], "no small area has people at both censuses"),
    ],
)
def test_a_wrong_file_is_refused_in_one_line(tmp_path: Path, file: str, change: object, said: str) -> None:
    path = folder(tmp_path)
    changed(path, getattr(small_area_backtest, file), change)
    with pytest.raises(SystemExit, match=said.replace("?", r"\?")):
        read_small_areas(path)


def test_standard_errors_are_over_places(tmp_path: Path) -> None:
    """Small areas that all err as their place does are as many observations as there are places."""
    areas = read_small_areas(folder(tmp_path, (40, 40, 40, 40)))
    by_place = np.array([0.0, 1.0, 2.0, 5.0])[areas.place]
    alone = np.tile([0.0, 1.0, 2.0, 5.0], 40)
    together, apart = (small_area_backtest.standard_error(values, areas, 1) for values in (by_place, alone))
    assert together > 0.5
    assert apart < 0.01


@official
@pytest.mark.parametrize("homes", ["known", "unknown"])
def test_shipped_numbers_reach_what_they_are_said_to(homes: str) -> None:
    """The accuracy of the method page, and widths that hold 80 % where they were read off."""
    areas, method = read_small_areas(OFFICIAL), small_area_method(read_assumptions())
    drawn = project(areas, method, homes, 100, 1, OF_BAND)
    total, age = (values.mean() for values in errors_by_band(in_order(areas, drawn), areas))
    inside = {name: np.nanmean(values) for name, values in held(drawn, areas).items()}
    most = {"known": (2.2, 6.0), "unknown": (5.52, 8.0)}[homes]
    assert (total, age) < most
    assert age < most[1]
    assert inside == pytest.approx({"coverage_80": 80.0, "coverage_80_age": 80.0}, abs=1.7)


@official
@pytest.mark.long
def test_no_number_is_better_a_step_away() -> None:
    areas, frame = read_small_areas(OFFICIAL), england_assumptions()
    shipped = small_area_fit.error(areas, frame)
    for name in small_area_fit.NUMBERS:
        for other in small_area_fit.neighbours(frame, name):
            assert small_area_fit.error(areas, other) > shipped - 0.005, name


@official
@pytest.mark.long
def test_the_shipped_widths_are_those_read_off_the_areas_and_hold_elsewhere() -> None:
    areas, method = read_small_areas(OFFICIAL), small_area_method(read_assumptions())
    assert small_area_fit.by_name(small_area_fit.widths(areas, method)) == pytest.approx(
        small_area_fit.by_name(method), rel=0.1
    )
    found = [small_area_fit.coverages(other, half) for half, other in small_area_fit.crossed(areas, method)]
    for homes in ("known", "unknown"):
        assert np.mean([one[homes] for one in found], axis=0) == pytest.approx([80, 80], abs=2)
