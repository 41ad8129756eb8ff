"""The library of measures: off without a share, on with one, listed with what it lacks; what it changes."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from assets.demand.demand_run import DemandInputs, DemandRun, Residents
from assets.mitigation.mitigation_effects import mitigation_effects
from assets.mitigation.mitigation_listing import mitigation_measures
from assets.mitigation.models_of_care import models_of_care_compared
from assets.tables.declarations import TABLES
from tests.assets.services_run import call_stage, made_up_projection, services, shipped_inputs

PLACE = "E06000055"
DRAWS = 300
YEAR = 2040


def with_shares(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    """mitigation_shares with these rows alone: council or all, type, service, per cent."""
    columns = ["applies_to", "type", "service", "share_percent"]
    return pd.DataFrame(rows, columns=columns).assign(source_id="placecast", evidence_grade="C", note="")


@cache
def people() -> Residents:
    projection = made_up_projection(shipped_inputs(), DRAWS)[PLACE].isel(scenario=0)
    return Residents(
        projection["year"].to_numpy().tolist(),
        projection["population"].to_numpy(),
        projection["births"].to_numpy(),
    )


def ratio(shares: pd.DataFrame, place: str = PLACE, targets: bool = False) -> pd.DataFrame:
    """Demand with new models of care ÷ that without shares (draw, service) in 2040."""
    made = dict(services())
    if not targets:
        made["mitigation_targets"] = made["mitigation_targets"].iloc[:0]

    def demanded(of: pd.DataFrame) -> pd.DataFrame:
        tables = {name: {**made, "mitigation_shares": of}[name] for name in DemandInputs.__dataclass_fields__}
        run = DemandRun(DemandInputs(**tables), made["settings"], DRAWS)
        values = run.demand(place, "new_models_of_care", people())[:, run.years.tolist().index(YEAR)]
        return pd.DataFrame(values, columns=run.services)

    return demanded(shares) / demanded(with_shares())


def test_a_type_with_a_share_avoids_what_experts_expect_and_the_rest_goes_elsewhere() -> None:
    """Frailty of intermediate risk: 91.36 % remain; a tenth of admissions is 0.86 % fewer."""
    found = ratio(with_shares(("all", "frail_elderly_intermediate", "emergency_admissions", 10.0)))
    first = found.iloc[0]
    assert first["emergency_admissions"] == pytest.approx(1 - 0.1 * (1 - 0.9136))
    assert first["emergency_bed_days"] == pytest.approx(first["emergency_admissions"])
    assert first["community_contacts"] > 1
    assert first["gp_appointments"] > 1
    unchanged = first.drop(
        ["emergency_admissions", "emergency_bed_days", "community_contacts", "gp_appointments"]
    )
    assert unchanged.to_numpy() == pytest.approx(1)


def test_a_shorter_stay_costs_community_contacts_and_no_admission() -> None:
    found = ratio(with_shares(("all", "stroke_early_supported_discharge", "emergency_bed_days", 5.0))).iloc[0]
    assert found["emergency_bed_days"] == pytest.approx(1 - 0.05 * (1 - 0.8203))
    assert found["emergency_admissions"] == pytest.approx(1)
    assert found["community_contacts"] > 1


def test_a_draw_avoids_between_the_experts_ends_and_two_types_share_half_their_variance() -> None:
    """P10 to P90 of what remains: frailty 79.2 to 99.11, attenders 60.88 to 96.05."""
    found = ratio(
        with_shares(
            ("all", "frail_elderly_intermediate", "emergency_admissions", 10.0),
            ("all", "frequent_attenders_adult_walk-in", "ae_attendances", 10.0),
        )
    ).iloc[1:]
    admissions, attendances = (1 - found[name] for name in ("emergency_admissions", "ae_attendances"))
    assert np.quantile(admissions, [0.1, 0.9]) == pytest.approx([0.00089, 0.0208], abs=0.002)
    assert np.quantile(attendances, [0.1, 0.9]) == pytest.approx([0.00395, 0.0391], abs=0.004)
    assert 0.3 < np.corrcoef(admissions, attendances)[0, 1] < 0.7
    assert (found["emergency_admissions"] <= 1).all()


def test_a_council_s_own_share_stands_in_place_of_that_of_every_council() -> None:
    shares = with_shares(
        ("all", "smoking", "emergency_admissions", 10.0), (PLACE, "smoking", "emergency_admissions", 20.0)
    )
    own, usual = ratio(shares).iloc[0], ratio(shares.iloc[:1]).iloc[0]
    fall = 1 - usual["emergency_admissions"]
    assert 1 - own["emergency_admissions"] == pytest.approx(2 * fall)


def test_a_type_that_a_published_target_stands_for_does_nothing_beside_it() -> None:
    shares = with_shares(("all", "falls_related_admissions", "emergency_admissions", 3.4))
    assert ratio(shares, targets=True).to_numpy() == pytest.approx(1)
    assert ratio(shares).iloc[0]["emergency_admissions"] == pytest.approx(1 - 0.034 * (1 - 0.8591))


def listed(shares: pd.DataFrame | None = None) -> pd.DataFrame:
    inputs = dict(services())
    if shares is not None:
        inputs["mitigation_shares"] = shares
    return call_stage(mitigation_measures, inputs).set_index(["measure", "service"])


def test_all_78_types_are_listed_and_none_is_on_without_a_share() -> None:
    table = listed()
    types = services()["mitigation_library"]["type"]
    assert len(types) == 78
    assert set(types) <= set(table.index.get_level_values("measure"))
    of_types = table.loc[list(types)]
    assert (of_types.loc[of_types["status"] == "on", "share_percent"] > 0).all()
    reasons = of_types.loc[of_types["status"] == "off", "reason"]
    assert set(reasons) == {
        "No share of the service is given in mitigation_shares.csv",
        "This model has no service it acts on",
        "The area's published target alcohol stands for it",
        "The area's published target falls stands for it",
    }
    on = listed(with_shares(("all", "smoking", "day_cases", 2.0)))
    assert on.loc[("smoking", "day_cases"), "status"] == "on"
    assert on.loc[("smoking", "emergency_admissions"), "status"] == "off"


def test_published_targets_are_listed_with_the_years_they_are_of() -> None:
    targets = listed().loc[["alcohol", "asthma"]]
    assert set(targets["published_year"]) == {2017}
    assert set(targets["target_year"]) == {2020}
    assert set(targets["status"]) == {"on"}


@cache
def effects() -> pd.DataFrame:
    inputs = dict(services())
    # Capital of the hand-run stage has no facility but those of the tables it has.
    return call_stage(mitigation_effects, inputs)


def test_effects_are_those_of_the_released_tables_by_service_staff_rooms_and_money() -> None:
    table = effects()
    assert list(table.columns) == TABLES["mitigation_effects"].column_names
    assert set(table["scenario"]) == {"new_models_of_care"}
    assert set(table["subject_kind"]) == {"service", "staff", "rooms_and_beds", "money"}
    assert set(table["year"]) == {2030, 2035, 2040}
    demand = services()["demand"].set_index(["scenario", "place", "year", "service"])["principal"]
    at = table.set_index(["place", "year", "subject_kind", "subject"])
    for place in (PLACE, "E54000024"):
        row = at.loc[(place, YEAR, "service", "emergency_admissions")]
        usual = demand["local_plan", place, YEAR, "emergency_admissions"]
        fewer = demand["new_models_of_care", place, YEAR, "emergency_admissions"] - usual
        assert row["difference"] == pytest.approx(fewer)
        assert row["difference_percent"] == pytest.approx(100 * fewer / usual)
        assert row["p10"] < row["difference"] < row["p90"] < 0
    assert at.loc[("E54000024", YEAR, "staff", "all_outside_hospital"), "difference"] > 0
    assert at.loc[("E54000024", YEAR, "money", "capital_spent_to_date"), "with_measures"] > 0
    assert table.loc[table["subject_kind"] != "service", "p10"].isna().all()


def test_rooms_beds_money_and_staff_with_new_models_stand_beside_local_plan_in_one_table() -> None:
    made = {**services(), "mitigation_effects": effects()}
    table = call_stage(models_of_care_compared, made)
    assert list(table.columns) == TABLES["models_of_care_compared"].column_names
    subjects = set(table["subject"])
    assert {"gp_consulting_rooms", "general_acute_beds", "mental_health_beds", "capital_spent_to_date",
            "running_cost_a_year", "staff_required"} <= subjects  # fmt: skip
    assert not subjects & {"emergency_admissions", "primary_care_gross_internal_area", "all_outside_hospital"}
    at = table.set_index(["place", "year", "subject"])
    for place in (PLACE, "E54000024"):
        for table_name, subject, measure in (
            ("estates", "general_acute_beds", "required"),
            ("workforce", "staff_required", "required_wte"),
        ):
            rows = made[table_name]
            rows = rows[(rows["place"] == place) & (rows["year"] == YEAR) & (rows["measure"] == measure)]
            rows = rows[
                rows["facility"] == subject if table_name == "estates" else rows["staff_group"] == "all"
            ]
            by_scenario = rows.set_index("scenario")["principal"]
            row = at.loc[(place, YEAR, subject)]
            assert row["with_measures"] == pytest.approx(by_scenario["new_models_of_care"])
            assert row["without_measures"] == pytest.approx(by_scenario["local_plan"])
    assert at.loc[(PLACE, YEAR, "staff_required"), "place_name"] == "Bedford"
    assert len(table) == len(subjects) * 5 * 3
