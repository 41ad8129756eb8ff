"""A figure of a whole system is taken only by a run of that system with just its places."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from assets.demand.recorded_activity import activity_calibration
from assets.inputs.system_totals import SystemTotals
from housing_trajectories.findings import BadInput
from tests.assets.services_run import call_stage, services
from tests.shipped import DATA

LUTON = "E06000032"


def places_without(code: str) -> pd.DataFrame:
    places = services()["places"]
    return places[places["place"] != code].reset_index(drop=True)


def test_a_system_s_own_total_is_found() -> None:
    made = services()
    assert SystemTotals(made["system_totals"], made["places"]).value("demand.camhs_referrals") == 7000


def test_a_total_of_more_places_than_the_run_s_is_refused_with_its_row() -> None:
    totals = SystemTotals(services()["system_totals"], places_without(LUTON))
    with pytest.raises(BadInput) as raised:
        totals.value("demand.camhs_referrals")
    said = [finding.sentence() for finding in raised.value.findings]
    # Every row of the file is of four places, from the one under the header on.
    for row, sentence in enumerate(said, start=2):
        assert sentence.startswith(f"system_totals.csv, row {row}, column places: found {LUTON}")
    assert len(said) == len(services()["system_totals"])


def test_a_total_of_another_system_is_not_this_one_s() -> None:
    places = services()["places"].replace({"place": {"E54000024": "E54000099"}})
    with pytest.raises(BadInput, match=r"no row of demand\.camhs_referrals for the system E54000099"):
        SystemTotals(services()["system_totals"], places).value("demand.camhs_referrals")


def test_another_system_s_rows_may_stand_in_the_same_file() -> None:
    own = services()["system_totals"]
    both = pd.concat([own, own.assign(system="E54000099", places="E06000001", value=1.0)], ignore_index=True)
    assert SystemTotals(both, services()["places"]).value("demand.camhs_referrals") == 7000


def test_calibration_takes_no_referrals_of_other_places() -> None:
    with pytest.raises(BadInput, match="a figure of other places would set"):
        call_stage(activity_calibration, {**services(), "places": places_without(LUTON)})


def test_every_total_that_ships_is_of_the_places_that_ship(root: Path) -> None:
    totals = pd.read_csv(DATA / "system_totals.csv")
    places = pd.read_csv(DATA / "places.csv")
    councils = " ".join(sorted(places.loc[places["kind"] == "place", "place"]))
    assert set(totals["places"]) == {councils}


def test_a_row_of_other_places_is_refused_wherever_it_stands() -> None:
    made = services()
    totals = made["system_totals"].copy()
    totals.loc[totals.index[-1], "places"] = LUTON
    row = len(totals) + 1
    with pytest.raises(BadInput, match=rf"system_totals\.csv, row {row}, column places: found {LUTON}"):
        SystemTotals(totals, made["places"]).value("demand.camhs_referrals")
