"""The register of buildings: every building is in it, an estimate is never a survey, and unknown says why."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from assets.buildings.estates_register import estates_register, register_of
from assets.buildings.payment_checks import payment_findings
from assets.inputs.settings import RunSettings
from assets.tables.declarations import TABLES
from tests.assets.services_run import call_stage, shipped_inputs
from tests.shipped import DATA

AREA, ROOMS = "primary_care_gross_internal_area", "gp_consulting_rooms"


@cache
def inputs() -> dict[str, pd.DataFrame]:
    return shipped_inputs()


def register(**changed: pd.DataFrame) -> pd.DataFrame:
    settings = RunSettings(data_directory=str(DATA), draws=200)
    made: pd.DataFrame = call_stage(estates_register, {**inputs(), **changed, "settings": settings})
    return made


def of(rows: pd.DataFrame, building: str, facility: str = AREA) -> pd.Series:
    return rows.set_index(["building", "facility"]).loc[(building, facility)]


def test_every_practice_and_every_row_of_the_register_is_a_building_with_its_basis() -> None:
    rows, given = register(), inputs()
    assert list(rows.columns) == TABLES["estates_register"].column_names
    assert not rows.duplicated(["building", "facility"]).any()
    practices = set(given["practice_places"]["practice"])
    for facility in (AREA, ROOMS):
        assert practices <= set(rows.loc[rows["facility"] == facility, "building"])
    keys = set(zip(given["premises"]["site_code"], given["premises"]["facility"], strict=True))
    assert keys <= set(zip(rows["building"], rows["facility"], strict=True))
    unknown = rows["basis"] == "unknown"
    assert (rows["value"].isna() == unknown).all()
    assert rows.loc[unknown, "note"].str.len().gt(10).all()
    estimated = rows[rows["basis"] == "estimated"]
    assert estimated["note"].str.contains("Not validated.*never supports a contribution").all()
    assert (estimated["evidence_grade"] == "C").all()
    assert ((estimated["p10"] < estimated["value"]) & (estimated["value"] < estimated["p90"])).all()
    beds = rows[rows["facility"] == "general_acute_beds"]
    assert (beds["basis"] == "published").all()


def test_a_payment_that_is_no_rent_leaves_the_list_and_says_why() -> None:
    paid = inputs()["practice_premises"].copy()
    practices = inputs()["practice_places"].set_index("practice")
    first = [
        code
        for code, then in zip(paid["practice"], paid["registered_patients"], strict=True)
        if abs(practices["registered_patients"][code] / then - 1) < 0.2
    ][:5]
    at = paid["practice"].isin(first)
    told = {
        "payment nil": 0.0,
        "payment nil or negative": -500.0,
        "payment too small": 1.5,
        "payment too large": 90.0,
    }
    for code, pounds in zip(first, told.values(), strict=False):
        here = paid["practice"] == code
        paid.loc[here, "premises_payments_gbp"] = (
            pounds * paid.loc[here, "registered_patients"] if pounds > 0 else pounds
        )
    gone = paid[paid["practice"] != first[4]]
    rows = register(practice_premises=gone)
    for code, why in zip(first, [*told, "no payment published"], strict=True):
        assert f"From its list alone: {why}" in of(rows, code)["note"]
        assert np.isnan(of(rows, code)["moved_by_payment_percent"])
    alone = rows[rows["building"].isin(first) & (rows["facility"] == AREA)]
    a_patient = (
        alone["value"].to_numpy() / practices["registered_patients"].reindex(alone["building"]).to_numpy()
    )
    assert a_patient == pytest.approx(a_patient[0])
    assert at.sum() == 5


def test_a_list_that_doubled_since_the_payment_is_another_practice() -> None:
    places = inputs()["practice_places"].copy()
    code = inputs()["practice_premises"].sort_values("practice")["practice"].iloc[5]
    here = places["practice"] == code
    places["registered_patients"] = places["registered_patients"].where(
        ~here, 2 * places["registered_patients"]
    )
    assert "list changed too much" in of(register(practice_places=places), code)["note"]


def surveyed(code: str, facility: str, **cells: object) -> pd.DataFrame:
    premises = inputs()["premises"]
    row = premises[premises["site_code"] == code].assign(
        facility=facility,
        unit="m2" if facility == AREA else "rooms",
        source_id="placecast",
        note="Counted",
        evidence_grade="B",
        **cells,
    )
    kept = premises[~((premises["site_code"] == code) & (premises["facility"] == facility))]
    return pd.concat([kept, row.head(1)], ignore_index=True)


def test_a_survey_replaces_the_estimate_of_its_building_and_of_no_other() -> None:
    code, before = "E81002", register()
    rows = register(premises=surveyed(code, AREA, quantity=512.0))
    found = of(rows, code)
    assert (found["value"], found["p10"], found["p90"], found["basis"]) == (512.0, 512.0, 512.0, "surveyed")
    assert (found["source_id"], found["evidence_grade"], found["note"]) == ("placecast", "B", "Counted")
    assert of(rows, code, ROOMS)["basis"] == "estimated"
    others = rows["building"] != code
    pd.testing.assert_frame_equal(rows[others], before[before["building"] != code])
    # The area beside a site's rooms is a survey of it too.
    beside = register(premises=surveyed(code, ROOMS, quantity=4.0, gross_internal_area_m2=480.0))
    assert of(beside, code)["value"] == 480.0
    assert (of(beside, code, ROOMS)["value"], of(beside, code, ROOMS)["basis"]) == (4.0, "surveyed")


def test_a_branch_that_is_surveyed_is_a_building_of_its_own() -> None:
    branch = surveyed("E81002", AREA, quantity=120.0)
    branch.loc[len(branch) - 1, "site_code"] = "E81002001"
    rows = register(premises=branch)
    assert (of(rows, "E81002001")["kind"], of(rows, "E81002001")["value"]) == ("branch", 120.0)
    assert of(rows, "E81002")["basis"] == "estimated"


def test_a_building_twice_in_one_part_is_refused_and_the_first_part_stands() -> None:
    row = pd.DataFrame({"building": ["X1"], "facility": [ROOMS], "value": [1.0]})
    assert register_of([row, row.assign(value=2.0)])["value"].tolist() == [1.0]
    with pytest.raises(ValueError, match=r"twice in the register.*X1"):
        register_of([pd.concat([row, row])])
    assert list(register_of([]).columns) == TABLES["estates_register"].column_names


def test_payments_of_a_practice_on_no_list_are_refused_by_row() -> None:
    paid = inputs()["practice_premises"].copy()
    assert payment_findings(inputs()) == []
    paid.loc[2, "practice"] = "Z99999"
    found = payment_findings({**inputs(), "practice_premises": paid})
    assert [(each.file, each.row, each.column, each.found) for each in found] == [
        ("practice_premises.csv", 4, "practice", "Z99999")
    ]
