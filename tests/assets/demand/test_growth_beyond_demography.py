"""Growth beyond demography: every service with and without it, and each trust's own record beside it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from assets.demand.growth.growth_beyond_demography import growth_beyond_demography, recorded_growth
from assets.inputs.scenarios import PRINCIPAL, WITHOUT_ADDED_GROWTH
from assets.publication.report.growth_shown import growth as shown
from tests.assets.services_run import call_stage, services

SYSTEM = "E54000024"
GROWING = {"ae_attendances": 1.31, "outpatient_attendances": 2.49, "day_cases": 0.62}


def with_and_without() -> pd.DataFrame:
    return services()["growth_beyond_demography"].set_index(["place", "service", "year"])


def test_growth_beyond_demography_runs_from_the_level_of_the_months_to_its_horizon() -> None:
    rows = with_and_without()
    # A&E is known to 2027/28 from its months, the others to the base year; the horizon is 2041/42.
    for service, first in (("ae_attendances", 2027), ("outpatient_attendances", 2024), ("day_cases", 2024)):
        row = rows.loc[(SYSTEM, service, 2040)]
        assert row["principal"] / row["without"] == pytest.approx(
            (1 + GROWING[service] / 100) ** (2040 - first)
        )
        later = rows.loc[(SYSTEM, service, 2050)]
        assert later["principal"] / later["without"] == pytest.approx(
            (1 + GROWING[service] / 100) ** (2041 - first)
        )
        assert row["growth_percent"] > row["growth_without_percent"] > 0


def test_services_without_such_growth_are_the_same_with_and_without() -> None:
    rows = with_and_without()
    assert rows["without"].notna().all()
    same = rows.index.get_level_values("service").isin(["gp_appointments", "community_contacts", "births"])
    assert (rows.loc[same, "principal"] == rows.loc[same, "without"]).all()
    assert set(rows.index.get_level_values("service")) == set(services()["demand"]["service"])


def test_up_to_the_months_both_scenarios_are_what_was_recorded() -> None:
    rows = services()["provider_demand"]
    rows = rows[rows["service"].eq("ae_attendances") & rows["provider"].isin(["RC9", "RD8"])]
    of = rows.pivot_table("principal", ["provider", "year"], "scenario")
    known = of[of.index.get_level_values("year") <= 2027]
    assert (known[PRINCIPAL] == known[WITHOUT_ADDED_GROWTH]).all()
    later = of.drop(known.index)
    assert (later[PRINCIPAL] > later[WITHOUT_ADDED_GROWTH]).all()


def test_the_interval_is_as_wide_as_what_experts_expect() -> None:
    row = with_and_without().loc[(SYSTEM, "outpatient_attendances", 2040)]
    low, high = ((1 + rate / 100) ** 16 for rate in (0.02, 4.87))
    assert row["p90"] / row["p10"] > 0.75 * high / low


def test_a_run_without_the_scenario_says_so() -> None:
    demand = services()["demand"]
    alone = call_stage(
        growth_beyond_demography, {"demand": demand[demand["scenario"] != WITHOUT_ADDED_GROWTH]}
    )
    assert alone["without"].isna().all()
    assert alone["growth_percent"].notna().all()
    page = shown({"demand": demand, "growth_beyond_demography": alone}, {}, SYSTEM)
    assert {row[-1] for row in page["services"]} == {"not run"}


def test_growth_on_record_is_between_the_first_and_the_last_complete_year() -> None:
    made = services()
    rows = made["recorded_growth"].set_index(["provider", "measure"])
    assert rows.loc[("RD8", "ae_attendances"), ["first_year", "last_year"]].tolist() == [2016, 2025]
    recorded = made["recorded_activity"].set_index(["provider", "measure", "year"])["level"]
    first, last = (recorded["RD8", "ae_attendances", year] for year in (2016, 2025))
    found = rows.loc[("RD8", "ae_attendances")]
    assert found["recorded_growth"] == pytest.approx(100 * ((last / first) ** (1 / 9) - 1))
    a_person = (1 + found["recorded_growth"] / 100) / (1 + found["people_growth"] / 100)
    assert found["growth_a_person"] == pytest.approx(100 * (a_person - 1))
    assert found["assumed_growth"] == GROWING["ae_attendances"]


def test_a_series_of_one_year_has_no_growth() -> None:
    made = dict(services())
    one = made["recorded_activity"]
    made["recorded_activity"] = one[one["year"].eq(2024)]
    assert call_stage(recorded_growth, made).empty


def test_the_page_names_findings_and_both_growths() -> None:
    made = services()
    tables = {
        name: made[name]
        for name in ("demand", "growth_beyond_demography", "recorded_growth", "demand_growth")
    }
    page = shown(tables, {SYSTEM: "The system"}, SYSTEM)
    [attendances] = [row for row in page["services"] if row[0].startswith("A&E attendances")]
    assert attendances[3] > attendances[4]
    assert any("emergency admissions" in sentence and "above" in sentence for sentence in page["findings"])
    assert all(len(row) == 10 for row in page["levels"])
    assert len(page["record"]) == len(made["recorded_growth"])
    assert np.all([row[-1].startswith(("+", "-")) for row in page["record"]])
