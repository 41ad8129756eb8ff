"""General practice from practice to place: parts add up, surveys replace estimates, nothing else moves."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from assets.buildings.local_areas import local_areas, located
from assets.buildings.local_estates import gap_signs, local_estates_tables
from assets.buildings.practice_buildings import PracticeBuildings
from assets.inputs.csv_reading import read_table
from assets.inputs.settings import RunSettings
from assets.tables.declarations import INPUT_TABLES, TABLES
from tests.assets.services_run import call_stage, named_outputs, services
from tests.shipped import DATA

AREA, ROOMS = "primary_care_gross_internal_area", "gp_consulting_rooms"
VALUES = ["principal", "p10", "p50", "p90"]
LUTON, BEDFORD = "E06000032", "E06000055"


def made_with(**changed: Any) -> dict[str, Any]:
    given = {"neighbourhood_teams": shipped_teams(), "hub_catchments": hubs(), **services(), **changed}
    return named_outputs(local_estates_tables, call_stage(local_estates_tables, given))


@cache
def shipped_teams() -> pd.DataFrame:
    places = [LUTON, "E06000042", BEDFORD, "E06000056"]
    return read_table(INPUT_TABLES["neighbourhood_teams"], DATA / "neighbourhood_teams.csv", places)


def hubs() -> pd.DataFrame:
    """A hub of three small areas with practices, two of Luton and one of Bedford."""
    practices = services()["practice_places"].dropna(subset="msoa")
    small = practices.groupby("place")["msoa"].unique()
    near = [
        (LUTON, small[LUTON][0], 7000),
        (LUTON, small[LUTON][2], 5000),
        (BEDFORD, small[BEDFORD][1], 9000),
    ]
    rows = [{"place": place, "msoa": msoa, "population_latest": people} for place, msoa, people in near]
    return pd.DataFrame(rows).assign(hub="a_hub", hub_name="A hub", distance_km=1.0)


@cache
def shipped() -> dict[str, Any]:
    return made_with()


def rows(table: pd.DataFrame, **of: object) -> pd.DataFrame:
    for name, value in of.items():
        table = table[table[name] == value]
    return table


def test_tables_are_as_declared_and_only_gaps_have_what_is_of_gaps() -> None:
    for name in ("local_estates", "local_gap_signs"):
        frame, table = shipped()[name], TABLES[name]
        assert list(frame.columns) == table.column_names
        keys = frame[list(table.keys)]
        assert not keys.duplicated().any()
        assert keys.equals(keys.sort_values(list(table.keys), ignore_index=True))
    frame = shipped()["local_estates"]
    gaps = frame["measure"] == "gap"
    for name in ("probability_short", "probability_short_without_estimate", "interval_from_building_percent"):
        assert (frame[name].notna() == gaps).all()
    assert set(frame["basis"]) == {"modelled", "estimated"}
    assert (frame["measure"] == "required").equals(frame["basis"] == "modelled")


def test_every_practice_has_a_gap_and_its_areas_are_sums_of_practices() -> None:
    frame, practices = shipped()["local_estates"], services()["practice_places"]
    of_practices = rows(frame, area_kind="practice", measure="gap", facility=AREA, year=2026)
    assert set(of_practices["area"]) == set(practices["practice"])
    near = rows(frame, area_kind="neighbourhood", measure="gap", year=2026)
    assert set(near["area"]) == set(practices["msoa"].dropna())
    first = rows(frame, facility=AREA, year=2040, measure="required").set_index(["area_kind", "area"])[
        "principal"
    ]
    for kind, column in (("place", "place"), ("network", "pcn"), ("neighbourhood", "msoa")):
        summed = practices.groupby(column)["practice"].agg(
            lambda codes: sum(first["practice", code] for code in codes)
        )
        assert first[kind].reindex(summed.index).to_numpy() == pytest.approx(summed.to_numpy(), rel=1e-4)


def test_a_practice_needs_the_norm_of_its_list_in_the_year_of_the_list() -> None:
    frame, practices = shipped()["local_estates"], services()["practice_places"].set_index("practice")
    need = rows(frame, area_kind="practice", measure="required", facility=AREA, year=2026).set_index("area")
    a_patient = need["principal"] / practices["registered_patients"]
    assert a_patient.to_numpy() == pytest.approx(120 / 1750, rel=1e-5)
    # The list is known, the norm is not: 108 to 132 m2.
    assert (need["p10"] / need["principal"]).to_numpy() == pytest.approx(0.9, abs=0.03)
    later = rows(frame, area_kind="practice", measure="required", facility=AREA, year=2045).set_index("area")
    place = practices["place"].reindex(later.index)
    growth = (later["principal"] / need["principal"]).groupby(place.to_numpy()).mean()
    registered = {
        code: draws["demand"].sel(scenario="local_plan", service="registered_patients").isel(draw=0)
        for code, draws in services()["demand_draws"].items()
    }
    for code, series in registered.items():
        assert growth[code] == pytest.approx(float(series.sel(year=2045) / series.sel(year=2026)), rel=1e-4)


def test_flows_carry_the_growth_of_the_small_area_patients_live_in() -> None:
    practices = services()["practice_places"]
    luton = practices[practices["place"] == LUTON]["practice"].tolist()
    flows = pd.DataFrame(
        {"msoa": [f"{BEDFORD} Younger", "outside"], "practice": luton[:2], "patients": 1000.0}
    )
    moved = made_with(registered_flows=flows)["local_estates"]
    before = shipped()["local_estates"]
    of = {"area_kind": "practice", "measure": "required", "facility": ROOMS, "year": 2045}
    changed = (
        rows(moved, **of).set_index("area")["principal"] / rows(before, **of).set_index("area")["principal"]
    )
    assert abs(changed[luton[0]] - 1) > 1e-3
    assert changed.drop(luton[0]).to_numpy() == pytest.approx(1)
    # In the year of the lists a patient is one patient, wherever the flow begins.
    now = {**of, "facility": AREA, "year": 2026}
    at_first = (
        rows(moved, **now).set_index("area")["principal"] / rows(before, **now).set_index("area")["principal"]
    )
    assert at_first.to_numpy() == pytest.approx(1, rel=1e-5)


def with_rows(*added: dict[str, object]) -> pd.DataFrame:
    premises = services()["premises"]
    keys = {(row["site_code"], row["facility"]) for row in added}
    kept = [key not in keys for key in zip(premises["site_code"], premises["facility"], strict=True)]
    blank = {"unit": "m2", "source_id": "placecast", "evidence_grade": "B", "place": LUTON}
    new = pd.DataFrame([{**blank, **row} for row in added]).reindex(columns=premises.columns)
    return pd.concat([premises[kept], new.astype(premises.dtypes.to_dict())], ignore_index=True)


def test_a_survey_replaces_one_estimate_and_narrows_the_gap_of_that_building_alone() -> None:
    practices = services()["practice_places"]
    here = practices[practices["place"] == LUTON].iloc[0]
    code = str(here["practice"])
    surveyed = with_rows({"site_code": code, "facility": AREA, "quantity": 700.0, "closes": 2035})
    found, before = made_with(premises=surveyed)["local_estates"], shipped()["local_estates"]
    of = {"area_kind": "practice", "area": code, "facility": AREA, "measure": "existing"}
    have = rows(found, **of).set_index("year")
    assert have.loc[2034, VALUES].tolist() == [700.0] * 4
    assert have.loc[2035, VALUES].tolist() == [0.0] * 4
    assert set(have["basis"]) == {"surveyed"}
    gap = rows(found, **{**of, "measure": "gap"}).set_index("year")
    assert (gap["interval_from_building_percent"] == 0).all()
    assert set(rows(found, area_kind="place", area=LUTON, facility=AREA, measure="gap")["basis"]) == {
        "surveyed and estimated"
    }
    others = (found["area_kind"] == "practice") & (found["area"] != code)
    pd.testing.assert_frame_equal(found[others], before[others])
    # Its rooms are not counted: they stay the estimate, and go when the building closes.
    rooms = rows(found, **{**of, "facility": ROOMS})
    assert set(rooms["basis"]) == {"estimated"}
    assert rooms.set_index("year").loc[2034, "p10"] > 0
    assert rooms.set_index("year").loc[2035, VALUES].tolist() == [0.0] * 4


def test_a_closed_building_that_nobody_counted_has_nothing_and_a_branch_counts_with_its_practice() -> None:
    premises = services()["premises"]
    practices = services()["practice_places"].sort_values("practice", ignore_index=True)
    first, second = practices["practice"][:2]
    closing = premises.assign(closes=premises["closes"].where(premises["site_code"] != first, 2030))
    years = np.array([2026, 2030])
    branch = {"facility": AREA, "quantity": 80.0, "unit": "m2", "place": LUTON}
    added = pd.DataFrame(
        [
            {**branch, "site_code": f"{first}001"},
            {**branch, "site_code": f"{second}001"},
            {**branch, "site_code": second, "quantity": 500.0},
            {**branch, "site_code": "HUB1", "quantity": 60.0},
        ]
    )
    listed = pd.concat([closing, added], ignore_index=True)
    schemes = services()["estate_schemes"]
    found = PracticeBuildings(practices, listed, schemes[:0], years, RunSettings(draws=5))
    assert found.standing(first, AREA).tolist() == [[1.0, 0.0]]
    assert found.standing(second, AREA).tolist() == [[1.0, 1.0]]
    assert found.surveyed(AREA)[:3].tolist() == [False, True, False]
    assert found.of_practice(second, AREA).tolist() == [[580.0, 580.0]]
    with pytest.raises(ValueError, match="not surveyed"):
        found.of_practice(first, AREA)
    other = found.elsewhere(AREA)
    assert [(each.place, each.neighbourhood, each.quantity.tolist()) for each in other] == [
        (LUTON, None, [[60.0, 60.0]])
    ]


def test_a_scheme_adds_to_its_place_from_its_year_and_to_no_practice() -> None:
    frame = shipped()["local_estates"]
    have = rows(frame, area_kind="place", area=BEDFORD, facility=AREA, measure="existing").set_index("year")
    practices = rows(frame, area_kind="practice", place=BEDFORD, facility=AREA, measure="existing")
    summed = practices.groupby("year")["principal"].sum()
    added = have["principal"] - summed
    # Wixams: 900 m2, due in 2028/29.
    assert added[2026] == pytest.approx(0, abs=0.1)
    assert added[2035] == pytest.approx(900, abs=0.1)


def test_teams_are_sums_of_the_practices_in_their_small_areas_with_draws_for_the_plan() -> None:
    practices = services()["practice_places"]
    msoas = practices.dropna(subset="msoa").drop_duplicates("msoa")
    teams = msoas.assign(team=msoas["place"] + "-N01", team_name="One")[
        ["msoa", "place", "team", "team_name"]
    ]
    made = made_with(neighbourhood_teams=teams, hub_catchments=hubs().iloc[:0])
    draws = made["estates_gap_draws"]
    assert draws["required"].dims == ("area", "facility", "year", "draw")
    assert draws["required"].dtype == draws["existing"].dtype == np.float32
    assert draws["area"].to_numpy().tolist() == [f"{place}-N01" for place in sorted(set(practices["place"]))]
    table = rows(made["local_estates"], area_kind="team", facility=AREA, year=2040)
    for measure in ("required", "existing"):
        principal = draws[measure].sel(facility=AREA, year=2040).isel(draw=0)
        told = rows(table, measure=measure)["principal"]
        assert principal.to_numpy() == pytest.approx(told.to_numpy(), rel=1e-5)
    assert draws["place"].to_numpy().tolist() == sorted(set(practices["place"]))


def test_a_hub_has_the_practices_of_its_small_areas_and_stands_beside_the_teams() -> None:
    near, made = hubs(), shipped()
    practices = services()["practice_places"]
    here = set(practices.loc[practices["msoa"].isin(near["msoa"]), "practice"])
    table = rows(made["local_estates"], facility=AREA, year=2033, measure="required")
    told = rows(table, area_kind="hub")
    assert told[["area", "area_name", "place"]].to_numpy().tolist() == [["a_hub", "A hub", LUTON]]
    of_practices = rows(table, area_kind="practice")
    own = of_practices[of_practices["area"].isin(here)]
    assert len(own) >= 3
    assert told["principal"].item() == pytest.approx(own["principal"].sum(), rel=1e-6)
    draws = made["estates_gap_draws"]
    kinds = draws["area_kind"].to_numpy().tolist()
    assert kinds.count("hub") == 1
    assert kinds.count("team") == shipped_teams()["team"].nunique()
    at = draws["required"].sel(area="a_hub", facility=AREA, year=2033).isel(draw=0)
    assert float(at) == pytest.approx(told["principal"].item(), rel=1e-5)


def test_a_scheme_of_a_hub_stands_in_the_small_area_nearest_to_it_and_so_in_a_team() -> None:
    schemes = pd.DataFrame({"scheme": ["a_hub", "told", "far"], "neighbourhood": [None, "E7", None]})
    near = pd.DataFrame({"hub": "a_hub", "msoa": ["E1", "E2"], "distance_km": [2.5, 0.4]})
    assert located(schemes, near)["neighbourhood"].fillna("none").tolist() == ["E2", "E7", "none"]
    listed = services()["estate_schemes"]
    open_ones = listed[(listed["facility"] == AREA) & (listed["switch"] == "on")]
    name, size = open_ones["scheme"].iloc[0], float(open_ones["quantity"].iloc[0])
    msoa = shipped_teams()["msoa"].iloc[-1]
    here = hubs().iloc[:1].assign(hub=name, msoa=msoa, distance_km=0.5)
    at = {"area_kind": "team", "facility": AREA, "measure": "existing", "year": 2045}
    before, after = (
        rows(made["local_estates"], **at).set_index("area")["principal"]
        for made in (shipped(), made_with(hub_catchments=here))
    )
    moved = (after - before).loc[lambda change: change.abs() > 1e-6]
    assert moved.to_dict() == {shipped_teams()["team"].iloc[-1]: pytest.approx(size, rel=1e-6)}


def test_signs_are_known_where_four_draws_in_five_agree() -> None:
    frame = rows(shipped()["local_estates"], measure="gap", facility=AREA, year=2030, area_kind="place")
    made = frame.iloc[:4].assign(
        probability_short=[0.8, 0.79, 0.2, 0.21], probability_short_without_estimate=[0.5, 0.9, 0.1, 0.0]
    )
    found = gap_signs(made)
    assert found[
        ["gaps", "sign_known", "sign_known_percent", "sign_known_without_estimate"]
    ].to_numpy().tolist() == [[4.0, 2.0, 50.0, 3.0]]


def test_areas_without_a_practice_are_none_and_one_of_unknown_whereabouts_is_in_its_place() -> None:
    practices = pd.DataFrame(
        {
            "practice": ["A1", "A2"],
            "practice_name": ["One", "Two"],
            "place": [LUTON, LUTON],
            "registered_patients": [10, 20],
            "pcn": ["U1", None],
            "pcn_name": ["Net", None],
            "msoa": [None, "E02"],
        }
    )
    teams = pd.DataFrame({"msoa": ["E02", "E03"], "place": LUTON, "team": ["N1", "N2"], "team_name": "Team"})
    near = {"hub": "h", "hub_name": "Hub", "place": [LUTON, BEDFORD], "msoa": ["E02", "E09"]}
    hubs = pd.DataFrame({**near, "population_latest": [3, 2]})
    found = local_areas(practices, teams, hubs, {"E02": "Marsh Farm"}, {LUTON: "Luton"})
    named = [(area.kind, area.code, area.name, area.practices.tolist()) for area in found]
    assert named == [
        ("practice", "A1", "One", [True, False]),
        ("practice", "A2", "Two", [False, True]),
        ("network", "U1", "Net", [True, False]),
        ("team", "N1", "Team", [False, True]),
        ("hub", "h", "Hub", [False, True]),
        ("neighbourhood", "E02", "Marsh Farm", [False, True]),
        ("place", LUTON, "Luton", [True, True]),
    ]


def test_without_general_practice_there_is_nothing_to_say() -> None:
    draws = services()["patient_need_draws"].isel(facility=slice(0, 0), place=slice(0, 0))
    made = made_with(patient_need_draws=draws)
    assert made["local_estates"].empty
    assert made["local_gap_signs"].empty
    assert isinstance(made["estates_gap_draws"], xr.Dataset)
