"""The estates stage on the shipped figures: recorded beds come out, and gaps are draws' own differences."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from assets.estates.estates_stage import estates_tables
from assets.estates.estates_timing import timing_rows
from assets.estates.premises import Existing
from assets.inputs.settings import RunSettings
from assets.tables.declarations import TABLES
from models.estates.shortfall_causes import CAUSES
from tests.assets.services_run import NEAR, call_stage, named_outputs, services

SYSTEM, LUTON = "E54000024", "E06000032"
NAMES = [
    "estates",
    "provider_estates",
    "neighbourhood_estates",
    "capacity_breach",
    "provider_estates_by_place",
    "beds_by_length_of_stay",
    "estates_causes",
    "capital_requirement",
]


def base(name: str = "estates", year: int = 2024) -> pd.DataFrame:
    frame = services()[name]
    return frame[(frame["scenario"] == "local_plan") & (frame["year"] == year)]


@pytest.mark.parametrize("name", NAMES)
def test_tables_are_as_declared_unique_and_sorted(name: str) -> None:
    frame, table = services()[name], TABLES[name]
    assert list(frame.columns) == table.column_names
    keys = frame[list(table.keys)]
    assert not keys.duplicated().any()
    assert keys.equals(keys.sort_values(list(table.keys), ignore_index=True))
    assert not frame.isna().any().any()


def test_what_is_not_known_to_exist_has_a_requirement_and_no_gap() -> None:
    assert set(services()["estates"]["measure"]) == {"required"}
    rows = services()["provider_estates"]
    known = set(rows.loc[rows["measure"] == "existing", "facility"])
    beds = {"general_acute_beds", "general_acute_beds_winter_peak", "critical_care_beds", "maternity_beds"}
    assert known == beds
    assert known < set(rows.loc[rows["measure"] == "required", "facility"])
    assert set(rows.loc[rows["measure"] == "gap", "facility"]) == known


def existing_in_luton(premises: pd.DataFrame, facility: str, complete: bool = False) -> float | None:
    """What the first year's register has; `complete` where somebody says that it is."""
    made = services()
    rows = [{"place": LUTON, "facility": facility}] if complete else []
    coverage = pd.DataFrame(rows, columns=made["register_coverage"].columns)
    years = np.array([2024])
    settings = RunSettings(draws=2)
    found = Existing(
        premises, made["estate_schemes"], made["practice_places"], coverage, years, settings
    ).of_place(LUTON, facility)
    return None if found is None else float(found[0, 0])


def test_a_survey_of_some_practices_is_not_what_the_place_has() -> None:
    area = "primary_care_gross_internal_area"
    premises = services()["premises"]
    practices = premises[(premises["place"] == LUTON) & premises["registered_patients"].notna()]
    surveyed = practices.assign(facility=area, unit="m2", quantity=600.0)
    for rows, known in ((surveyed[:3], None), (surveyed[1:], None), (surveyed, 600.0 * len(practices))):
        assert existing_in_luton(pd.concat([premises, rows], ignore_index=True), area) == known


def test_some_dentists_are_not_all_of_them_until_somebody_says_so() -> None:
    premises = services()["premises"]
    here = premises[premises["place"] == LUTON]
    one = here[:1].assign(site_code="V00001", facility="dental_surgeries", unit="surgeries", quantity=4.0)
    register = pd.concat([premises, one], ignore_index=True)
    assert existing_in_luton(register, "dental_surgeries") is None
    assert existing_in_luton(register, "dental_surgeries", complete=True) == 4.0
    # A list that is complete, with a practice whose surgeries nobody has counted.
    unknown = one.assign(site_code="V00002", quantity=np.nan)
    register = pd.concat([register, unknown], ignore_index=True)
    assert existing_in_luton(register, "dental_surgeries", complete=True) is None


def test_a_scheme_adds_to_its_area_from_a_year_that_lies_within_its_range() -> None:
    made, draws, years = services(), 2000, np.arange(2024, 2041)
    beds = made["premises"].query("provider == 'RC9' and facility == 'general_acute_beds'")
    row = (
        made["estate_schemes"]
        .iloc[[0]]
        .assign(facility="general_acute_beds", place=None, provider="RC9", neighbourhood=None, quantity=40.0)
    )
    opening = {"opening_year": 2030, "opening_low": 2028, "opening_high": 2034}
    on, off = row.assign(scheme="a wing", switch="on", **opening), row.assign(scheme="a dream", switch="off")
    elsewhere = on.assign(scheme="a wing of the other", provider="RD8", quantity=7.0)
    found = Existing(
        beds,
        pd.concat([off, elsewhere, on], ignore_index=True),
        made["practice_places"],
        made["register_coverage"],
        years,
        RunSettings(draws=draws),
    ).of_provider("RC9", "general_acute_beds")
    assert found is not None
    added = found - beds["quantity"].sum()
    assert set(np.unique(added.round(6))) == {0.0, 40.0}
    assert years[added[0] > 0].min() == 2030
    is_open = dict(zip(years, (added[1:] > 0).mean(axis=0), strict=True))
    # A whole year: what is drawn between 2027.5 and 2028.5 opens in 2028.
    assert 0.04 < is_open[2027] < 0.1 < is_open[2028] < 0.2
    assert 0.4 < is_open[2030] < 0.65
    assert 0.85 < is_open[2033] < 0.9 < is_open[2034] < 0.95


def test_dental_surgeries_and_care_home_places_are_needed_and_nobody_is_asked_to_pay() -> None:
    names = {"dental_surgeries", "care_home_places"}
    assert names <= set(services()["estates"]["facility"])
    assert "dental_surgeries" in set(services()["neighbourhood_estates"]["facility"])
    for table in ("capacity_breach", "estates_timing", "capital_requirement"):
        assert not names & set(services()[table]["facility"])
    facilities = services()["facilities"].set_index("facility").loc[sorted(names)]
    assert (facilities["contribution"] == "none").all()


def test_the_gap_is_what_is_required_beyond_what_exists() -> None:
    rows = services()["provider_estates"].set_index(["scenario", "provider", "year", "facility", "measure"])
    beds = rows.xs("general_acute_beds", level="facility")[["principal", "p10", "p50", "p90"]]
    gap = beds.xs("required", level="measure") - beds.xs("existing", level="measure")
    assert (gap - beds.xs("gap", level="measure")).abs().max().max() < 1e-6


def test_a_breach_is_certain_where_even_the_low_end_is_short_and_impossible_without_a_shortfall() -> None:
    rows = services()["provider_estates"].query("measure == 'gap'")
    breach = services()["capacity_breach"].rename(columns={"area": "provider"})
    both = rows.merge(breach, on=["scenario", "provider", "year", "facility"])
    assert len(both) == len(breach) == len(rows)
    assert (both.loc[both["p10"] > 0, "probability"] >= 0.9).all()
    assert (both.loc[both["p90"] < 0, "probability"] <= 0.1).all()


def test_places_add_up_to_the_system() -> None:
    frame = services()["estates"]
    sums = frame.groupby([frame["place"] == SYSTEM, "scenario", "year", "facility"])["principal"].sum()
    assert (sums[True] - sums[False]).abs().max() < 1e-6


def test_neighbourhoods_add_up_to_their_place() -> None:
    near, place = services()["neighbourhood_estates"], services()["estates"]
    keys = ["scenario", "place", "year", "facility"]
    both = near.groupby(keys)["principal"].sum().to_frame("sum").join(place.set_index(keys)["principal"])
    assert len(both)
    assert (both["sum"] - both["principal"]).abs().max() < 1e-6


def test_older_people_need_more_consulting_rooms_a_head() -> None:
    rows = base("neighbourhood_estates").query("facility == 'gp_consulting_rooms'")
    rooms = rows.set_index(["place", "neighbourhood_name"])["principal"].unstack()
    near = services()["neighbourhood_population"]
    people = pd.concat(list(near.values())).query("year == 2024 and age_band == 'all'")
    people = people[people["scenario"] == "local_plan"]
    heads = people.set_index(["place", "neighbourhood_name"])["principal"].unstack()
    ratio = rooms / heads
    assert (ratio["Older"] > 1.2 * ratio["Younger"]).all()


def test_causes_add_up_to_the_gap_or_the_requirement() -> None:
    causes = services()["estates_causes"]
    assert (causes[list(CAUSES)].sum(axis=1) - causes["total"]).abs().max() < 1e-9
    published = pd.concat(
        [
            services()["estates"].rename(columns={"place": "area"}),
            services()["provider_estates"].rename(columns={"provider": "area"}),
            services()["neighbourhood_estates"]
            .rename(columns={"neighbourhood": "area"})
            .drop(columns="place"),
        ]
    )
    of_need = causes["measure"] == "required_beyond_plans"
    told = causes.assign(measure=causes["measure"].mask(of_need, "required"))
    both = told.merge(published, on=["scenario", "area", "facility", "year", "measure"])
    assert len(both) == len(causes)
    # Where what exists is not known, what opens or closes is taken off what is required.
    net = both["principal"] + both["planned_capacity"].where(both["measure"] == "required", 0.0)
    assert (both["total"] - net).abs().max() < 1e-6
    assert of_need.any()
    assert (causes.loc[causes["measure"] == "required", "planned_capacity"] == 0).all()


def test_a_cause_holds_no_residue_of_the_arithmetic() -> None:
    causes = services()["estates_causes"]
    values = causes[list(CAUSES)].to_numpy()
    largest = np.abs(values).sum(axis=1, keepdims=True)
    assert not ((values != 0) & (np.abs(values) < 1e-12 * largest)).any()
    assert not (np.signbit(values) & (values == 0)).any()


def test_new_homes_of_neighbourhoods_add_up_to_their_place_s() -> None:
    causes = services()["estates_causes"].query("scenario == 'local_plan'")
    near = causes[causes["area_kind"] == "neighbourhood"]
    summed = near.groupby(["part_of", "facility", "year"])["new_homes"].sum()
    place = causes[causes["area_kind"] == "place"].set_index(["area", "facility", "year"])["new_homes"]
    assert (summed - place.loc[summed.index]).abs().max() < 1e-6


def test_new_homes_of_a_site_are_of_its_neighbourhood_though_other_places_call_a_site_the_same() -> None:
    causes = services()["estates_causes"].query(
        "facility == 'gp_consulting_rooms' and area_kind == 'neighbourhood'"
    )
    near = causes[causes["year"] == 2040].set_index("area")["new_homes"]
    people = pd.concat(list(services()["neighbourhood_population"].values()))
    people = people.query("scenario == 'local_plan' and year == 2024 and age_band == 'all'")
    people = people.set_index(["place", "neighbourhood_name"])["principal"]
    for place, name in {area: area.removesuffix(" Younger") for area in NEAR}.items():
        # Of 1.6 homes one is on the site, the others are anywhere that people are.
        younger, of_place = near[place], near[place] + near[f"{name} Older"]
        spread = people[name, "Younger"] / people[name].sum()
        assert younger / of_place == pytest.approx((1 + 0.6 * spread) / 1.6), name


def test_a_year_is_told_to_decide_by_with_its_lead_time() -> None:
    timing = services()["estates_timing"]
    reached = timing[timing["year"].notna()]
    assert len(reached)
    assert (reached["decide_by"] == reached["year"] - reached["lead_time_years"]).all()
    assert set(timing.loc[timing["year"].isna(), "status"]) <= {"not reached"}
    wide = timing.pivot_table(
        index=["scenario", "area", "facility"], columns="threshold_percent", values="year"
    )
    assert (wide[80].dropna() >= wide[50].reindex(wide[80].dropna().index)).all()


def test_a_decision_in_the_first_year_of_decisions_is_in_time_and_a_threshold_is_passed_beyond_it() -> None:
    years = np.arange(2024, 2040)
    probability = np.where(years < 2030, 0.5, np.where(years < 2032, 0.6, 0.9))
    breach = pd.DataFrame(
        {"scenario": "trend", "area": "RC9", "facility": "wards", "year": years, "probability": probability}
    ).assign(area_kind="provider")
    for lead, statuses in ((4, ["in time", "in time"]), (5, ["late", "in time"]), (7, ["late", "late"])):
        rows = timing_rows(breach, {"wards": lead}, 2026).set_index("threshold_percent")
        assert rows["year"].tolist() == [2030, 2032]
        assert rows["decide_by"].tolist() == [2030 - lead, 2032 - lead]
        assert rows["status"].tolist() == statuses
        assert rows["short_today"].tolist() == ["no", "no"]
    today = timing_rows(breach.assign(probability=0.81), {"wards": 4}, 2026)
    assert today["short_today"].tolist() == ["yes", "yes"]
    assert today["status"].tolist() == ["late", "late"]


def test_a_threshold_is_passed_in_its_year_and_every_later_one_and_not_in_the_one_before() -> None:
    breach = services()["capacity_breach"].set_index(["scenario", "area", "facility"]).sort_index()
    timing = services()["estates_timing"].set_index(["scenario", "area", "facility"])
    assert set(timing["short_today"]) == {"yes", "no"}
    for key, row in timing.iterrows():
        of_area = breach.loc[[key]].set_index("year")["probability"]
        passed = of_area > row["threshold_percent"] / 100
        assert passed.iloc[0] == (row["short_today"] == "yes")
        if np.isnan(row["year"]):
            assert not passed.iloc[-1]
            continue
        assert passed[passed.index >= row["year"]].all()
        assert row["year"] == of_area.index[0] or not passed[row["year"] - 1]


def test_capital_of_places_adds_up_to_the_system_and_is_not_spent_before_a_decision() -> None:
    rows = services()["capital_requirement"]
    sums = rows.groupby([rows["place"] == SYSTEM, "scenario", "year", "facility"])["principal"].sum()
    assert (sums[True] - sums[False]).abs().max() < 1e-3
    assert (rows.loc[rows["year"] < 2026, "principal"] == 0).all()
    assert (rows["principal"] >= 0).all()
    assert (rows["present_value_gbp"] <= rows["principal"]).all()
    assert set(rows["price_base"]) == {"2024/25 prices"}


@pytest.mark.parametrize(
    ("facility", "low", "high"),
    [
        ("gp_consulting_rooms", 450, 700),
        ("gp_treatment_rooms", 150, 300),
        ("primary_care_gross_internal_area", 75_000, 81_000),
        ("outpatient_rooms", 250, 400),
        ("theatres", 25, 45),
        ("general_acute_beds", 1500, 1950),
        ("critical_care_beds", 20, 45),
        ("maternity_beds", 70, 140),
        ("mental_health_beds", 200, 450),
        ("imaging_rooms", 60, 140),
        ("endoscopy_rooms", 7, 16),
        ("dental_surgeries", 230, 300),
        ("care_home_places", 5500, 8000),
    ],
)
def test_the_system_s_requirement_is_of_the_known_size(facility: str, low: float, high: float) -> None:
    rows = base()
    required = rows[(rows["place"] == SYSTEM) & (rows["facility"] == facility)]["principal"].item()
    assert low < required < high


def test_homes_bring_need_to_the_neighbourhood_they_stand_in() -> None:
    near = services()["neighbourhood_estates"]
    codes = sorted(near.loc[near["place"] == LUTON, "neighbourhood"].unique())
    lookup = pd.DataFrame({"msoa": codes, "neighbourhood": codes, "neighbourhood_name": codes}, dtype="str")

    def new_homes(sites: pd.DataFrame) -> pd.Series:
        made = {**services(), "site_neighbourhoods": sites, "neighbourhoods": lookup}
        table = named_outputs(estates_tables, call_stage(estates_tables, made))["estates_causes"]
        rows = table[(table["scenario"] == "local_plan") & (table["year"] == 2040)]
        rows = rows[(rows["part_of"] == LUTON) & (rows["facility"] == "gp_consulting_rooms")]
        return rows.set_index("area")["new_homes"]

    sites = services()["site_neighbourhoods"]
    each = {code: new_homes(sites.assign(msoa=code)) for code in codes}
    nowhere = new_homes(sites[:0])
    for code in codes:
        assert each[code].sum() == pytest.approx(nowhere.sum())
        assert each[code][code] > nowhere[code]
        assert (each[code].drop(code) < nowhere.drop(code)).all()


def test_before_the_first_home_of_a_site_what_homes_bring_is_shared_by_people_and_adds_up() -> None:
    delivery = services()["housing_delivery"]
    late = delivery.assign(principal=delivery["principal"].where(delivery["year"] >= 2035, 0.0))
    made = {**services(), "housing_delivery": late}
    table = named_outputs(estates_tables, call_stage(estates_tables, made))["estates_causes"]
    table = table[(table["scenario"] == "local_plan") & (table["facility"] == "dental_surgeries")]
    place = table[table["area_kind"] == "place"].set_index(["area", "year"])["new_homes"]
    near = table[table["area_kind"] == "neighbourhood"].groupby(["part_of", "year"])["new_homes"].sum()
    assert near.to_numpy() == pytest.approx(place.loc[near.index].to_numpy(), abs=1e-9)
    assert (place.xs(2033, level="year").abs() > 0).any()
