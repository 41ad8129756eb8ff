"""A small release for pages of areas: two neighbourhoods, a team, a hub, a place, a trust and its site.

No two numbers are the same, so that a cell taken for another shows.
"""

from __future__ import annotations

from itertools import count, product

import pandas as pd

NAMES = {"SYS": "The system", "PL": "Luton", "RC9": "Beds Trust", "N1": "Bramingham", "N2": "Marsh Farm"}
ROOMS, FLOOR = "gp_consulting_rooms", "primary_care_gross_internal_area"
BANDS = ("all", "0-4", "65-74", "75-84", "85+")


def made() -> dict[str, pd.DataFrame]:
    """Tables by name, with only the columns that pages read."""
    number = count(1001)

    def rows(*columns: str, of: list[tuple[object, ...]], **same: object) -> pd.DataFrame:
        """Rows of the given labels, each with a principal value and its interval."""
        labelled = [dict(zip(columns, labels, strict=True)) for labels in of]
        return pd.DataFrame(
            [
                {
                    **same,
                    **labels,
                    "principal": (at := next(number) * 3.0),
                    "p10": at - 1,
                    "p50": at,
                    "p90": at + 1,
                }
                for labels in labelled
            ]
        )

    tables: dict[str, pd.DataFrame] = {}
    scenarios = ("local_plan", "trend")
    tables["neighbourhood_population"] = rows(
        *("scenario", "neighbourhood", "year", "age_band"),
        of=list(product(scenarios, ("N1", "N2"), (2024, 2030, 2035, 2040), BANDS)),
        place="PL",
    )
    tables["neighbourhood_population"]["neighbourhood_name"] = tables["neighbourhood_population"][
        "neighbourhood"
    ].map(NAMES)
    tables["population"] = rows(
        *("scenario", "place", "year", "age_band"),
        of=list(product(scenarios, ("SYS", "PL"), (2024, 2030, 2035, 2040), ("all", "0-15", "65+"))),
        sex="persons",
    )
    tables["neighbourhood_teams"] = pd.DataFrame(
        {
            "place": "PL",
            "msoa": ["N1", "N2"],
            "team": "T1",
            "team_name": "Team one",
            "basis": "made by the rule",
        }
    )
    tables["hub_catchments"] = pd.DataFrame(
        {"hub": ["H1"], "msoa": ["N2"], "hub_name": ["Hub one"], "place": ["PL"], "team": ["T1"]}
    )
    years = (2023, 2024, 2030, 2035)
    tables["housing_delivery"] = rows(
        *("scenario", "place", "site_reference", "site_name", "year"),
        of=[
            (scenario, place, reference, name, year)
            for scenario, year in product(scenarios, years)
            for place, reference, name in (
                ("PL", "S1", "North field"),
                ("PL", "all", "All homes"),
                ("SYS", "all", "All homes"),
            )
        ],
        planning_status="permissioned",
        planned_net_dwellings=0.0,
    )
    tables["housing_delivery"]["phasing_basis"] = [
        "recorded" if year == 2023 else "published" for year in tables["housing_delivery"]["year"]
    ]
    tables["neighbourhood_homes"] = pd.DataFrame(
        [
            {
                "scenario": "local_plan",
                "place": "PL",
                "msoa": code,
                "year": year,
                "recorded_homes": float(next(number)) if year == 2023 else 0.0,
                "site_homes": 0.0,
                "spread_homes": float(next(number)),
                "homes": float(next(number)),
            }
            for code, year in product(("N1", "N2"), years)
        ]
    )
    tables["site_neighbourhoods"] = pd.DataFrame(
        {"place": ["PL"], "site_reference": ["S1"], "msoa": ["N1"], "evidence_grade": ["C"]}
    )
    tables["registered_flows"] = pd.DataFrame(
        {
            "msoa": ["N1", "N2", "N1", "outside"],
            "practice": ["E1", "E1", "outside", "E1"],
            "place": "PL",
            "patients": [711.0, 823.0, 13.0, 50.0],
            "residents_share_percent": [98.0, 100.0, 2.0, None],
            "basis": "distance",
        }
    )
    tables["estates_register"] = pd.DataFrame(
        [
            {
                "building": "E1",
                "facility": facility,
                "building_name": "High Street Surgery",
                "kind": "general practice",
                "place": "PL",
                "msoa": "N1",
                "unit": unit,
                "value": value,
                "p10": value - 1,
                "p90": value + 1,
                "basis": "estimated",
                "as_of": "2022/23",
                "source_id": "gp_payments",
                "evidence_grade": "C",
                "note": "Not validated",
            }
            for facility, unit, value in ((ROOMS, "rooms", 4.5), (FLOOR, "m2", 612.0))
        ]
        + [
            {
                "building": "RC971",
                "facility": "outpatient_rooms",
                "building_name": "The hospital",
                "kind": "trust",
            }
            | {"place": "PL", "msoa": None, "unit": "rooms", "value": None, "p10": None, "p90": None}
            | {"basis": "unknown", "as_of": None, "source_id": "eric", "evidence_grade": "A"}
            | {"note": "Rooms of the site are not published"}
        ]
    )
    local = rows(
        *("area_kind", "area", "facility", "year", "measure"),
        of=[
            (*area, facility, year, measure)
            for area, facility, year, measure in product(
                (("neighbourhood", "N1"), ("team", "T1"), ("hub", "H1"), ("place", "PL")),
                (ROOMS, FLOOR),
                (2026, 2035, 2050),
                ("required", "existing", "gap"),
            )
        ],
        scenario="local_plan",
    )
    local["unit"] = local["facility"].map({ROOMS: "rooms", FLOOR: "m2"})
    local["basis"] = local["measure"].map({"required": "modelled"}).fillna("estimated")
    gap = local["measure"] == "gap"
    local.loc[gap, ["principal", "p10", "p90"]] *= -1
    local["probability_short"] = [0.25 if short else None for short in gap]
    local["probability_short_without_estimate"] = [0.125 if short else None for short in gap]
    local["first_year_short"] = None
    tables["local_estates"] = local
    tables["neighbourhood_estates"] = rows(
        *("neighbourhood", "facility", "year"),
        of=list(product(("N1", "N2"), (ROOMS, "dental_surgeries", FLOOR), (2024, 2035))),
        scenario="local_plan",
        measure="required",
    )
    tables["neighbourhood_estates"]["unit"] = tables["neighbourhood_estates"]["facility"].map(
        {ROOMS: "rooms", "dental_surgeries": "surgeries", FLOOR: "m2"}
    )
    _choices(tables)
    _money(tables)
    _trust(tables, rows)
    return tables


def _choices(tables: dict[str, pd.DataFrame]) -> None:
    tables["estates_options"] = pd.DataFrame(
        [
            {
                "area": "T1",
                "option": option,
                "option_name": name,
                "area_kind": "team",
                "place": "PL",
                "year": 2035,
            }
            | {"rooms_gap": 5.0, "m2_gap": 900.0, "rooms_gained": gained, "m2_gained": gained * 100}
            | {"capital_gbp": cost, "capital_low_bias_gbp": cost * 0.9, "capital_high_bias_gbp": cost * 1.1}
            | {"premises_revenue_gbp": cost / 50, "net_present_cost_gbp": cost * 2, "opens": 2029}
            | {"net_present_cost_low_gbp": cost * 1.8, "net_present_cost_high_gbp": cost * 2.2}
            | {"binds": "its ceiling", "evidence_grade": "C"}
            for option, name, gained, cost in (
                ("new_build", "New building", 6.0, 4_000_000.0),
                ("extend", "Extend", 3.0, 2_000_000.0),
            )
        ]
    )
    tables["estates_plan"] = pd.DataFrame(
        [
            {
                "probability_percent": percent,
                "area": "T1",
                "option": "all",
                "year": 2035,
                "capital_gbp": capital,
            }
            | {
                "capital_low_bias_gbp": capital,
                "capital_high_bias_gbp": capital,
                "premises_revenue_gbp": 1000.0,
            }
            | {"net_present_cost_gbp": 2 * capital, "probability_closed": percent / 100}
            for percent, capital in ((80, 5_000_000.0), (50, 3_000_000.0))
        ]
    )
    tables["estates_pipeline"] = pd.DataFrame(
        [
            {
                "area": "T1",
                "rank": 1,
                "area_name": "Team one",
                "area_kind": "team",
                "place": "PL",
                "year": 2035,
            }
            | {"patients": 1601.0, "m2_gap_p10": -5.0, "m2_gap_p50": 410.0, "m2_gap_p90": 905.0}
            | {"probability_short": 0.9, "first_year_over": 2028.0, "decide_by": 2024.0}
            | {"chosen_options": "Extend", "chosen_for": "least cost", "capital_gbp": 2_000_000.0}
            | {"capital_low_bias_gbp": 1_800_000.0, "capital_high_bias_gbp": 2_200_000.0}
            | {"premises_revenue_gbp": 40_000.0, "net_present_cost_gbp": 4_000_000.0}
            | {"budget_status": "waits", "opens": None, "waits_for": "capital"}
        ]
    )


def _money(tables: dict[str, pd.DataFrame]) -> None:
    tables["estate_schemes"] = pd.DataFrame(
        [
            {"scheme": scheme, "facility": facility, "scheme_name": name, "place": "PL", "provider": provider}
            | {
                "quantity": size,
                "unit": unit,
                "opening_year": 2030,
                "opening_low": 2029,
                "opening_high": 2032,
            }
            | {"switch": "on", "funded": "yes", "evidence_grade": "C"}
            for scheme, facility, name, provider, size, unit in (
                ("H1", ROOMS, "Hub one", None, 12.0, "rooms"),
                ("H1", FLOOR, "Hub one", None, 1080.0, "m2"),
                ("W1", "maternity_beds", "New wing", "RC9", 45.0, "beds"),
            )
        ]
    )
    tables["site_funding"] = pd.DataFrame(
        [
            {"place": "PL", "site_reference": "S1", "kind": "section_106", "name": "New surgery"}
            | {"amount_gbp": 5_000_000.0, "health_part": "not published", "price_year": 2023.0}
            | {"evidence_grade": "C"}
        ]
    )
    tables["contribution_policies"] = pd.DataFrame(
        [
            {"place": "PL", "item": "all", "held_gbp": 250_000.0, "allocated_gbp": 100_000.0}
            | {"expiry_year": 2029.0, "evidence_grade": "B"}
        ]
    )
    tables["developer_contributions"] = pd.DataFrame(
        [
            {"scenario": scenario, "place": "PL", "site_reference": "S1", "site_name": "North field"}
            | {
                "item": item,
                "status": status,
                "trigger": "Before first occupation",
                "price_base": "2024/25 prices",
            }
            | {"amount_gbp": amount, "amount_low_gbp": amount and amount - 10}
            | {"amount_high_gbp": amount and amount + 10, "subject_to_survey_gbp": later}
            | {"subject_to_survey_low_gbp": later - 10, "subject_to_survey_high_gbp": later + 10}
            for scenario, item, status, amount, later in (
                ("local_plan", "hospital_capital", "ask", 123_456.0, 0.0),
                ("local_plan", "general_practice_premises", "survey", 0.0, 654_321.0),
                ("local_plan", "community_premises", "secured", None, 0.0),
                ("draft_plans", "hospital_capital", "ask", 999_999.0, 0.0),
            )
        ]
    )
    tables["capital_requirement"] = pd.DataFrame(
        [
            {
                "scenario": "local_plan",
                "place": place,
                "year": year,
                "facility": FLOOR,
                "price_base": "2024/25 prices",
            }
            | {"principal": capital, "running_cost_gbp": capital / 10, "basis": "growth"}
            for place, year, capital in (
                ("PL", 2024, 7_000_000.0),
                ("PL", 2030, 1_000_000.0),
                ("PL", 2035, 2_000_000.0),
                ("PL", 2040, 9_000_000.0),
                ("SYS", 2035, 4_000_000.0),
            )
        ]
    )


def _trust(tables: dict[str, pd.DataFrame], rows) -> None:  # type: ignore[no-untyped-def]
    tables["demand"] = rows(
        *("scenario", "place", "service", "year"),
        of=list(product(("local_plan", "trend"), ("PL", "SYS"), ("ae_attendances",), (2024, 2035, 2050))),
        unit="attendances",
    )
    tables["provider_demand"] = rows(
        "service",
        "year",
        of=[("births", 2024), ("births", 2035)],
        scenario="local_plan",
        provider="RC9",
        unit="births",
    )
    measures = ("required_wte", "supply_wte", "gap_wte")
    tables["workforce"] = rows(
        *("place", "sector", "staff_group", "measure"),
        of=[
            (place, sector, group, measure)
            for place in ("PL", "SYS")
            for sector, group in (("general_practice", "gps"), ("all", "all_outside_hospital"))
            for measure in measures
        ],
        scenario="local_plan",
        year=2035,
    )
    tables["provider_workforce"] = rows(
        "staff_group",
        "measure",
        of=list(product(("all", "nurses"), measures)),
        scenario="local_plan",
        provider="RC9",
        provider_name="Beds Trust",
        year=2035,
    )
    tables["estates"] = rows(
        "place",
        "facility",
        "year",
        of=list(product(("PL", "SYS"), (ROOMS,), (2024, 2035))),
        scenario="local_plan",
        measure="required",
        unit="rooms",
    )
    beds = "general_acute_beds"
    tables["provider_estates"] = rows(
        *("facility", "measure", "year"),
        of=[(beds, measure, 2035) for measure in ("required", "existing", "gap")]
        + [("theatres", "required", 2024), ("theatres", "required", 2035)],
        scenario="local_plan",
        provider="RC9",
        unit="beds",
    )
    tables["capacity_breach"] = pd.DataFrame(
        [
            {"scenario": "local_plan", "area_kind": "provider", "area": "RC9", "facility": beds}
            | {"year": year, "probability": chance}
            for year, chance in ((2024, 0.1), (2030, 0.5), (2035, 0.75))
        ]
    )
    tables["trust_sites"] = pd.DataFrame(
        [
            {"site_code": "RC971", "site_name": "The hospital", "trust": "RC9", "provider": "RC9"}
            | {"trust_name": "Beds Trust", "site_type": "General acute hospital", "tenure_returned": None}
            | {"place": "PL", "placed_by": "postcode", "gross_internal_area_m2": 72816.0, "as_of": "2019/20"}
            | {"not_suitable_percent": 28.8, "empty_percent": 0.0, "under_used_percent": 1.0}
            | {"backlog_high_risk_gbp": 8.0, "backlog_significant_risk_gbp": None}
            | {"backlog_moderate_risk_gbp": 32.0, "backlog_low_risk_gbp": 1.0}
            | {"built_before_1948_percent": 1.0, "built_1948_to_1974_percent": 99.0}
            | {"built_1975_to_1994_percent": 0.0, "built_since_1995_percent": 0.0}
            | {
                "running_cost_gbp": 35_878_064.0,
                "source_id": "eric",
                "evidence_grade": "A",
                "note": "As returned",
            }
        ]
    )
