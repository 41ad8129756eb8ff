"""Gaps of the first screen: whose they are, from when, how large, and whether they are known."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from assets.publication.board.gaps_opening import Gap, building_gaps, staff_gaps, tolerated_percent

YEARS = range(2024, 2041)


def probabilities(**where: object) -> pd.DataFrame:
    """A share of draws that rises by a tenth in two years from 5 % in 2024, and is another elsewhere."""
    rows = pd.DataFrame({"year": YEARS, "probability": [0.05 + 0.05 * (year - 2024) for year in YEARS]})
    return rows.assign(**where)


def gaps(values: dict[str, float], **where: object) -> pd.DataFrame:
    """Gaps of 2035 by scenario, and one of 2030 that no reader asks for."""
    rows = [
        {"scenario": name, "year": year, "principal": value + off, "p10": value - 8 + off, "p90": value + 9}
        for name, value in values.items()
        for year, off in ((2035, 0), (2030, 77))
    ]
    return pd.DataFrame(rows).assign(**where)


def of_trusts() -> dict[str, pd.DataFrame]:
    bed = {"facility": "general_acute_beds", "unit": "beds"}
    trust = {"provider": "RX1", "provider_name": "North NHS Foundation Trust"}
    breach = {"area": "RX1", "area_kind": "provider", "facility": "general_acute_beds"}
    both = {"local_plan": 12.0, "demographic_growth_only": -3.0}
    return {
        "capacity_breach": pd.concat(
            [
                probabilities(**breach, scenario="local_plan"),
                probabilities(**breach, scenario="trend").assign(probability=1.0),
                probabilities(
                    **{**breach, "facility": "general_acute_beds_winter_peak"}, scenario="local_plan"
                ),
            ]
        ),
        "provider_estates": pd.concat(
            [
                gaps(both, **bed, **trust, measure="gap"),
                gaps({"local_plan": 500.0}, **bed, **trust, measure="required"),
                gaps(
                    {"local_plan": 700.0},
                    **{**bed, "facility": "general_acute_beds_winter_peak"},
                    **trust,
                    measure="gap",
                ),
                gaps({"local_plan": 600.0}, **bed, provider="RX2", provider_name="South", measure="gap"),
            ]
        ),
        "estates_timing": pd.DataFrame(
            {
                "scenario": "local_plan",
                "area": "RX1",
                "facility": "general_acute_beds",
                "threshold_percent": [50, 80],
                "decide_by": [2026.0, 2031.0],
                "status": ["late", "in time"],
            }
        ),
    }


def test_a_trusts_beds_have_their_years_their_gap_and_the_year_to_decide_by() -> None:
    assert building_gaps(of_trusts()) == [
        Gap(
            area="RX1", area_name="North NHS Foundation Trust", what="general_acute_beds",
            basis="facility|general_acute_beds", unit="beds", first=2024, last=2040,
            early=2025, central=2033, late=None, value=12.0, low=4.0, high=21.0,
            without=-3.0, decide_by=2026, past=True,
        )
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("spare", "told"),
    [
        ((2034,), (2034, 2035)),
        ((2034, 2036), (2034, 2037)),
        ((2035, 2040), (2035, None)),
        ((2025,), (None, None)),
    ],
)
def test_a_gap_that_closes_again_says_when_and_from_when_it_stays(
    spare: tuple[int, ...], told: tuple[int | None, int | None]
) -> None:
    made = of_trusts()
    breach = made["capacity_breach"]
    again = breach["year"].isin(spare) & (breach["scenario"] == "local_plan")
    made["capacity_breach"] = breach.assign(probability=breach["probability"].mask(again, 0.45))
    [gap] = building_gaps(made)
    assert (gap.central, gap.spare_again, gap.for_good) == (2033, *told)


def of_places() -> dict[str, pd.DataFrame]:
    rows = []
    for place, short_from in (("B", 2037.0), ("A", None), ("C", 2029.0)):
        for kind in ("place", "practice"):
            of = probabilities(scenario="local_plan", area=place, area_kind=kind, area_name=f"Place {place}")
            rows.append(
                of.rename(columns={"probability": "probability_short"}).assign(first_year_short=short_from)
            )
    table = pd.concat(rows).assign(
        facility="gp_consulting_rooms", measure="gap", unit="rooms", principal=5.0, p10=-4.0, p90=7.0,
        interval_from_building_percent=61.0,
    )  # fmt: skip
    other = table.assign(facility="primary_care_gross_internal_area", principal=999.0)
    required = table.assign(measure="required", principal=888.0)
    return {"local_estates": pd.concat([table, other, required])}


def test_rooms_stand_by_place_in_the_order_in_which_they_are_short() -> None:
    found = building_gaps(of_places())
    assert [(gap.area, gap.central) for gap in found] == [("C", 2029), ("B", 2037), ("A", None)]
    assert {(gap.value, gap.low, gap.high, gap.unit, gap.from_building) for gap in found} == {
        (5.0, -4.0, 7.0, "rooms", 61.0)
    }
    assert {(gap.early, gap.late, gap.decide_by, gap.without) for gap in found} == {(2025, None, None, None)}


def of_staff() -> dict[str, pd.DataFrame]:
    place = {"area": "A", "area_name": "Place A", "area_kind": "place", "staff_group": "all_outside_hospital"}
    trust = {"area": "RX1", "area_name": "North", "area_kind": "provider", "staff_group": "all"}
    system = {**place, "area": "S", "area_kind": "system"}
    gps = {**place, "staff_group": "gps"}
    short = [probabilities(scenario="local_plan", **of) for of in (trust, place, system, gps)]
    made = {"measure": "gap_wte", "unit": "WTE"}
    return {
        "workforce_shortage": pd.concat(short).assign(tolerance_percent=5.0),
        "workforce": pd.concat(
            [
                gaps({"local_plan": 20.0}, **made, place="A", staff_group="all_outside_hospital"),
                gaps({"local_plan": 90.0}, **made, place="A", staff_group="gps"),
                gaps(
                    {"local_plan": 80.0},
                    place="A",
                    staff_group="all_outside_hospital",
                    measure="required_wte",
                ),
            ]
        ),
        "provider_workforce": gaps(
            {"local_plan": -30.0, "demographic_growth_only": -40.0}, **made, provider="RX1", staff_group="all"
        ),
    }


def test_staff_stand_outside_hospitals_by_place_and_in_all_by_trust() -> None:
    found = staff_gaps(of_staff())
    assert [(gap.area, gap.what, gap.value, gap.low, gap.high) for gap in found] == [
        ("A", "all_outside_hospital", 20.0, 12.0, 29.0),
        ("RX1", "all", -30.0, -38.0, -21.0),
    ]
    assert [(gap.early, gap.central, gap.late, gap.without) for gap in found] == [
        (2025, 2033, None, None),
        (2025, 2033, None, -40.0),
    ]
    assert tolerated_percent(of_staff()) == 5.0


def test_a_release_without_these_tables_has_no_gaps() -> None:
    assert building_gaps({}) == staff_gaps({}) == []
    assert tolerated_percent({}) is None


@pytest.mark.parametrize(("low", "high", "known"), [(-1.0, 2.0, False), (0.5, 2.0, True), (-2.0, -0.5, True)])
def test_a_sign_is_known_where_the_interval_holds_one_only(low: float, high: float, known: bool) -> None:
    [gap] = building_gaps(of_trusts())
    assert dataclasses.replace(gap, low=low, high=high).sign_is_known == known
