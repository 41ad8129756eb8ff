"""Pages of areas against the rows they are made of: each kind, what is unknown, what a release lacks."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from assets.publication.report.area_pages.all_area_pages import area_pages
from assets.publication.report.area_pages.page_parts import number
from tests.assets.publication.report.area_pages.made_area_tables import FLOOR, NAMES, ROOMS, made

Tables = dict[str, pd.DataFrame]


def pages_of(tables: Tables) -> dict[str, Any]:
    return area_pages(tables, NAMES, ["PL", "SYS"], "SYS", 2024, 2035)


@pytest.fixture(scope="module")
def tables() -> Tables:
    return made()


@pytest.fixture(scope="module")
def pages(tables: Tables) -> dict[str, Any]:
    return pages_of(tables)


def part(page: dict[str, Any], title: str) -> dict[str, Any]:
    found = [each for each in page["parts"] if each["title"].startswith(title)]
    assert len(found) == 1, [each["title"] for each in page["parts"]]
    return dict(found[0])


def row(page: dict[str, Any], title: str, first: str) -> list[Any]:
    rows = [each for each in part(page, title)["rows"] if first in str(each[0])]
    assert len(rows) == 1, (first, part(page, title)["rows"])
    return list(rows[0])


def one(frame: pd.DataFrame, **where: object) -> pd.Series:
    for column, value in where.items():
        frame = frame[frame[column] == value]
    assert len(frame) == 1, where
    return frame.iloc[0]


def words(page: dict[str, Any]) -> str:
    return str(page)


def test_every_area_has_a_page_of_its_kind(pages: dict[str, Any]) -> None:
    assert {code: page["kind"] for code, page in pages.items()} == {
        **{"SYS": "system", "PL": "place", "N1": "neighbourhood", "N2": "neighbourhood"},
        **{"T1": "team", "H1": "hub", "RC9": "trust", "RC971": "trust site"},
    }


def test_no_cell_is_blank_or_a_missing_value_in_disguise(pages: dict[str, Any]) -> None:
    for code, page in pages.items():
        for each in page["parts"]:
            for line in each.get("rows", []):
                assert len(line) == len(each["columns"]) == len(each["numeric"])
                blank = [at for at, cell in enumerate(line) if cell in ("", "nan", "None")]
                # Only planning of a row that is of no site has nothing to say.
                assert [each["columns"][at] for at in blank] in ([], ["Planning"]), (
                    code,
                    each["title"],
                    line,
                )
        assert "nan" not in words(page).replace("Finan", "").replace("finan", "").split("'"), code
        assert "None" not in words(page), code


def test_links_lead_to_pages_that_there_are(pages: dict[str, Any]) -> None:
    for page in pages.values():
        cells = [cell for each in page["parts"] for line in each.get("rows", []) for cell in line]
        cells += [cell for each in page["parts"] for cell in each.get("points", [])] + page["within"]
        assert {cell[0] for cell in cells if isinstance(cell, list)} <= set(pages)


def test_a_neighbourhoods_people_are_those_of_the_principal_scenario(
    pages: dict[str, Any], tables: Tables
) -> None:
    frame = tables["neighbourhood_population"].query("scenario == 'local_plan' and neighbourhood == 'N1'")
    for band, said in (("all", "All\u00a0ages"), ("0-4", "0-4"), ("85+", "85+")):
        found = row(pages["N1"], "People by age", said)
        by_year = {year: one(frame, age_band=band, year=year) for year in (2024, 2030, 2035, 2040)}
        assert found[1:5] == [number(each["principal"]) for each in by_year.values()]
        assert found[5] == f"{number(by_year[2035]['p10'])} to {number(by_year[2035]['p90'])}"
    older = frame[(frame["year"] == 2035) & frame["age_band"].isin(["65-74", "75-84", "85+"])]
    assert f"Of them {number(older['principal'].sum())} are 65 or over" in pages["N1"]["lead"][0]


def test_a_teams_people_are_the_sum_of_its_neighbourhoods_without_a_range(
    pages: dict[str, Any], tables: Tables
) -> None:
    frame = tables["neighbourhood_population"].query("scenario == 'local_plan' and age_band == '0-4'")
    found = row(pages["T1"], "People by age", "0-4")
    sums = frame.groupby("year")["principal"].sum()
    assert found[1:5] == [number(sums[year]) for year in (2024, 2030, 2035, 2040)]
    assert not any("range" in heading for heading in part(pages["T1"], "People by age")["columns"])
    assert "No range" in part(pages["T1"], "People by age")["says"]
    assert row(pages["H1"], "People by age", "0-4")[3] == number(
        one(frame, neighbourhood="N2", year=2035)["principal"]
    )


def test_homes_stand_in_their_years_and_those_recorded_apart(pages: dict[str, Any], tables: Tables) -> None:
    homes = part(pages["N1"], "Homes by site")
    assert homes["columns"][2] == "2024/25"
    assert homes["columns"][-1] == "2035/36"
    at = homes["columns"].index("2030/31")
    site = one(tables["housing_delivery"], scenario="local_plan", site_reference="S1", year=2030)
    assert row(pages["N1"], "Homes by site", "North field (S1)")[at] == number(site["principal"])
    frame = tables["neighbourhood_homes"]
    own = one(frame, msoa="N1", year=2030)
    assert row(pages["N1"], "Homes by site", "no named site")[at] == number(own["spread_homes"])
    assert row(pages["N1"], "Homes by site", "All homes")[at] == number(own["homes"])
    recorded = one(frame, msoa="N1", year=2023)["recorded_homes"]
    assert f"Recorded from 2023/24 to 2023/24: {number(recorded)}" in homes["says"]
    both = frame[frame["year"] == 2030]["homes"].sum()
    assert row(pages["T1"], "Homes by site", "All homes")[at] == number(both)
    assert "No site of the trajectories lies here" in part(pages["N2"], "Homes by site")["says"]


def test_a_practice_has_its_whole_list_and_its_space_is_called_an_estimate(pages: dict[str, Any]) -> None:
    found = row(pages["N1"], "Practices that stand here", "High Street Surgery (E1)")
    assert found[1:] == [
        "1,584",
        "4.5 (3.5 to 5.5)",
        "612 (611 to 613)",
        "estimated, not validated",
    ]
    assert "No practice has its main building here" in part(pages["N2"], "Practices that stand here")["says"]
    used = part(pages["N1"], "Where residents")
    assert used["rows"] == [
        ["High Street Surgery (E1)", "711", "98 %"],
        ["Practices outside the area", "13", "2 %"],
    ]
    assert used["says"].startswith("Estimated from distance")


@pytest.mark.parametrize(("code", "kind"), [("N1", "neighbourhood"), ("T1", "team"), ("H1", "hub")])
def test_space_required_existing_and_short_is_that_of_the_area_and_year(
    code: str, kind: str, pages: dict[str, Any], tables: Tables
) -> None:
    frame = tables["local_estates"].query(f"area_kind == '{kind}'")
    for facility, said, decimals in ((ROOMS, "Consulting rooms", 1), (FLOOR, "Gross internal area", 0)):
        for year, told in ((2026, "2026/27"), (2035, "2035/36")):
            found = row(pages[code], "General practice: required", f"{said}{', m²' * (not decimals)}, {told}")
            for at, measure in enumerate(("required", "existing", "gap"), start=1):
                each = one(frame, facility=facility, year=year, measure=measure)
                assert found[at].startswith(f"{number(each['principal'], decimals)} ("), (measure, found)
            assert found[4:] == ["25 %", "12 %", "not by 2050/51"]
    assert "not validated" in part(pages[code], "General practice: required")["says"]
    gap = one(frame, facility=FLOOR, year=2035, measure="gap")["principal"]
    assert f"{number(-gap)} m² to spare" in " ".join(pages[code]["lead"])


def test_a_neighbourhood_without_a_practice_is_told_no_gap(pages: dict[str, Any]) -> None:
    assert "rows" not in part(pages["N2"], "General practice: required")
    assert len(pages["N2"]["lead"]) == 1
    assert part(pages["N2"], "Space its residents")["rows"]


def test_options_are_told_with_their_cost_and_price_base(pages: dict[str, Any]) -> None:
    options = part(pages["T1"], "Options for the gap")
    assert [line[0] for line in options["rows"]] == ["Extend", "New building"]
    assert options["rows"][0][1:7] == [
        *("3.0", "300", "£2,000,000 (£1,800,000 to £2,200,000)", "£40,000"),
        *("£4,000,000", "2029/30"),
    ]
    assert "5.0 rooms and 900 m² in 2035/36" in options["says"]
    assert "2024/25 prices" in options["says"]
    plan = part(pages["T1"], "Least-cost set")
    assert [line[:2] for line in plan["rows"]] == [["50 %", "£3,000,000"], ["80 %", "£5,000,000"]]
    said = " ".join(plan["points"])
    assert "Budgets: waits, for capital." in said
    assert "would have had to be decided in 2024/25" in said
    assert "No option is costed" not in options["says"]
    assert "not in this release for this area" in part(pages["H1"], "Options for the gap")["says"]


def test_money_is_told_with_its_expiry_or_that_none_is_known(tables: Tables, pages: dict[str, Any]) -> None:
    secured = part(pages["N1"], "Secured money")
    assert secured["rows"] == [
        [
            "New surgery (Section 106)",
            "S1",
            "£5,000,000 in all; the part for health is not published (2023/24 prices)",
            "not on the register",
            "C",
        ]
    ]
    assert secured["points"] == [
        "Luton holds £250,000 for all, £100,000 of it allocated: to be spent by the end of 2029/30 (grade B)."
    ]
    none = {**tables, "contribution_policies": tables["contribution_policies"].assign(held_gbp=None)}
    assert "is not known" in part(pages_of(none)["N1"], "Secured money")["points"][0]
    hub = part(pages["H1"], "Secured money")["rows"]
    assert len(hub) == 1
    assert "12 rooms" in hub[0][0]
    assert "1,080 m²" in hub[0][0]
    assert "2030/31 (2029/30 to 2032/33)" in hub[0][1]
    assert "45 beds" in part(pages["RC9"], "Secured money")["rows"][0][0]


def test_contributions_are_those_of_the_principal_scenario_to_the_pound(pages: dict[str, Any]) -> None:
    items = part(pages["N1"], "Developer contributions")
    assert [line[1:4] for line in items["rows"]] == [
        ["requested", "£123,456 (£123,446 to £123,466)", "£0"],
        ["after a survey", "£0", "£654,321 (£654,311 to £654,331)"],
    ]
    assert items["points"] == ["S1: 1 item agreed; the sum is not known."]
    for code in ("PL", "T1"):
        assert part(pages[code], "Developer contributions")["rows"][0][1:3] == ["£123,456", "£654,321"]
    assert "No site lies here" in part(pages["N2"], "Developer contributions")["says"]


def test_a_place_has_people_demand_staff_space_and_capital(pages: dict[str, Any], tables: Tables) -> None:
    place = pages["PL"]
    people = one(tables["population"], scenario="local_plan", place="PL", year=2035, age_band="65+")
    assert row(place, "People by age", "65+")[3] == number(people["principal"])
    demand = {
        year: one(tables["demand"], scenario="local_plan", place="PL", year=year) for year in (2024, 2035)
    }
    now, then = demand[2024], demand[2035]
    assert row(place, "Demand", "A&E attendances")[1:3] == [
        number(now["principal"]),
        f"{number(then['principal'])} ({number(then['p10'])} to {number(then['p90'])})",
    ]
    gps = (
        tables["workforce"].query("place == 'PL' and staff_group == 'gps'").set_index("measure")["principal"]
    )
    assert row(place, "Staff", "GPs")[1:3] == [number(gps["required_wte"]), number(gps["supply_wte"])]
    assert row(place, "Staff", "GPs")[3].startswith(number(gps["gap_wte"]))
    assert part(place, "Staff")["rows"][-1][0] == "All staff outside hospitals"
    rooms = one(tables["estates"], place="PL", year=2035)["principal"]
    assert row(place, "Rooms, beds", "consulting rooms")[2].startswith(number(rooms, 1))
    capital = part(place, "Capital")
    assert capital["columns"][1] == "2030/31 to 2035/36"
    assert capital["rows"] == [["Primary care floor area", "£3,000,000", "£200,000", "growth"]]
    # The gap is that of the team's own page, which has the principal run's.
    short = one(
        tables["local_estates"], area="T1", facility=FLOOR, year=2035, measure="gap", scenario="local_plan"
    )
    assert part(place, "Neighbourhood teams")["rows"][0][:4] == [
        ["T1", "Team one"],
        "team",
        "1",
        f"{number(short['principal'])} ({number(short['p10'])} to {number(short['p90'])})",
    ]


def test_a_trust_has_its_beds_its_staff_and_what_is_not_published(
    pages: dict[str, Any], tables: Tables
) -> None:
    beds = tables["provider_estates"].query("facility == 'general_acute_beds'").set_index("measure")
    found = row(pages["RC9"], "Beds of the trust", "General and acute beds")
    assert found[1].startswith(number(beds.loc["required", "principal"]))
    assert found[2] == number(beds.loc["existing", "principal"])
    assert found[3].startswith(number(beds.loc["gap", "principal"]))
    assert found[4:] == ["75 %", "2030/31", "not known"]
    assert "not published" in part(pages["RC9"], "Rooms and spaces")["says"]
    gap = one(tables["provider_workforce"], staff_group="nurses", measure="gap_wte")["principal"]
    assert row(pages["RC9"], "Staff", "Nurses")[3].startswith(number(gap))


def test_a_site_says_what_was_not_returned_and_never_sums_it_as_nothing(pages: dict[str, Any]) -> None:
    site = pages["RC971"]
    assert "Backlog maintenance: not returned" in site["lead"][0]
    assert row(site, "The site as returned", "significant risk")[1] == "not returned"
    assert row(site, "The site as returned", "high risk")[1] == "£8"
    assert row(site, "The site as returned", "Tenure")[1] == "not known"
    assert row(site, "On the register", "Outpatient rooms")[1] == "not known"
    assert site["within"] == [["RC9", "Beds Trust"], ["PL", "Luton"]]


def test_a_release_without_a_table_says_so(tables: Tables) -> None:
    bare = {name: tables[name] for name in ("population", "neighbourhood_population", "housing_delivery")}
    pages = pages_of(bare)
    assert set(pages) == {"SYS", "PL", "N1", "N2"}
    said = words(pages["PL"])
    for title in ("Demand", "Staff", "Capital", "Rooms, beds"):
        assert "not in this release" in part(pages["PL"], title)["says"], said
    assert "not in this release" in part(pages["N1"], "General practice: required")["says"]


def test_two_areas_of_one_code_are_refused(tables: Tables) -> None:
    doubled = {**tables, "hub_catchments": tables["hub_catchments"].assign(hub="T1")}
    with pytest.raises(ValueError, match="T1 is the code of a team and of a hub"):
        pages_of(doubled)


def test_a_hub_is_in_the_place_of_its_scheme_and_names_those_it_serves(tables: Tables) -> None:
    elsewhere = {**tables, "estate_schemes": tables["estate_schemes"].assign(place="SYS")}
    hub = pages_of(elsewhere)["H1"]
    assert hub["within"] == [["SYS", "The system"], ["PL", "Luton"]]
    pipeline = tables["estates_pipeline"]
    ranked = {
        **elsewhere,
        "estates_pipeline": pd.concat([pipeline.assign(rank=2), pipeline.assign(area="H1")]),
    }
    made = pages_of(ranked)
    by_place = {
        code: [line[0][0] for line in part(made[code], "Neighbourhood teams")["rows"]]
        for code in ("PL", "SYS")
    }
    assert by_place == {"PL": ["T1"], "SYS": ["H1", "T1"]}


def test_all_homes_of_a_place_are_its_own_with_their_range(pages: dict[str, Any], tables: Tables) -> None:
    delivery = tables["housing_delivery"]
    for code, title in (("PL", "Homes by site"), ("SYS", "Homes by place")):
        homes = part(pages[code], title)
        at = homes["columns"].index("2030/31")
        lines = {str(line[0]): line[at] for line in homes["rows"]}
        own = one(delivery, scenario="local_plan", place="PL", site_reference="all", year=2030)
        assert lines["All homes" if code == "PL" else "['PL', 'Luton']"] == number(own["principal"])
        last = one(delivery, scenario="local_plan", place=code, site_reference="all", year=2030)
        assert homes["rows"][-1][0] == "80 % range"
        assert homes["rows"][-1][at] == f"{number(last['p10'])} to {number(last['p90'])}"


def test_a_site_in_another_place_of_the_same_reference_is_another_site(tables: Tables) -> None:
    other = tables["site_funding"].assign(place="SYS", name="Elsewhere")
    asked = tables["developer_contributions"].assign(place="SYS", amount_gbp=777.0)
    both = {
        **tables,
        "site_funding": pd.concat([tables["site_funding"], other]),
        "developer_contributions": pd.concat([tables["developer_contributions"], asked]),
    }
    page = pages_of(both)["N1"]
    assert len(part(page, "Secured money")["rows"]) == 1
    assert len(part(page, "Developer contributions")["rows"]) == 2


def test_a_page_says_what_it_does_not_show(tables: Tables) -> None:
    register = tables["estates_register"]
    practices = pd.concat(
        [
            register,
            *(register[register["building"] == "E1"].assign(building=f"P{each:02}") for each in range(12)),
        ]
    )
    shown = part(pages_of({**tables, "estates_register": practices})["N1"], "Practices that stand here")
    assert len(shown["rows"]) == 9
    assert shown["rows"][0][0].endswith("(E1)")
    assert "4 with smaller lists: see estates_register" in shown["says"]
