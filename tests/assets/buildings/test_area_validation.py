"""A survey scores estimates on buildings that no calibration saw; without one nothing is called validated."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from assets.buildings.area_validation import (
    dispersion,
    england_estimates,
    even_half,
    read_survey,
    survey_report,
)
from assets.buildings.practice_areas import AREA, EstimatedAreas
from assets.inputs.csv_reading import read_table
from assets.inputs.defaults import SHARED_DATA
from assets.tables.declarations import INPUT_TABLES
from housing_trajectories.findings import BadInput
from pipelines.__main__ import main


@cache
def assumptions() -> pd.DataFrame:
    return read_table(INPUT_TABLES["assumptions"], SHARED_DATA / "assumptions.csv", places=None)


@cache
def england() -> EstimatedAreas:
    return england_estimates(assumptions(), 100)


def surveyed(factor: float, spread: float, count: int = 300) -> pd.DataFrame:
    """A made survey: areas that differ from the estimates by a factor and, each, by a spread."""
    rng = np.random.default_rng(8)
    at = rng.choice(len(england().practices), count, replace=False)
    area = england().of(AREA)[at, 0] * factor * np.exp(spread * rng.standard_normal(count))
    codes = england().practices["practice"].to_numpy()[at]
    return pd.DataFrame({"practice": codes, "gross_internal_area_m2": area})


def test_what_was_chosen_on_one_half_holds_on_the_other() -> None:
    even, odd = (dispersion(england(), assumptions(), half) for half in (True, False))
    known = assumptions().set_index("id")["value"]
    # Derived from the half they say; the lists that changed much are left out here and not there.
    assert known["estates.premises_payment_median"] == pytest.approx(even.payments.median, rel=0.03)
    assert known["estates.premises_payment_spread"] == pytest.approx(even.payments.within, rel=0.03)
    assert odd.payments.within == pytest.approx(even.payments.within, rel=0.05)
    for half in (even, odd):
        assert half.implied[0] < half.implied[1] < half.implied[2]
        assert half.covered == pytest.approx(80, abs=4)
    assert even.practices + odd.practices < len(england().practices)


def test_a_made_survey_is_scored_on_the_half_that_did_not_calibrate() -> None:
    survey = surveyed(1.3, 0.2)
    report = survey_report(england(), survey)
    assert report is not None
    assert report.calibrated is not None
    assert report.kept_out == (~even_half(survey["practice"])).sum()
    assert report.estimated.bias == pytest.approx(100 * (1 / 1.3 - 1), abs=4)
    assert report.factor == pytest.approx(1.3, rel=0.05)
    assert abs(report.calibrated.bias) < 5
    assert report.calibrated.coverage == pytest.approx(80, abs=10)
    # What the even half says never moves the score of what is kept out before calibration.
    changed = survey.assign(
        gross_internal_area_m2=survey["gross_internal_area_m2"].where(~even_half(survey["practice"]), 400.0)
    )
    again = survey_report(england(), changed)
    assert again is not None
    assert again.estimated == report.estimated
    assert again.factor != report.factor
    assert survey_report(england(), survey.head(5)) is None


def test_a_survey_with_wrong_cells_is_refused_by_row(tmp_path: Path) -> None:
    path = tmp_path / "survey.csv"
    codes = england().practices["practice"].head(3).tolist()
    lines = [
        "practice,gross_internal_area_m2",
        f"{codes[0]},9",
        f"{codes[1]},900000",
        f"{codes[1]},500",
        "X,500",
    ]
    path.write_text("\n".join([*lines, f"{codes[2]},about 500"]), encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        read_survey(path, england().practices)
    told = [(finding.row, finding.column) for finding in refused.value.findings]
    area = "gross_internal_area_m2"
    assert told == [(2, area), (3, area), (4, "practice"), (5, "practice"), (6, area)]
    path.write_text("code,area\nA81001,5\n", encoding="utf-8")
    with pytest.raises(BadInput, match="practice"):
        read_survey(path, england().practices)


def test_the_command_says_not_validated_until_there_is_a_survey(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assets.buildings.area_validation.england_estimates", lambda *_: england())
    assert main(["validate-areas"]) == 0
    assert "not validated: no survey" in capsys.readouterr().out
    path = tmp_path / "survey.csv"
    surveyed(1.0, 0.3).to_csv(path, index=False)
    assert main(["validate-areas", "--survey", str(path)]) == 0
    said = capsys.readouterr().out
    assert "kept out of any calibration" in said
    assert "from lists alone" in said
    assert main(["validate-areas", "--survey", str(tmp_path / "none.csv")]) == 1
