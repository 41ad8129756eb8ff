"""Schemes, closures, ends of leases and disposals: what they change from their year, known area or not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from assets.estates.estates_stage import estates_tables
from assets.estates.premises import Existing
from assets.inputs.csv_reading import without_rows
from assets.inputs.settings import RunSettings
from assets.tables.declarations import INPUT_TABLES
from tests.assets.services_run import call_stage, named_outputs, services

PLACE, TRUST, CLINIC, WARDS = "E06000032", "RD8", "community_clinic_rooms", "maternity_beds"
YEARS = np.arange(2024, 2034)
DRAWS = 400


def rows(table: str, *told: dict[str, object]) -> pd.DataFrame:
    """Rows of a register with what is told of each; everything else is empty."""
    empty: dict[str, object] = dict.fromkeys(INPUT_TABLES[table].column_names)
    return pd.DataFrame([{**empty, **each} for each in told], columns=list(empty)).infer_objects()


def building(code: str, quantity: float | None, **told: object) -> dict[str, object]:
    return {"site_code": code, "place": PLACE, "facility": CLINIC, "quantity": quantity, **told}


def scheme(name: str, quantity: float, opens: int, **told: object) -> dict[str, object]:
    year = {"opening_year": opens, "opening_low": opens, "opening_high": opens}
    where = {"place": PLACE, "facility": CLINIC, "switch": "on", "funded": "yes"}
    return {"scheme": name, "quantity": quantity, **where, **year, **told}


def existing(
    premises: list[dict[str, object]], schemes: list[dict[str, object]], complete: bool = True
) -> Existing:
    coverage = pd.DataFrame({"place": [PLACE] * complete, "facility": [CLINIC] * complete})
    return Existing(
        rows("premises", *premises),
        rows("estate_schemes", *schemes),
        without_rows(INPUT_TABLES["practice_places"]),
        coverage,
        YEARS,
        RunSettings(draws=DRAWS),
    )


def of_place(*told: list[dict[str, object]]) -> list[float]:
    found = existing(*told).of_place(PLACE, CLINIC)
    assert found is not None
    return list(found[0])


def planned(
    premises: list[dict[str, object]], schemes: list[dict[str, object]], complete: bool = False
) -> list[float] | None:
    found = existing(premises, schemes, complete).planned("place", PLACE, CLINIC)
    return None if found is None else list(found[0])


def test_a_lease_that_ends_and_a_closure_take_their_rooms_from_their_year() -> None:
    leased = building("L", 5.0, lease_end=2027.0)
    assert of_place([leased, building("F", 11.0)], []) == [16] * 3 + [11] * 7
    assert of_place([{**leased, "after_lease": "stays"}, building("F", 11.0)], []) == [16] * 10
    # What is said of the closing goes before the end of the lease.
    assert of_place([{**leased, "closes": 2031.0}, building("F", 11.0)], []) == [16] * 7 + [11] * 3
    assert planned([leased], []) == [0] * 3 + [-5] * 7


def test_the_year_in_which_a_building_goes_is_drawn_between_its_ends() -> None:
    going = building("G", 8.0, closes=2028.0, closes_low=2026.0, closes_high=2031.0)
    found = existing([going, building("F", 1.0)], []).of_place(PLACE, CLINIC)
    assert found is not None
    assert list(found[0]) == [9] * 4 + [1] * 6
    left = dict(zip(YEARS, (found[1:] == 1).mean(axis=0), strict=True))
    assert 0.02 < left[2025] < 0.1 < left[2026] < 0.2
    assert 0.4 < left[2028] < 0.68
    assert 0.85 < left[2031] < 0.97


def test_a_scheme_in_place_of_buildings_nets_them_and_a_disposal_takes_its_building_alone() -> None:
    old = [building("A", 4.0), building("B", 3.0), building("C", 20.0)]
    new = scheme("hub", 12.0, 2028, replaces="A B")
    assert of_place(old, [new]) == [27] * 4 + [32] * 6
    assert planned(old, [new]) == [0] * 4 + [5] * 6
    sold = scheme("sale", 0.0, 2030, replaces="C")
    assert of_place(old, [new, sold]) == [27] * 4 + [32] * 2 + [12] * 4
    # A switched-off one is a plan that nobody follows.
    assert of_place(old, [{**sold, "switch": "off"}]) == [27] * 10


def test_both_ends_of_a_replacement_move_together_in_every_draw() -> None:
    old = [building("A", 4.0), building("C", 20.0)]
    new = scheme("hub", 12.0, 2028, replaces="A", opening_low=2026, opening_high=2032)
    found = existing(old, [new]).of_place(PLACE, CLINIC)
    assert found is not None
    assert set(np.unique(found)) == {24.0, 32.0}


def test_a_scheme_that_was_open_when_its_buildings_were_counted_is_not_added_to_them() -> None:
    counted = [building("A", 4.0, surveyed="2026-05-01"), building("B", 3.0, surveyed="2023-01-31")]
    assert of_place(counted, [scheme("hub", 12.0, 2026)]) == [7] * 10
    # March 2026 is in the financial year that began in 2025.
    counted[0]["surveyed"] = "2026-03-31"
    assert of_place(counted, [scheme("hub", 12.0, 2026)]) == [7] * 2 + [19] * 8
    # Draws in which it opened before the survey do not add it, later ones do.
    late = existing(counted, [scheme("hub", 12.0, 2026, opening_low=2024, opening_high=2028)])
    found = late.of_place(PLACE, CLINIC)
    assert found is not None
    last = found[1:, -1]
    assert set(np.unique(last)) == {7.0, 19.0}
    assert 0.3 < (last == 7).mean() < 0.6


def test_what_opens_counts_where_it_is_not_known_what_exists_and_what_was_open_at_first_does_not() -> None:
    assert planned([], [scheme("early", 30.0, 2023), scheme("hub", 12.0, 2027)]) == [0] * 3 + [12] * 7
    assert planned([], [scheme("early", 30.0, 2023)]) is None
    assert existing([], [scheme("hub", 12.0, 2027)], complete=False).of_place(PLACE, CLINIC) is None
    unknown = building("U", None, planned_change=3.0, planned_change_year=2030.0)
    assert planned([unknown], []) == [0] * 6 + [3] * 4
    # A building of unknown size that goes, and a scheme in place of it, change nothing that is known.
    assert planned([building("U", None, closes=2030.0)], []) is None
    assert planned([building("U", None)], [scheme("hub", 12.0, 2027, replaces="U")]) is None
    assert planned([], [scheme("hub", 12.0, 2027, replaces="nobody")]) is None


def test_beds_are_counted_by_their_spaces_where_these_are_known_of_every_building() -> None:
    ward = building("W", 20.0, provider=TRUST, facility=WARDS, spaces=26.0)
    other = building("X", 10.0, provider=TRUST, facility=WARDS)
    both = existing([ward, other], [])
    assert both.counted_as("provider", TRUST, WARDS) == "staffed"
    assert both.of_provider(TRUST, WARDS)[0, 0] == 30.0  # type: ignore[index]
    known = existing([ward, {**other, "spaces": 10.0}], [])
    assert known.counted_as("provider", TRUST, WARDS) == "spaces"
    assert known.of_provider(TRUST, WARDS)[0, 0] == 36.0  # type: ignore[index]
    assert known.staffed("provider", TRUST, WARDS)[0, 0] == 30.0  # type: ignore[index]


def test_a_breach_is_of_spaces_and_says_so_and_what_is_staffed_stands_beside_it() -> None:
    premises = services()["premises"].copy()
    at = (premises["provider"] == TRUST) & (premises["facility"] == WARDS)
    premises.loc[at, "spaces"] = 60.0
    made = {**services(), "premises": premises}
    tables = named_outputs(estates_tables, call_stage(estates_tables, made))
    rows_of = tables["provider_estates"].query("scenario == 'local_plan' and year == 2024")
    beds = rows_of[rows_of["facility"] == WARDS].set_index(["provider", "measure"])["principal"]
    assert beds[TRUST, "existing"] == 60
    assert beds[TRUST, "staffed"] == premises.loc[at, "quantity"].item()
    assert beds[TRUST, "gap"] == pytest.approx(beds[TRUST, "required"] - 60)
    assert ("RC9", "staffed") not in beds.index
    breach = tables["capacity_breach"].set_index(["area", "facility"])["counted_as"]
    assert set(breach[TRUST, WARDS]) == {"spaces"}
    assert set(breach["RC9", WARDS]) == {"staffed"}


def test_schemes_of_the_default_area_count_in_the_causes_of_its_places_and_of_the_whole() -> None:
    causes = services()["estates_causes"].query("scenario == 'local_plan'")
    plans = causes.set_index(["area", "facility", "year"])["planned_capacity"]
    rooms, area = "gp_consulting_rooms", "primary_care_gross_internal_area"
    assert plans["E06000042", rooms, 2026] == plans["E06000042", CLINIC, 2040] == -12
    assert plans["E06000042", rooms, 2025] == plans["E06000032", rooms, 2040] == 0
    assert (plans["E06000055", area, 2028], plans["E06000055", area, 2029]) == (0, -900)
    # Open since 2023: in what the base year used.
    assert plans["E06000056", CLINIC, 2040] == 0
    whole = services()["places"].set_index("kind").loc["system", "place"]
    assert plans[whole, rooms, 2040] == -22
    # 45 maternity beds in place of those open in 2024/25, not on top of them.
    rows_of = services()["provider_estates"].query("provider == @TRUST and facility == @WARDS")
    have = rows_of.query("scenario == 'local_plan' and measure == 'existing'").set_index("year")["principal"]
    today = have[2024]
    assert 35 < today < 43
    assert have[2040] == 45
    assert plans[TRUST, WARDS, 2040] == pytest.approx(today - 45)


def test_what_a_scheme_pays_for_is_not_bought_a_second_time() -> None:
    made = services()
    capital = made["capital_requirement"].query("scenario == 'local_plan' and place == 'E06000055'")
    running = capital.query("facility == 'primary_care_gross_internal_area'").set_index("year")
    required = made["estates"].query(
        "scenario == 'local_plan' and place == 'E06000055' and facility == 'primary_care_gross_internal_area'"
    )
    grown = required.set_index("year")["principal"]
    built = running["running_cost_gbp"] / 230
    last = YEARS[-1]
    short = max((grown - grown[2024]).loc[2030:last].max() - 900, 0.0)
    # In whole buildings of 500 m2: without the scheme there would be one or two more.
    assert built[last] == pytest.approx(500 * np.ceil(short / 500 - 1e-6))
    assert built[last] < 500 * np.ceil((short + 900) / 500 - 1e-6)
