"""Waiting lists move planned care where a year of them is given, and nothing where none is."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from assets.demand.demand_drivers import place_demand_drivers
from assets.demand.demand_stage import demand_draws
from assets.demand.waiting_imbalance import waiting_list_imbalance
from assets.publication.audit import _empty_or_zero
from housing_trajectories.findings import BadInput
from tests.assets.services_run import call_stage, services

MK, LUTON = "E06000042", "E06000032"


def lists(provider: str = "RD8", months: int = 13, growth: int = 60) -> pd.DataFrame:
    """One function, 300 admitted and 900 not a month, a list that grows."""
    return pd.DataFrame(
        {
            "provider": provider,
            "month": pd.period_range("2024-03", periods=months, freq="M").astype(str),
            "treatment_function": "C_110",
            "referrals": 1500,
            "completed_admitted": 300,
            "completed_non_admitted": 900,
            "waiting": 9000 + growth * np.arange(months),
            "over_18_weeks": pd.array([1200] * months, dtype="Int64"),
        }
    )


def table_of(waiting: pd.DataFrame) -> pd.DataFrame:
    found = call_stage(waiting_list_imbalance, {**services(), "waiting_lists": waiting})
    return found.set_index(["place", "flow_group"])


def test_without_waiting_lists_nothing_moves_and_it_is_said() -> None:
    table = services()["waiting_list_imbalance"]
    assert services()["waiting_lists"].empty
    assert (table[["imbalance_percent", "backlog_percent", "covered_percent"]] == 0).all().all()
    assert set(table["basis"]) == {"none given, so activity is taken for demand"}
    # A release may say so: this table is not refused for holding nothing but zeros.
    assert not _empty_or_zero("waiting_list_imbalance", table)


def test_a_place_has_the_imbalance_of_the_trusts_its_people_go_to() -> None:
    table = table_of(lists())
    shares = services()["place_to_provider_shares"]
    shares = shares[(shares["provider"] == "RD8") & (shares["flow_group"] == "elective")]
    share = float(shares.set_index("place")["share"][MK])
    # 60 a month on 1 200 completed: 5 % of each kind.
    assert table.loc[(MK, "elective"), "imbalance_percent"] == pytest.approx(5 * share)
    assert table.loc[(MK, "elective"), "covered_percent"] == pytest.approx(100 * share)
    assert table.loc[(MK, "elective"), "backlog_percent"] == pytest.approx(100 * share * 300 / 3600)
    assert table.loc[(LUTON, "outpatient"), "imbalance_percent"] < 0.5
    assert table.iloc[0]["basis"].startswith("RD8: 2024-04 to 2025-03, 16 % of clock starts ended")


def test_one_month_is_a_season_and_moves_nothing() -> None:
    table = table_of(lists(months=1))
    assert (table["imbalance_percent"] == 0).all()
    assert "RD8: 1 month to 2024-03, 12 in succession are needed" in table.iloc[0]["basis"]


def test_months_before_a_gap_do_not_count() -> None:
    gap = lists(months=14)
    gap = gap[gap["month"] != "2025-02"].reset_index(drop=True)
    assert "RD8: 2 months to 2025-04" in table_of(gap).iloc[0]["basis"]


def test_a_month_or_trust_that_cannot_be_is_refused_with_its_row() -> None:
    wrong = lists().assign(provider=["RXX", *["RD8"] * 12])
    with pytest.raises(BadInput, match=r"waiting_lists.csv, row 2, column provider: found RXX"):
        table_of(wrong)
    wrong = lists().assign(month=["March", *lists()["month"][1:]])
    with pytest.raises(BadInput, match=r"row 2, column month: found March"):
        table_of(wrong)


def test_planned_care_takes_up_the_gap_in_three_years_and_drivers_still_add_up() -> None:
    made: dict[str, Any] = {**services(), "waiting_lists": lists()}
    made["context"] = SimpleNamespace(partition_keys=[MK])
    made["waiting_list_imbalance"] = call_stage(waiting_list_imbalance, made)
    table = made["waiting_list_imbalance"].set_index(["place", "flow_group"])["imbalance_percent"]
    made["demand_draws"] = call_stage(demand_draws, made)
    after = made["demand_draws"][MK]["demand"].sel(scenario="local_plan")
    before = services()["demand_draws"][MK]["demand"].sel(scenario="local_plan")
    ratio = (after / before).transpose("draw", "year", "service")
    for service, group in (
        ("day_cases", "elective"),
        ("elective_bed_days", "elective"),
        ("outpatient_attendances", "outpatient"),
    ):
        full = 1 + table[MK, group] / 100
        found = ratio.sel(service=service)
        assert np.allclose(found.sel(year=[2024, 2027, 2050]), [1.0, full, full])
        assert np.allclose(found.sel(year=2025), 1 + (full - 1) / 3)
    assert np.allclose(ratio.sel(service=["emergency_admissions", "births", "gp_appointments"]), 1.0)
    drivers = call_stage(place_demand_drivers, made)[MK]
    rows = drivers[(drivers["scenario"] == "local_plan") & (drivers["service"] == "day_cases")]
    later = rows[rows["year"] == 2030].set_index("driver")["principal"]
    people = later[["baseline", "new_homes", "other_population_size", "age_structure"]].sum()
    assert later["waiting_lists"] == pytest.approx(people * table[MK, "elective"] / 100)
    total = later.sum()
    assert total == pytest.approx(float(after.sel(draw=0, year=2030, service="day_cases")))
