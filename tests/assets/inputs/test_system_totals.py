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


def appointments(**changes: object) -> pd.DataFrame:
    """Calibrated appointments by place, the shipped total changed, or left out where its value is 0."""
    made = services()
    totals = made["system_totals"].astype({"unit": object})
    own = totals["total"] == "demand.gp_appointments"
    for name, value in changes.items():
        totals.loc[own, name] = value
    kept = totals if changes.get("value", 1) else totals[~own]
    table = call_stage(activity_calibration, {**made, "system_totals": kept})
    return table[table["service"] == "gp_appointments"].set_index("place")


def test_appointments_rest_on_the_published_total_of_their_year_carried_by_people() -> None:
    shipped, of_base, without = (
        appointments(),
        appointments(unit="appointments; 2024/25"),
        appointments(value=0),
    )
    single = services()["population_single_year"].query("scenario == 'local_plan'")
    people = single[single["place"].isin(shipped.index)].groupby("year")["principal"].sum()
    assert of_base["calibrated"].sum() == pytest.approx(5_680_000)
    assert shipped["calibrated"].sum() == pytest.approx(5_680_000 * people[2024] / people[2023])
    assert "2023/24" in shipped["basis"].iloc[0]
    # One factor for all places: how much more a place is registered for than it has residents stays.
    ratio = shipped["calibrated"] / without["calibrated"]
    assert ratio.to_numpy() == pytest.approx(ratio.iloc[0])
    assert set(without["basis"]) == {"registered patients a resident"}


@pytest.mark.parametrize(
    ("unit", "said"),
    [("appointments", "the financial year"), ("appointments; 2011/12", "a figure of 2011/12")],
)
def test_a_published_total_of_no_year_or_of_one_before_the_projection_is_refused(
    unit: str, said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        appointments(unit=unit)


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
