"""`compare`: scenarios and releases side by side, with an interval only where the draws are common."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from assets.scenarios_compared.headline_draws import as_text
from assets.tables.parquet import write_frame
from pipelines.__main__ import main

FIRST, SECOND = "20260101T000000Z-0000000a", "20260201T000000Z-0000000b"
HOSTILE = '=HYPERLINK("http://example.org")'
DRAWS = {
    "local_plan": [1000.0, 900.0, 980.0, 1010.0, 1110.0],
    "trend": [950.0, 840.0, 929.0, 962.0, 1061.0],
}


def drawn(values: list[float], change: float, size: float) -> str:
    return as_text((np.array(values) + change) * size, 2)


def release(
    outputs: Path,
    name: str,
    *,
    seed: int = 7,
    change: float = 0.0,
    code: str = "one",
    draws: int = 4,
    more: tuple[str, ...] = (),
) -> None:
    folder = outputs / "releases" / name
    folder.mkdir(parents=True)
    rows = [
        {
            "scenario": scenario,
            "area": area,
            "quantity": quantity,
            "year": year,
            "area_kind": kind,
            "area_name": area_name,
            "subject_kind": subject,
            "quantity_name": title,
            "unit": unit,
            "principal": (values[0] + change) * size * year / 2030,
            "draws": as_text(
                pd.Series(values[1 : draws + 1]).add(change).mul(size * year / 2030).to_numpy(), 2
            ),
        }
        for scenario, values in DRAWS.items()
        for area, kind, area_name, size in (
            ("S", "system", "The system", 10.0),
            ("P", "place", HOSTILE, 1.0),
            *((area, "place", f"Place {area}", 2.0) for area in more),
        )
        for quantity, subject, title, unit in (
            ("capital_spent_to_date", "money", "Capital spent up to the year", "GBP"),
            ("people", "people", "People", "persons"),
        )
        for year in (2030, 2035, 2040)
    ]
    write_frame(pd.DataFrame(rows), folder / "headline_draws.parquet")
    manifest = {
        "release": name,
        "tables": {"headline_draws": {}},
        "inputs": {},
        "seed": seed,
        "draws": draws,
        "code_version": code,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


@pytest.fixture
def outputs(tmp_path: Path) -> Path:
    release(tmp_path, FIRST, change=-20.0)
    release(tmp_path, SECOND)
    (tmp_path / "current").symlink_to(Path("releases") / SECOND)
    return tmp_path


def asked(
    outputs: Path, capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0
) -> tuple[str, str]:
    assert main(["compare", *arguments, "--outputs", str(outputs)]) == code
    said = capsys.readouterr()
    return said.out, said.err


def test_two_scenarios_of_the_current_release_with_the_interval_of_common_draws(
    outputs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said, _ = asked(outputs, capsys, "trend", "local_plan")
    assert said.startswith("A trend less B local_plan: The system (S)")
    people = next(line for line in said.splitlines() if line.startswith("People "))
    # Draws differ by -60, -51, -48, -49 of a place: quantiles of ten times that.
    assert "9,523" in people
    assert "10,025" in people
    assert "-500 (-573 to -483)" in people
    assert "4 common draws" in said
    lines = said.splitlines()
    capital = next(at for at, line in enumerate(lines) if line.startswith("Capital"))
    assert lines.index(people) < capital, "people come first"
    assert "£ million" in lines[capital]
    assert "P " in lines[-1]


def test_sides_swapped_change_the_sign_and_a_scenario_against_itself_is_zero(
    outputs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "+500 (+483 to +573)" in asked(outputs, capsys, "local_plan", "trend")[0]
    same = asked(outputs, capsys, "trend", f"{SECOND}:trend")[0]
    assert "0 (0 to 0)" in same
    assert "+0" not in same
    assert "-0" not in same


@pytest.mark.parametrize(
    ("ours", "theirs"), [("current", "last"), (SECOND, FIRST), ("local_plan", "last:local_plan")]
)
def test_two_releases_of_one_seed_have_common_draws(
    ours: str, theirs: str, outputs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said, _ = asked(outputs, capsys, ours, theirs)
    assert f"A {SECOND}:local_plan less B {FIRST}:local_plan" in said
    assert "+200 (+200 to +200)" in said
    assert "not known" not in said


def test_releases_of_another_seed_have_a_difference_and_no_interval(
    outputs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    release(outputs, "20251201T000000Z-0000000c", seed=8, change=-30.0, code="two")
    said, _ = asked(outputs, capsys, "current", "20251201T000000Z-0000000c")
    people = next(line for line in said.splitlines() if line.startswith("People "))
    assert people.split()[-3:] == ["+300", "+301", "+301"]
    assert "The interval of the difference is not known" in said
    assert "seed 7" in said
    assert "seed 8" in said
    assert "Code one and two" in said
    assert "In brackets" not in said


def test_releases_of_another_number_of_draws_have_no_interval_and_what_one_lacks_is_counted(
    outputs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    release(outputs, "20251201T000000Z-0000000c", draws=3, more=("Q",))
    said, _ = asked(outputs, capsys, "current", "20251201T000000Z-0000000c")
    assert "has 4 draws of seed 7" in said
    assert "3 of seed 7" in said
    assert "6 rows are of one of the two releases alone" in said
    assert "Code" not in said


def test_a_place_by_its_name_and_all_areas_as_csv_without_a_formula(
    outputs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "new" / "compared.csv"
    said, _ = asked(outputs, capsys, "trend", "local_plan", "--place", HOSTILE.lower(), "--csv", str(file))
    assert "-50 (-57 to -48)" in said
    table = pd.read_csv(file)
    assert len(table) == 2 * 2 * 3
    row = table.set_index(["area", "quantity", "year"]).loc["P", "people", 2030]
    assert row["area_name"] == f"'{HOSTILE}"
    assert (row["value_a"], row["value_b"], row["a_less_b"]) == (950.0, 1000.0, -50.0)
    assert (row["p10"], row["p50"], row["p90"]) == pytest.approx((-57.3, -50.0, -48.3))
    assert row["b"] == f"{SECOND}:local_plan"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("tred", "local_plan"), "compare: 'tred' is neither a scenario"),
        (("20260301T000000Z-0000000a:trend", "trend"), "there is no release '20260301T000000Z-0000000a'"),
        (("trend", "local_plan", "--place", "Q"), "no place or trust 'Q'; there are "),
    ],
)
def test_what_is_not_there_is_named_in_one_line(
    arguments: tuple[str, ...], said: str, outputs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, error = asked(outputs, capsys, *arguments, code=2)
    assert said in error
    assert len(error.strip().splitlines()) == 1


def test_a_release_without_draws_and_an_empty_folder_are_told_apart(
    outputs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = outputs / "releases" / FIRST
    (folder / "headline_draws.parquet").unlink()
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (folder / "manifest.json").write_text(json.dumps({**manifest, "tables": {}}), encoding="utf-8")
    assert (
        "published before releases kept their draws" in asked(outputs, capsys, "current", "last", code=2)[1]
    )
    nothing = tmp_path / "nothing"
    assert "run make forecast first" in asked(nothing, capsys, "trend", "local_plan", code=2)[1]
