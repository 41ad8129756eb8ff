"""Headline values of every stage and scenario stand where they stood when somebody last reviewed them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.journeys.headline_values import RENEW, hold, read, say
from tests.journeys.running import Run
from tests.journeys.runs.test_main_job import PLACES, SCENARIOS, SYSTEM

SNAPSHOT = Path(__file__).with_name("headline_values.csv")
STAGES = {
    "housing": {"housing_delivery", "housing_lateness"},
    "population": {"population", "components_of_change", "households", "neighbourhood_population"},
    "demand": {"demand", "demand_drivers", "provider_demand", "activity_forecast"},
    "workforce": {"workforce", "provider_workforce", "workforce_flows", "workforce_levers"},
    "estates": {"estates", "provider_estates", "neighbourhood_estates", "capacity_breach", "estates_timing"},
    "capital": {"capital_requirement", "developer_contributions"},
    "beside others": {"benchmarks", "projection_errors", "forecast_accuracy"},
}


def test_headline_values_stand_where_they_were_reviewed(
    main_run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    say(hold(SNAPSHOT, main_run.table), capsys)


def labels(snapshot: pd.DataFrame, key: str) -> set[str]:
    return set(snapshot["row"].str.extract(rf"(?:^|; ){key}=([^;]+)")[0].dropna())


def test_every_stage_scenario_place_and_end_of_the_interval_is_held_and_no_two_values_are_alike() -> None:
    snapshot = read(SNAPSHOT)
    for stage, tables in STAGES.items():
        assert tables <= set(snapshot["table"]), stage
        of_stage = snapshot[snapshot["table"].isin(tables)]
        if stage != "beside others":
            assert len(labels(of_stage, "scenario")) >= 2, stage
    assert labels(snapshot, "scenario") == SCENARIOS
    assert labels(snapshot, "place") == {*PLACES, SYSTEM}
    counts = snapshot["column"].value_counts()
    assert (counts[["p10", "p50", "p90"]] >= 20).all()
    sizes = snapshot["value"].astype(float).abs().sort_values()
    assert sizes.iloc[0] > 0
    alike = sizes.index[sizes.pct_change() < 1e-5]
    assert not len(alike), snapshot.loc[alike]
    assert snapshot["within"].astype(float).between(0, 0.01).all()


def one_value(folder: Path, value: str) -> Path:
    path = folder / "held.csv"
    row = "scenario=trend; place=E06000032; year=2040"
    path.write_text(f"table,row,column,value,within\npeople,{row},p90,{value},1e-06\n", encoding="utf-8")
    return path


def people(_: str) -> pd.DataFrame:
    rows = [("trend", "E06000032", 2040, 1010.0), ("trend", "E06000032", 2041, 7.0)]
    return pd.DataFrame(rows, columns=["scenario", "place", "year", "p90"])


def test_a_value_that_moved_is_said_with_before_after_and_per_cent(tmp_path: Path) -> None:
    assert hold(one_value(tmp_path, "1010.0005"), people).startswith("0 of 1 values")
    with pytest.raises(
        AssertionError, match=r"people p90, trend, Luton, 2040: 1,000\.0 -> 1,010\.0 \(\+1\.0000 %\)"
    ):
        hold(one_value(tmp_path, "1000"), people)
    with pytest.raises(AssertionError, match=r"2040: 1,010\.1 -> 1,010\.0 \(-0\.01"):
        hold(one_value(tmp_path, "1010.12"), people)


def test_renewing_writes_what_moved_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(RENEW, "1")
    path = one_value(tmp_path, "")
    assert hold(path, people).endswith("people p90, trend, Luton, 2040: new, 1,010.0")
    assert read(path)["value"].tolist() == ["1010"]
    held = one_value(tmp_path, "1010.0005").read_bytes()
    assert hold(path, people).startswith("0 of 1 values")
    assert path.read_bytes() == held


def test_a_row_that_is_not_one_row_is_refused(tmp_path: Path) -> None:
    path = one_value(tmp_path, "1010")
    path.write_text(path.read_text(encoding="utf-8").replace("; year=2040", ""), encoding="utf-8")
    with pytest.raises(ValueError, match="people has 2 rows with scenario=trend; place=E06000032"):
        hold(path, people)
