"""What the first screen of the report tells of an area's places, its gaps and what changed."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from assets.publication.board.gaps_opening import Gap
from assets.publication.report.first_screen import gap_rows, growth_rows, lead, tiles, told_apart
from tests.assets.publication.made_releases import SYSTEM, tables

GAP = Gap(
    area="RX1", area_name="North NHS Foundation Trust", what="general_acute_beds",
    basis="facility|general_acute_beds", unit="beds", first=2024, last=2050,
    early=2026, central=2030, late=None, value=12.4, low=-4.2, high=21.0,
)  # fmt: skip


def shown(gap: Gap, **changes: object) -> dict[str, object]:
    [row] = gap_rows({}, [dataclasses.replace(gap, **changes)])  # type: ignore[arg-type]
    return row


def test_a_council_that_is_the_whole_area_is_not_told_twice() -> None:
    assert told_apart({"AREA": "Isles of Scilly", "E06000053": "Isles of Scilly"}, "AREA") == ["AREA"]


def test_councils_stand_after_the_area_as_a_whole() -> None:
    names = {"E06000002": "Middlesbrough", "E06000001": "Hartlepool", "AREA": "Both"}
    assert told_apart(names, "AREA") == ["AREA", "E06000001", "E06000002"]


def test_a_gap_is_told_with_its_years_its_size_and_its_interval() -> None:
    row = shown(GAP)
    assert (row["where"], row["what"]) == ("North", "General and acute beds")
    assert (row["from"], row["range"]) == ("2030/31", "2026/27, to after 2050/51")
    assert (row["gap"], row["interval"], row["unit"]) == ("12 short", "\u22124 to 21", "beds")
    assert row["decides"] == ["Short or not: uncertain."]
    assert row["soon"]


@pytest.mark.parametrize(
    ("years", "told"),
    [
        ((2024, 2024, 2024), ("already in 2024/25", "2024/25 or before")),
        ((2024, 2024, 2031), ("already in 2024/25", "2024/25 or before, to 2031/32")),
        ((2030, None, None), ("not by 2050/51", "2030/31, to after 2050/51")),
        ((None, None, None), ("not by 2050/51", "not by 2050/51")),
    ],
)
def test_years_at_the_ends_of_what_is_looked_at_are_told_as_such(
    years: tuple[int | None, ...], told: tuple[str, str]
) -> None:
    row = shown(GAP, **dict(zip(("early", "central", "late"), years, strict=True)))
    assert (row["from"], row["range"]) == told
    assert row["soon"] == (years[1] is not None)


def test_space_to_spare_is_no_shortfall_and_less_than_half_a_bed_is_neither() -> None:
    assert shown(GAP, value=-3.6, low=-9.0, high=-0.6)["gap"] == "4 to spare"
    assert shown(GAP, value=0.4, low=-0.3)["gap"] == "in balance"
    assert shown(GAP, value=0.4, low=-0.3)["interval"] == "0 to 21"


def test_what_decides_a_gap_is_told_where_it_is_known() -> None:
    certain = dataclasses.replace(GAP, low=3.0)
    assert shown(certain)["decides"] == []
    assert shown(certain, decide_by=2026)["decides"] == ["Decide on a building by 2026/27."]
    assert shown(certain, decide_by=2026, past=True)["decides"] == [
        "To be in time, a building had to be decided on by 2026/27."
    ]
    assert shown(certain, from_building=61.3)["decides"] == [
        "61 % of the uncertainty: existing rooms are estimated, not surveyed."
    ]
    assert shown(certain, without=-2.0)["decides"] == ["Without growth beyond demography: \u22122."]
    assert shown(certain, without=12.0)["decides"] == []


def test_the_assumptions_that_decide_the_sign_are_named() -> None:
    signs = pd.DataFrame(
        {
            "area": "A", "staff_group": "all_outside_hospital", "year": 2035, "evidence_grade": "C",
            "assumption": ["workforce.productivity_change", "workforce.leaver_rate_gps"], "rank": [1, 2],
            "gap_wte": 50.0, "at_low": [-5.0, 40.0], "at_high": [90.0, 70.0], "sign_changes": ["yes", "no"],
        }
    )  # fmt: skip
    staff = dataclasses.replace(GAP, area="A", what="all_outside_hospital")
    [row] = gap_rows({"headline_signs": signs}, [staff])
    assert row["decides"] == ["Short or not depends on productivity (-5 to 90, grade C)."]
    [row] = gap_rows({"headline_signs": signs.iloc[1:]}, [staff])
    assert row["decides"] == [
        "No single assumption changes the answer; nearest: leaver rate: GPs (40 to 70, grade C)."
    ]


def test_a_gap_that_closes_again_is_told_with_its_years() -> None:
    assert shown(GAP, spare_again=2031, for_good=2033)["range"] == (
        "2026/27, to after 2050/51; not short in 2031/32, short for good from 2033/34"
    )
    assert shown(GAP, spare_again=2031)["range"].endswith("; not short in 2031/32, not for good")  # type: ignore[attr-defined]


def test_the_lead_counts_what_is_likely_short_by_then_and_what_is_nearly_certain() -> None:
    rooms = dataclasses.replace(GAP, what="gp_consulting_rooms")
    buildings = [
        GAP,
        dataclasses.replace(GAP, central=2036),
        dataclasses.replace(GAP, central=None),
        rooms,
        dataclasses.replace(rooms, late=2035, central=2035),
    ]
    staff = [dataclasses.replace(GAP, what="all", late=2036)]
    assert lead(buildings, staff) == (
        "More likely short than not by 2035/36: hospital beds in 1 of 3 cases, GP consulting rooms in 2 of 2 "
        "places, staff in 1 of 1 places and trusts. Short in nine of ten futures: 1 of these 6."
    )
    assert lead([], []) == ""


def test_tiles_show_the_system_in_the_year_of_the_screen_beside_the_last_estimate() -> None:
    made = tables()
    shown_tiles = tiles(made, SYSTEM)
    assert [tile["title"] for tile in shown_tiles] == [
        "People, 2035",
        "Aged 65 and over, 2035",
        "Homes, 2035",
    ]
    for tile, table, where in zip(
        shown_tiles,
        ("population", "population", "households"),
        (
            "sex == 'persons' and age_band == 'all'",
            "sex == 'persons' and age_band == '65+'",
            "measure == 'dwellings'",
        ),
        strict=True,
    ):
        rows = (
            made[table]
            .query(f"scenario == 'local_plan' and place == '{SYSTEM}' and {where}")
            .set_index("year")
        )
        assert tile["number"] == f"{rows['principal'][2035]:,.0f}"
        assert f"({rows['p10'][2035]:,.0f} to {rows['p90'][2035]:,.0f})" in tile["interval"]
        assert tile["beside"] == f"In 2024: {rows['principal'][2024]:,.0f}."


def test_growth_is_told_of_the_system_alone_and_what_was_not_run_is_said() -> None:
    row = {
        "service": "ae_attendances", "year": 2035, "unit": "visits", "base_value": 1000.0,
        "principal": 1250.0, "p10": 1110.0, "p90": 1400.0, "growth_percent": 25.4,
        "growth_without_percent": float("nan"),
    }  # fmt: skip
    grown = pd.DataFrame([{**row, "place": SYSTEM}, {**row, "place": "E06000042", "principal": 1.0}])
    assert growth_rows({"growth_beyond_demography": grown}, SYSTEM) == [
        [
            "service|ae_attendances",
            "A&E attendances",
            "1,000",
            "1,250",
            "(1,110 to 1,400)",
            "+25 %",
            "not run",
        ]
    ]
