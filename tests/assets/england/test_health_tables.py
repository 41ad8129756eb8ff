"""The national tables of health as they are shipped: keys, totals, and what is known of two trusts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from assets.england.health.trusts import MERGERS_FILE
from assets.england.national_tables import england_table
from tests.assets.england.test_national_tables import rebuilt

OURS = ("E06000032", "E06000042", "E06000055", "E06000056")


def current() -> set[str]:
    authorities = england_table("authorities")
    return set(authorities.loc[authorities["status"].eq("current"), "code"])


def test_a_e_has_every_month_and_the_figures_of_two_trusts() -> None:
    table = england_table("ae_monthly")
    assert not table.duplicated(["provider", "month"]).any()
    assert sorted(set(table["month"])) == [str(m) for m in pd.period_range("2019-04", "2026-05", freq="M")]
    rows = table.set_index(["provider", "month"])
    assert rows.loc[("RC9", "2025-02"), ["ae_attendances", "emergency_admissions"]].tolist() == [23687, 6502]
    assert rows.loc[("RD8", "2019-09"), "ae_attendances"] == 12277
    assert (
        rows.loc[("RC1", "2019-09"), "ae_attendances"] + rows.loc[("RC9", "2019-09"), "ae_attendances"]
        == 20205
    )
    parts = table[["type_1_attendances", "type_2_attendances", "other_attendances"]].sum(axis=1)
    assert parts.eq(table["ae_attendances"]).all()
    assert table.loc[table["month"].eq("2026-05"), "ae_attendances"].sum() == 2_457_398


def test_every_provider_of_the_last_month_has_a_board_and_centres_a_trust_they_count_for() -> None:
    ae, providers = england_table("ae_monthly"), england_table("ae_providers").set_index("provider")
    last = ae[ae["month"].eq(ae["month"].max()) & ae["ae_attendances"].gt(0)]
    assert providers.loc[last["provider"], "icb_2026"].isin(england_table("practices")["icb"]).all()
    footprints = england_table("ae_footprints")
    assert set(last["provider"]) - set(footprints["provider"]) <= set(
        last.loc[last["type_1_attendances"].eq(0), "provider"]
    )
    assert footprints.groupby("provider")["proportion"].sum().to_numpy() == pytest.approx(1.0)
    putnoe = footprints[footprints["provider"].eq("Y02428")]
    assert putnoe[["acute_trust", "proportion"]].to_numpy().tolist() == [["RC9", 1.0]]
    assert providers.loc["Y02428", ["icb_2024", "icb_2026"]].tolist() == ["QHG", "S1Y5D"]


def test_every_trust_that_closed_has_successors_that_are_open() -> None:
    trusts = england_table("trusts").set_index("trust")
    closed = trusts[trusts["status"].eq("closed")]
    ends = {end for successors in closed["successor"] for end in successors.split()}
    assert closed["successor"].ne("").all()
    assert trusts.loc[sorted(ends), "status"].eq("open").all()
    assert closed.loc["RC1", "successor"] == "RC9"
    assert closed.loc["RW6", "successor"] == "R0A RM3"
    assert trusts.loc["RC9", ["icb_2024", "icb_2026"]].tolist() == ["QHG", "S1Y5D"]
    boards = set(england_table("practices")["icb"])
    assert len(boards) == 36
    assert set(trusts.loc[trusts["status"].eq("open"), "icb_2026"]) == boards


def test_a_merger_that_is_not_in_the_list_shows_in_attendances() -> None:
    """As the code ends, its successor takes up most of what it had of England's attendances."""
    mergers = pd.read_csv(MERGERS_FILE)
    months = england_table("ae_monthly").pivot_table(
        index="month", columns="provider", values="ae_attendances", aggfunc="sum"
    )
    months = months.div(months.sum(axis=1), axis=0)
    held = 0
    for trust, successor in zip(mergers["trust"], mergers["successor"], strict=True):
        if trust not in months or successor not in months or not months[trust].max():
            continue
        after = int(months[trust].fillna(0).to_numpy().nonzero()[0][-1]) + 1
        before = months.iloc[after - 1].fillna(0)
        gained = months[successor].iloc[after : after + 2].mean() - before[successor]
        assert gained > 0.5 * before[trust], (trust, successor)
        held += 1
    assert held >= 7


def test_catchments_are_shares_of_trusts_of_today_on_authorities_of_today() -> None:
    table = england_table("trust_catchments")
    assert set(table["authority"]) == current()
    sums = table.groupby("trust")["share_of_trust"].sum()
    assert len(sums) == 134
    assert (sums - 1).abs().max() < 1e-9
    trusts = england_table("trusts").set_index("trust")
    assert trusts.loc[sorted(set(table["trust"])), "status"].eq("open").all()
    ours = table[table["authority"].isin(OURS)].groupby("trust")["share_of_trust"].sum()
    assert ours["RC9"] == pytest.approx(0.893, abs=0.001)
    assert ours["RD8"] == pytest.approx(0.883, abs=0.001)


def test_registered_patients_are_those_of_england_and_every_practice_has_a_place() -> None:
    practices, ages = england_table("practices"), england_table("practice_ages")
    assert practices["patients"].sum() == ages["patients"].sum() == 63_436_508
    assert set(practices["authority"]) == current()
    assert practices["placed_by"].eq("allocations").all()
    assert practices["msoa"].str.fullmatch(r"E02\d{6}").all()
    assert practices.groupby("authority")["patients"].sum().loc[list(OURS)].tolist() == [
        287_841,
        348_971,
        204_161,
        303_129,
    ]


def test_need_of_england_is_one_and_no_authority_is_beyond_belief() -> None:
    table = england_table("need_index")
    assert set(table["authority"]) == current()
    england = table.groupby("service")[["weighted_population", "age_weighted_population"]].sum()
    assert (england["weighted_population"] / england["age_weighted_population"]).to_numpy() == pytest.approx(
        1.0
    )
    wide = table.pivot_table(index="authority", columns="service", values="need_index")
    for service in ("general_and_acute", "prescribing", "primary_medical", "community"):
        assert wide[service].between(0.72, 1.35).all(), service
    assert wide["mental_health"].between(0.55, 1.60).all()
    assert (
        wide.loc["E06000009", "general_and_acute"] > 1.15 > 0.9 > wide.loc["E06000041", "general_and_acute"]
    )


@pytest.mark.parametrize("activity", ["emergency_admissions", "day_cases"])
def test_need_by_the_fitted_profile_is_near_that_by_englands_own_rates_by_age(
    root: Path, activity: str
) -> None:
    """Rates by age that had no part in the fit order the authorities nearly the same."""
    adults = pd.read_csv(root / "data" / "hospital_activity_rates_adults.csv")
    adults = adults[adults["area"].eq("E92000001") & adults["activity"].eq(activity)]
    children = pd.read_csv(root / "data" / "hospital_activity_rates_children.csv").set_index("age_from")
    rates = {age: float(children.loc[max(age, 1), f"{activity}_per_1000"]) for age in (0, 5, 10, 15)}
    for age in range(20, 100, 5):
        row = adults[adults["age_from"].le(min(age + 2, 90))].iloc[-1]
        rates[age] = (row["female_per_1000"] + row["male_per_1000"]) / 2
    ages, need = england_table("practice_ages"), england_table("practice_need").set_index("practice")
    expected = (ages["patients"] * ages["age_from"].map(rates)).groupby(ages["practice"]).sum()
    patients = ages.groupby("practice")["patients"].sum()
    need = need.loc[expected.index].assign(by_age=expected / patients)
    need["by_age"] *= need["registered_population"]
    added = need.groupby("authority")[["general_and_acute", "by_age"]].sum()
    index = england_table("need_index")
    index = index[index["service"].eq("general_and_acute")].set_index("authority")["need_index"]
    by_rates = added["general_and_acute"] / added["by_age"]
    assert np.corrcoef(by_rates.loc[index.index], index)[0, 1] > 0.94


def test_staff_in_post_are_days_available_over_the_days_of_the_month() -> None:
    table = england_table("trust_staff").set_index(["trust", "month"])
    luton = table.loc[("RC9", "2024-06")]
    assert luton["mean_fte"] == pytest.approx(248197.04314 / 30)
    assert luton["sickness_rate"] == pytest.approx(0.0436, abs=5e-5)
    assert table.groupby("month").size().index.tolist() == [
        str(month) for month in pd.period_range("2024-04", "2025-03", freq="M")
    ]


def test_a_quarter_whose_beds_repeat_another_to_the_digit_says_so() -> None:
    table = england_table("beds_quarterly").set_index(["trust", "quarter"])
    assert table.loc[("RC9", "2023-24 Q4"), "repeats"] == "2022-23 Q4"
    assert table.loc[("RC9", "2022-23 Q4"), "repeats"] == ""
    assert table["repeats"].ne("").sum() == 39


def test_no_table_of_staff_or_care_has_a_row_of_one_person() -> None:
    staff = england_table("pcn_staff")
    assert not {"UNIQUE_IDENTIFIER", "staff_role"} & set(staff.columns)
    assert staff["fte"].sum() == pytest.approx(england_table("pcn_staff_roles")["fte"].sum(), abs=1)
    care = england_table("social_care")
    counties = set(england_table("authorities")["upper_tier"])
    care = care[care["council"] != "E92000001"]
    assert set(care["council"]) <= counties
    assert len(set(care["council"])) == 153


def test_turnover_of_care_staff_is_as_published_by_authority_and_of_england() -> None:
    care = england_table("social_care")
    turnover = care[care["measure"] == "staff_turnover"].set_index("council")["outcome"]
    chosen = turnover[["E92000001", "E06000055", "E06000032"]]
    assert chosen.to_numpy() == pytest.approx([23.7, 26.4, 23.2])
    assert len(turnover) == 154


@pytest.mark.parametrize("subject", ["trusts", "beds"])
def test_the_tables_in_the_project_are_made_of_the_published_files(
    subject: str, shared: Callable[[str], Path], tmp_path: Path
) -> None:
    rebuilt(tmp_path, shared("england"), subject)


@pytest.mark.long
@pytest.mark.parametrize(
    "subject",
    [
        "emergency_departments",
        "urgent_care",
        "trust_staff",
        "practices",
        "need",
        "network_staff",
        "health_estates",
        "social_care",
    ],
)
def test_the_larger_tables_are_made_of_the_published_files(
    subject: str, shared: Callable[[str], Path], tmp_path: Path
) -> None:
    rebuilt(tmp_path, shared("england"), subject)
