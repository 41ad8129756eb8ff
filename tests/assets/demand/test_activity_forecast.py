"""Monthly records and forecasts as assets: bad input by its row, fits kept, what the tables hold."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from assets.demand.monthly.activity_forecast import (
    EVERY,
    METHODS,
    activity_accuracy,
    activity_forecast,
    monthly_fits,
)
from assets.demand.monthly.monthly_series import BEDS, FLOW_OF, monthly_series
from assets.inputs.settings import RunSettings
from housing_trajectories.findings import BadInput
from models.demand.monthly import rolling_origin
from models.demand.monthly.monthly_candidates import Fit, Training
from tests.assets.services_run import call_stage, naive_fits, services
from tests.conftest import ROOT

AE = "ae_attendances_monthly"


def with_records(change: Any) -> dict[str, Any]:
    inputs = dict(services())
    return {**inputs, AE: change(inputs[AE].copy())}


def test_a_jump_of_ten_times_is_refused_with_its_row() -> None:
    def slip(frame: pd.DataFrame) -> pd.DataFrame:
        frame.loc[330, "ae_attendances"] *= 10
        return frame

    with pytest.raises(BadInput, match=r"row 332, column ae_attendances.*ten times"):
        call_stage(monthly_series, with_records(slip))


def test_a_provider_code_that_changed_is_refused_with_its_row() -> None:
    def renamed(frame: pd.DataFrame) -> pd.DataFrame:
        frame.loc[60, "provider"] = "RC1"
        return frame

    with pytest.raises(BadInput, match=r"row 62, column provider: found RC1.*earlier code"):
        call_stage(monthly_series, with_records(renamed))


def test_a_month_that_is_none_is_refused_with_its_row() -> None:
    def misspelt(frame: pd.DataFrame) -> pd.DataFrame:
        frame.loc[0, "month"] = "2022-13"
        return frame

    with pytest.raises(BadInput, match=r"row 2, column month: found 2022-13"):
        call_stage(monthly_series, with_records(misspelt))


def test_a_missing_month_is_warned_of_and_never_a_zero(caplog: pytest.LogCaptureFixture) -> None:
    def without(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.query("not (provider == 'RD8' and month == '2024-09')").reset_index(drop=True)

    with caplog.at_level(logging.WARNING):
        table = call_stage(monthly_series, with_records(without))
    assert "ae_attendances_monthly.csv, provider RD8, column ae_attendances: 2024-09: no such" in caplog.text
    row = table[(table["provider"] == "RD8") & (table["month"] == "2024-09")]
    row = row[row["measure"] == "ae_attendances"]
    assert row["value"].isna().all()
    assert (row["status"] == "missing").all()


def test_months_the_intervention_log_explains_are_not_warned_of_and_repeats_are_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def without_a_lockdown_and_with_a_repeat(frame: pd.DataFrame) -> pd.DataFrame:
        counts = ["ae_attendances", "emergency_admissions"]
        now, before = (frame["month"] == month for month in ("2025-02", "2024-02"))
        for provider in ("QHG", "RD8"):
            own = frame["provider"] == provider
            frame.loc[own & now, counts] = frame.loc[own & before, counts].to_numpy()
        return frame[frame["month"] != "2020-05"].reset_index(drop=True)

    with caplog.at_level(logging.WARNING):
        call_stage(monthly_series, with_records(without_a_lockdown_and_with_a_repeat))
    assert "2020-05" not in caplog.text
    assert caplog.text.count("provider QHG, RD8, column ae_attendances: 2025-02: repeats") == 1
    assert caplog.text.count("provider RC9, column ae_attendances: 2022-04: repeats") == 1


def test_the_pandemic_and_repeats_are_marked_and_nothing_else() -> None:
    table = services()["monthly_series"]
    for measure in ("ae_attendances", "emergency_admissions"):
        rows = table[(table["provider"] == "RC9") & (table["measure"] == measure)]
        status = rows.set_index("month")["status"]
        assert set(status["2020-03":"2021-03"]) == {"pandemic"}
        assert list(status.index[status == "repeated"]) == ["2022-04"]
        assert set(status["2019-09":"2019-11"]) == {"clean"}
        assert (status == "pandemic").sum() == 13
        assert status.iloc[-25] == "clean"
        assert status.index[-25] == "2026-05"
        assert (status == "ahead").sum() == 24
        assert set(status) == {"clean", "pandemic", "repeated", "ahead"}


def test_a_trust_s_people_are_its_shares_of_the_places_people_by_kind_of_patient() -> None:
    table, shares = services()["monthly_series"], services()["place_to_provider_shares"]
    single = services()["population_single_year"].query("scenario == 'local_plan' and year == 2024")
    people = single.groupby("place")["principal"].sum()
    people = people[people.index.isin(shares["place"])]
    in_june = table[table["month"] == "2024-06"].set_index(["provider", "measure"])["people"]
    for measure, group in FLOW_OF.items():
        of_group = shares[shares["flow_group"] == group].pivot_table(
            index="provider", columns="place", values="share", fill_value=0.0
        )
        for provider in ("RC9", "RD8"):
            wanted = float((of_group.loc[provider] * people).sum())
            # Around the end of June: within a month's growth.
            assert in_june[provider, measure] == pytest.approx(wanted, rel=3e-3), (provider, measure)
    assert in_june["QHG", "ae_attendances"] == pytest.approx(float(people.sum()), rel=3e-3)


def test_every_series_is_forecast_two_years_ahead_with_ends_in_order() -> None:
    table = services()["activity_forecast"]
    assert (table.groupby(["provider", "measure"]).size() == 24).all()
    # Two trusts and the system by three measures, and urgent care, which has attendances alone.
    assert table[["provider", "measure"]].drop_duplicates().shape[0] == 10
    assert "gp_appointments" not in set(table["measure"])
    ordered = table[["p2_5", "p10", "p50", "p90", "p97_5"]].to_numpy()
    assert (np.diff(ordered, axis=1) > 0).all()
    assert set(table["confidence"]) == {"measured"}


def test_a_record_that_ended_over_a_year_ago_is_history_and_no_forecast() -> None:
    table = services()["monthly_series"]
    appointments = table[table["measure"] == "gp_appointments"]
    assert appointments["month"].max() == "2021-08"
    assert "ahead" not in set(appointments["status"])
    inputs = dict(services())
    for day, beds in (("2026-08-31", True), ("2026-09-01", False)):
        settings = RunSettings(published_at=f"{day}T06:00:00+00:00")
        made = {**inputs, "settings": settings}
        made["monthly_series"] = call_stage(monthly_series, made)
        ahead = made["monthly_series"].query("status == 'ahead'")
        assert (BEDS in set(ahead["measure"])) == beds, day
        found = call_stage(activity_forecast, made)
        assert set(found["measure"]) == {"ae_attendances", "emergency_admissions", *([BEDS] if beds else [])}


def test_history_is_still_recorded_and_still_tried_on_the_past() -> None:
    made = {**services(), "settings": RunSettings(published_at="2026-09-01T06:00:00+00:00")}
    made["monthly_series"] = call_stage(monthly_series, made)
    made["monthly_fits"] = naive_fits(made)
    beds = made["monthly_series"].query(f"measure == '{BEDS}'")
    assert beds["month"].max() == "2025-08"
    assert BEDS in set(call_stage(activity_accuracy, made)["measure"])


def test_with_nothing_but_history_the_forecast_is_empty_and_has_its_columns() -> None:
    made = {**services(), "settings": RunSettings(published_at="2030-01-01T06:00:00+00:00")}
    made["monthly_series"] = call_stage(monthly_series, made)
    table = call_stage(activity_forecast, made)
    assert table.empty
    assert list(table) == list(services()["activity_forecast"])


def test_a_series_too_short_to_be_tried_has_a_level_of_low_confidence() -> None:
    inputs = dict(services())
    short = inputs["monthly_series"]
    short = short[~((short["provider"] == "RD8") & (short["month"] < "2025-08"))]
    short = short[short["measure"] == "ae_attendances"]
    table = call_stage(activity_forecast, {**inputs, "monthly_series": short})
    own = table[table["provider"] == "RD8"]
    assert set(own["confidence"]) == {"low"}
    assert set(own["model"]) == {"local_level"}
    recent = short[(short["provider"] == "RD8") & (short["status"] == "clean")]["value"].mean()
    assert own["mean"].mean() == pytest.approx(recent, rel=0.1)


def test_what_the_system_records_beyond_its_trusts_is_a_series_of_urgent_care() -> None:
    table = services()["monthly_series"].set_index(["provider", "measure", "month"])["value"]
    beyond, whole = table["urgent_care", "ae_attendances"], table["QHG", "ae_attendances"]
    assert beyond["2019-04"] == 1859
    assert beyond["2022-04"] == 1689
    assert beyond["2026-05"] == 2744
    trusts = table["RC9", "ae_attendances"] + table["RD8", "ae_attendances"]
    assert (beyond.dropna() == (whole - trusts).dropna()).all()
    assert ("urgent_care", "emergency_admissions") not in table.droplevel("month").index


def test_trusts_and_urgent_care_add_up_to_their_system_in_every_month_ahead() -> None:
    table = services()["activity_forecast"]
    assert table.loc[table["provider"] == "QHG", "adds_up_to"].isna().all()
    parts = table[table["provider"] != "QHG"]
    assert set(parts["adds_up_to"]) == {"QHG"}
    together = parts.groupby(["measure", "month"])["mean"].sum()
    whole = table[table["provider"] == "QHG"].set_index(["measure", "month"])["mean"]
    assert together.to_numpy() == pytest.approx(whole.reindex(together.index).to_numpy(), abs=1e-6)


def test_a_system_that_is_not_the_sum_of_its_trusts_is_left_as_it_is_and_says_so() -> None:
    inputs = dict(services())
    other = inputs["monthly_series"].copy()
    system = (other["provider"] == "QHG") & (other["measure"] == "emergency_admissions")
    other.loc[system, "value"] *= 1.02
    table = call_stage(activity_forecast, {**inputs, "monthly_series": other})
    assert table.loc[table["measure"] == "emergency_admissions", "adds_up_to"].isna().all()
    attendances = table[(table["measure"] == "ae_attendances") & (table["provider"] != "QHG")]
    assert set(attendances["adds_up_to"]) == {"QHG"}


def test_every_evaluated_series_has_eight_origins_and_a_row_a_method_and_horizon() -> None:
    table = services()["activity_accuracy"]
    assert (table["origins"] >= 8).all()
    assert "gp_appointments" not in set(table["measure"])
    assert table["coverage_80"].notna().all()


def test_a_wider_interval_covers_more_and_a_method_that_forecasts_more_is_that_much_further_off() -> None:
    table = services()["activity_accuracy"]
    assert (table["coverage_80"] <= table["coverage_95"]).all()
    assert (table["coverage_80"] < table["coverage_95"]).any()
    # The made-up fits are the first method's, each next one 0.4 % higher.
    rows = table[table["model"].isin(METHODS) & (table["subject"] != EVERY)]
    forecast = 1 + rows.set_index(["subject", "measure", "horizon", "model"])["bias"].unstack("model")
    for number, method in enumerate(METHODS):
        ratio = forecast[method] / forecast[METHODS[0]]
        assert ratio.to_numpy() == pytest.approx(np.exp(0.004 * number), rel=1e-9)


def test_accuracy_over_all_series_is_the_mean_of_theirs() -> None:
    table = services()["activity_accuracy"].set_index(["model", "horizon"])
    own, average = table[table["subject"] != EVERY], table[table["subject"] == EVERY]
    for measure in ("mase", "wape", "bias", "coverage_80", "coverage_95", "relative_mase"):
        mean = own.groupby(["model", "horizon"])[measure].mean()
        assert average[measure].to_numpy() == pytest.approx(mean.reindex(average.index).to_numpy())
    naive = own.xs("seasonal_naive", level="model")
    assert naive["relative_mase"].to_numpy() == pytest.approx(1.0)


def test_a_planned_change_moves_the_months_it_concerns() -> None:
    inputs = dict(services())
    log = inputs["intervention_log"]
    new = log.iloc[[0]].assign(
        intervention="urgent_treatment_centre",
        provider="RD8",
        effect="planned_change",
        first_month="2026-09",
        last_month="2026-09",
        change_percent=-10.0,
    )
    table = call_stage(activity_forecast, {**inputs, "intervention_log": pd.concat([log, new])})
    keys = ["provider", "measure", "month"]
    ratio = (table.set_index(keys)["p50"] / inputs["activity_forecast"].set_index(keys)["p50"]).round(3)
    assert ratio["RD8", "ae_attendances", "2026-08"] == 1
    assert ratio["RD8", "ae_attendances", "2026-09"] == 0.9
    assert ratio["RC9", "ae_attendances", "2026-09"] == 1
    keyed, before = (frame.set_index(keys)["mean"] for frame in (table, inputs["activity_forecast"]))
    at = ("ae_attendances", "2026-09")
    moved = keyed[("QHG", *at)] - before[("QHG", *at)]
    assert moved == pytest.approx(-0.1 * before[("RD8", *at)], abs=0.2)


def test_a_planned_change_of_the_system_falls_on_its_parts() -> None:
    inputs = dict(services())
    new = (
        inputs["intervention_log"]
        .iloc[[0]]
        .assign(
            intervention="fewer_by_telephone",
            provider="QHG",
            effect="planned_change",
            first_month="2026-09",
            last_month="2026-09",
            change_percent=-10.0,
        )
    )
    log = pd.concat([inputs["intervention_log"], new])
    table = call_stage(activity_forecast, {**inputs, "intervention_log": log})
    keys = ["provider", "measure", "month"]
    ratio = (table.set_index(keys)["mean"] / inputs["activity_forecast"].set_index(keys)["mean"]).round(3)
    for provider in ("QHG", "RC9", "RD8", "urgent_care"):
        assert ratio[provider, "ae_attendances", "2026-09"] == 0.9, provider


def test_months_that_had_gone_by_at_the_release_are_no_outlook() -> None:
    inputs = dict(services())
    given = RunSettings(published_at="2026-08-01T06:00:00+00:00")
    table = call_stage(activity_forecast, {**inputs, "settings": given})
    past = table["timing"] == "already past"
    assert set(table.loc[past, "month"]) == {month for month in table["month"] if month < "2026-08"}
    assert {"2026-07", "2026-08"} <= set(table["month"])
    recorded = inputs["monthly_series"].dropna(subset="value").query("measure != 'gp_appointments'")
    series = recorded.groupby(["provider", "measure"])["month"].max()
    assert table.groupby(["provider", "measure"])["recorded_until"].first().to_dict() == series.to_dict()


def test_nothing_is_fitted_again_while_series_and_code_are_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fitted: list[int] = []

    def counted(trainings: Sequence[Training], workers: int = 2) -> list[dict[str, Fit]]:
        fitted.append(len(trainings))
        return [{"ets": Fit(np.zeros(training.ahead), 1.0)} for training in trainings]

    monkeypatch.setattr(rolling_origin, "fit_all", counted)
    made = {**services(), "settings": RunSettings(outputs_directory=str(tmp_path))}
    first = call_stage(monthly_fits, made)
    again = call_stage(monthly_fits, made)
    assert fitted[1] == 0
    assert first.equals(again)
    changed = made["monthly_series"].copy()
    last = (changed["provider"] == "RD8") & (changed["measure"] == "ae_attendances")
    changed.loc[changed[last & (changed["status"] == "clean")].index[-1], "value"] += 1
    call_stage(monthly_fits, {**made, "monthly_series": changed})
    assert 0 < fitted[2] < fitted[0] / 5
    ahead = made["monthly_series"].copy()
    ahead.loc[ahead["status"] == "ahead", "people"] *= 1.01
    moved = call_stage(monthly_fits, {**made, "monthly_series": ahead})
    assert fitted[3] <= fitted[2], "people expected otherwise in months to come move no fit"
    assert not moved.equals(first)


def test_a_spoilt_file_of_fits_is_warned_of_and_fitted_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    fitted: list[int] = []

    def counted(trainings: Sequence[Training], workers: int = 2) -> list[dict[str, Fit]]:
        fitted.append(len(trainings))
        return [{"ets": Fit(np.arange(training.ahead, dtype=float), 1.0)} for training in trainings]

    monkeypatch.setattr(rolling_origin, "fit_all", counted)
    made = {**services(), "settings": RunSettings(outputs_directory=str(tmp_path))}
    first = call_stage(monthly_fits, made)
    whole = {path.name: path.read_bytes() for path in (tmp_path / "fits").glob("*.parquet")}
    one, other = sorted(whole)[:2]
    (tmp_path / "fits" / one).write_bytes(b"PAR1 and then nothing")
    (tmp_path / "fits" / other).write_bytes(whole[other][: len(whole[other]) // 2])
    with caplog.at_level(logging.WARNING):
        assert call_stage(monthly_fits, made).equals(first)
    assert 0 < fitted[1] < fitted[0]
    assert {path.name: path.read_bytes() for path in (tmp_path / "fits").glob("*.parquet")} == whole
    assert f"fits/{one} is corrupt" in caplog.text
    assert f"fits/{other} is corrupt" in caplog.text


def test_neither_statsmodels_nor_prophet_is_imported_before_something_is_fitted() -> None:
    libraries = "{'statsmodels', 'prophet'}"
    words = f"import sys, assets.demand.demand_stage; sys.exit(bool({libraries} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", words], cwd=ROOT, check=False).returncode == 0
