"""The backtest of supply reads histories as they are published and measures what it says it measures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.validation.staff_history import merged, published, successors
from benchmarks.validation.supply_backtest import (
    GROUPS,
    METHODS,
    forecast,
    from_month,
    of_supplied,
    scored,
    staff_at,
)
from housing_trajectories.findings import BadInput
from tests.shipped import DATA

PUBLISHED = {
    "doctors": ["HCHS doctors"],
    "nurses": ["Nurses & health visitors"],
    "midwives": ["Midwives"],
    "scientific_therapeutic_and_technical": ["Scientific, therapeutic & technical staff"],
    "support_to_clinical_staff": ["Support to doctors, nurses & midwives", "Support to ST&T staff"],
}
SIZES = dict(zip(PUBLISHED, (500.0, 900.0, 120.0, 400.0, 700.0), strict=True))


def published_file(path: Path, months: list[str], trusts: list[str], growth: float = 0.02) -> Path:
    """A file in the published layout: every group, heads and FTE, and everyone, growing a year."""
    rows = []
    for number, month in enumerate(months):
        for size, trust in enumerate(trusts, start=1):
            cells = {
                name: size * SIZES[group] / len(names) * (1 + growth) ** (number / 12)
                for group, names in PUBLISHED.items()
                for name in names
            }
            cells["Managers"] = size * 90.0
            cells["All staff groups"] = sum(cells.values())
            for name, fte in cells.items():
                rows.append((month, trust, name, "FTE", f"{fte:,.3f}"))
                rows.append((month, trust, name, "HC", f"{fte * 1.1:.0f}"))
    frame = pd.DataFrame(rows, columns=["Date", "Org Code", "Staff Group", "Data Type", "Total"])
    frame.to_csv(path, index=False)
    return path


def months_from(first: str, number: int) -> list[str]:
    return [str(each.end_time.date()) for each in pd.period_range(first, periods=number, freq="M")]


def test_files_as_published_are_read_month_by_month_and_merged_trusts_are_one(tmp_path: Path) -> None:
    one = published_file(tmp_path / "one.csv", months_from("2018-06", 1), ["RC1", "RC9"])
    two = published_file(tmp_path / "two.csv", ["30/06/2019"], ["RC9", "RD8"])
    rows = published([one, two]).set_index(["trust", "staff_group", "month"])["fte"]
    then, later = pd.Period("2018-06", "M"), pd.Period("2019-06", "M")
    # Bedford and Luton of 2018 are one trust today; support staff are published in two parts.
    assert rows["RC9", "support_to_clinical_staff", then] == pytest.approx(3 * 700.0)
    assert rows["RC9", "all", then] == pytest.approx(3 * (sum(SIZES.values()) + 90.0))
    assert rows["RD8", "doctors", later] == pytest.approx(2 * 500.0)
    # Managers are infrastructure, which is read and not projected here.
    read = set(rows.index.get_level_values("staff_group"))
    assert read == {*GROUPS, "infrastructure_support", "all"}
    assert ("RC1", "all", then) not in rows.index


def test_what_is_wrong_in_a_file_is_named_before_anything_runs(tmp_path: Path) -> None:
    path = published_file(tmp_path / "staff.csv", months_from("2024-04", 1), ["RD8"])
    good = pd.read_csv(path, dtype=str)
    wrong = good.copy()
    wrong.loc[0, "Date"], wrong.loc[2, "Total"], wrong.loc[4, "Staff Group"] = "spring", "-3", "Wizards"
    wrong.to_csv(path, index=False)
    with pytest.raises(BadInput) as refused:
        published([path])
    told = str(refused.value)
    for found in ("spring", "-3", "Wizards", "staff.csv"):
        assert found in told
    good.drop(columns="Date").to_csv(path, index=False)
    with pytest.raises(BadInput, match="no date"):
        published([path])
    pd.concat([good, good.iloc[:1].assign(Total="1")]).to_csv(path, index=False)
    with pytest.raises(BadInput, match="again"):
        published([path])


def test_every_trust_that_merged_is_followed_to_the_one_it_is_today() -> None:
    became = successors()
    assert became["RC1"] == "RC9"
    assert not set(became.values()) & set(became)
    rows = pd.DataFrame({"trust": ["RC1", "RC9"], "staff_group": "all", "month": 1, "fte": [2.0, 3.0]})
    assert merged(rows, became)["fte"].tolist() == [5.0]


def test_a_trust_with_its_total_alone_is_split_as_england_is() -> None:
    month = pd.Period("2024-04", "M")
    rows = pd.DataFrame({"trust": "RD8", "staff_group": "all", "month": month, "fte": 1000.0}, index=[0])
    staff = staff_at(rows, month)
    assert staff.loc["RD8", "nurses"] == pytest.approx(273.0)
    assert staff.loc["RD8"].sum() < 1000.0


def test_errors_bias_and_coverage_are_those_of_the_rows() -> None:
    rows = pd.DataFrame(
        {
            "trust": ["a", "b", "c", "d"],
            "staff_group": "all",
            "actual": [100.0, 100.0, 100.0, 200.0],
            "placecast": [101.0, 98.0, 100.0, 190.0],
            "no_change": [90.0, 90.0, 100.0, 200.0],
            "linear_trend": [np.nan] * 4,
            "p10": [95.0, 95.0, 99.0, 180.0],
            "p90": [105.0, 99.0, 101.0, 200.0],
        }
    )
    found = scored("made", "then", "now", rows).set_index(["method", "measure"])["value"]
    assert found["placecast", "mape"] == pytest.approx((1 + 2 + 0 + 5) / 4)
    assert found["placecast", "medape"] == pytest.approx(1.5)
    assert found["placecast", "bias"] == pytest.approx(100 * (489 / 500 - 1))
    assert found["no_change", "mape"] == pytest.approx(5.0)
    assert found["placecast", "coverage_80"] == pytest.approx(75.0)
    assert found["placecast", "trusts"] == 4
    assert not {"linear_trend", "placecast_widened"} & set(found.index.get_level_values("method"))


def test_no_change_and_trend_are_exact_where_that_is_what_happened(tmp_path: Path) -> None:
    level = published([published_file(tmp_path / "level.csv", months_from("2022-01", 25), ["RD8"], 0.0)])
    origin, target = pd.Period("2023-01", "M"), pd.Period("2024-01", "M")
    rows = forecast(level, origin, target, draws=20).set_index("staff_group")
    assert set(rows.index) == {*GROUPS, "all"}
    assert rows["no_change"].to_numpy() == pytest.approx(rows["actual"].to_numpy())
    assert rows["linear_trend"].to_numpy() == pytest.approx(rows["actual"].to_numpy())
    # England's doctors grow by 2.5 % a year: so does the model's forecast, and its interval is about it.
    assert rows.loc["doctors", "placecast"] / rows.loc["doctors", "no_change"] == pytest.approx(
        1.025, abs=0.006
    )
    assert (rows["p10"] < rows["placecast"]).all()
    assert (rows["placecast"] < rows["p90"]).all()
    short = forecast(level[level["month"] > "2022-09"], origin, target, draws=2)
    assert short["linear_trend"].isna().all()


def test_a_supplied_history_is_scored_by_group_and_years_ahead(tmp_path: Path) -> None:
    files = [
        published_file(tmp_path / f"{year}.csv", [f"{year}-03-31", f"{year}-09-30"], ["RD8", "RC9"])
        for year in (2021, 2022, 2023)
    ]
    found = of_supplied(files, draws=20)
    assert set(found["target"]) == {"1 years later", "2 years later"}
    assert set(found["staff_group"]) == {*GROUPS, "all"}
    cases = found.set_index(["target", "staff_group", "method", "measure"])["value"]
    assert cases["1 years later", "nurses", "placecast", "trusts"] == 2 * 4
    assert {"mape", "coverage_80"} <= set(found.loc[found["method"] == "placecast", "measure"])
    with pytest.raises(SystemExit, match="no month of these files"):
        of_supplied(files[:1], draws=2)


def test_the_shipped_scores_are_those_of_england_s_trusts() -> None:
    shipped = pd.read_csv(DATA / "supply_backtest.csv")
    keys = ["series", "origin", "target", "staff_group", "method", "measure"]
    of_principal = {"mape", "medape", "bias", "trusts"}
    now = from_month("2024-04", draws=80)
    scores = now.set_index(["method", "measure"])["value"]
    # The interval in use is what half of the trusts want, within chance, and it holds for all of them.
    assert 0.8 < scores["placecast_widened", "widened_by"] < 1.25
    assert 70 < scores["placecast", "coverage_80"] < 88
    now = now[now["measure"].isin(of_principal)].set_index(keys)["value"].sort_index()
    held = shipped.set_index(keys)["value"].sort_index()[now.index]
    assert now.to_numpy() == pytest.approx(held.to_numpy(), abs=0.006)
    assert set(METHODS) <= set(shipped["method"])
