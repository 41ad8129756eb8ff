"""`make ages` answers from all draws of the published run, and says what is wrong with a wrong question."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pandas as pd
import pytest

from pipelines.__main__ import main
from tests.journeys.running import Run

PLACE = "E06000042"


def asked(run: Run, capsys: pytest.CaptureFixture[str], *arguments: str) -> pd.DataFrame:
    assert main(["ages", "--outputs", str(run.outputs), "--csv", *arguments]) == 0
    return pd.read_csv(io.StringIO(capsys.readouterr().out))


@pytest.mark.parametrize("place", [PLACE, "E54000024"])
def test_a_range_that_is_a_published_band_has_its_numbers(
    main_run: Run, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    found = asked(main_run, capsys, "--from", "65", "--to", "90", "--place", place)
    band = main_run.table("population").query(
        f"scenario == 'local_plan' and place == '{place}' and sex == 'persons' and age_band == '65+'"
    )
    both = found.merge(band, on="year", suffixes=("", "_published"))
    assert len(both) == len(band)
    for name in ("principal", "p10", "p50", "p90"):
        assert (both[name] - both[f"{name}_published"]).abs().max() < 1e-6


def test_all_places_stand_one_after_another_with_the_system(
    main_run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    found = asked(main_run, capsys, "--from", "18", "--to", "24", "--year", "2035")
    councils = found[found["place"] != "E54000024"]
    assert len(councils) == 4
    system = found.set_index("place").loc["E54000024"]
    assert system["principal"] == pytest.approx(councils["principal"].sum())
    assert system["p90"] - system["p10"] < (councils["p90"] - councils["p10"]).sum()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--from", "24", "--to", "18"], "the lower first"),
        (["--from", "18", "--to", "120"], "0 to 90"),
        (["--from", "eighteen", "--to", "24"], "FROM='eighteen' is not a whole number"),
        (["--from", "18", "--to", "24", "--place", "MK"], "E06000042 Milton Keynes"),
        (["--from", "18", "--to", "24", "--scenario", "hope"], "local_plan"),
        (["--from", "18", "--to", "24", "--place", PLACE, "--year", "2099"], "no year 2099"),
    ],
)
def test_a_wrong_question_is_answered_with_what_could_be_asked(
    main_run: Run, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(["ages", "--outputs", str(main_run.outputs), *arguments]) == 2
    assert said in capsys.readouterr().err


def test_draws_of_a_run_that_was_not_published_are_refused(
    main_run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "projection_draws").symlink_to(main_run.outputs / "tables" / "projection_draws")
    (tmp_path / "current").mkdir()
    kept = pd.read_parquet(main_run.outputs / "current" / "population_single_year.parquet")
    kept.assign(principal=kept["principal"] + 1).to_parquet(
        tmp_path / "current" / "population_single_year.parquet"
    )
    arguments = ["--from", "18", "--to", "24", "--place", PLACE, "--outputs", str(tmp_path)]
    assert main(["ages", *arguments]) == 2
    assert "another run than the current release" in capsys.readouterr().err
    shutil.rmtree(tmp_path / "current")
    assert main(["ages", *arguments]) == 2
    assert "make forecast" in capsys.readouterr().err


def test_a_name_that_a_spreadsheet_would_run_is_printed_as_text(
    main_run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "projection_draws").symlink_to(main_run.outputs / "tables" / "projection_draws")
    (tmp_path / "current").mkdir()
    kept = pd.read_parquet(main_run.outputs / "current" / "population_single_year.parquet")
    name = "population_single_year.parquet"
    kept.assign(place_name="=cmd() " + kept["place_name"]).to_parquet(tmp_path / "current" / name)
    arguments = ["--from", "18", "--to", "24", "--csv", "--place", PLACE, "--outputs", str(tmp_path)]
    assert main(["ages", *arguments]) == 0
    printed = pd.read_csv(io.StringIO(capsys.readouterr().out))
    assert set(printed["place_name"]) == {"'=cmd() Milton Keynes"}
