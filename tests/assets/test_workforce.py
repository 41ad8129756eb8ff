"""The workforce stage on the shipped figures: recorded posts come out, groups and places add up."""

from __future__ import annotations

import pandas as pd
import pytest

from assets.registry import TABLES
from tests.assets.services_run import services

SYSTEM = "E54000024"


def base(name: str = "workforce", year: int = 2024) -> pd.DataFrame:
    frame = services()[name]
    return frame[(frame["scenario"] == "local_plan") & (frame["year"] == year)]


@pytest.mark.parametrize("name", ["staffing_base", "workforce", "provider_workforce"])
def test_tables_are_as_declared_unique_and_sorted(name: str) -> None:
    frame, table = services()[name], TABLES[name]
    assert list(frame.columns) == table.column_names
    keys = frame[list(table.keys)]
    assert not keys.duplicated().any()
    assert keys.equals(keys.sort_values(list(table.keys), ignore_index=True))
    required = [column.name for column in table.columns if not column.nullable]
    assert not frame[required].isna().any().any()


def test_every_staff_group_is_required_everywhere_in_every_year() -> None:
    frame = services()["workforce"]
    assert len(frame) == 6 * 5 * 27 * (len(services()["staff_groups"]) + 1)
    assert (frame["principal"] > 0).all()
    assert set(frame["measure"]) == {"required_wte"}


def test_gps_of_the_base_year_are_the_recorded_fte_trainees_apart() -> None:
    rows = base().set_index(["place", "staff_group"])["principal"]
    recorded = services()["gp_workforce_and_patients"].set_index("place")["gp_fte"]
    for place, fte in recorded.items():
        assert rows[place, "gps"] + rows[place, "gps_in_training"] == pytest.approx(fte)
    assert rows[SYSTEM, "gps"] == pytest.approx(405.8, abs=0.1)


def test_posts_of_the_system_come_out_in_the_base_year() -> None:
    rows = base().set_index(["place", "staff_group"])["principal"]
    posts = services()["staffing_base"].set_index(["area", "staff_group"])["wte"]
    for group in ("adult_social_care_staff", "community_staff", "mental_health_staff"):
        assert rows[SYSTEM, group] == pytest.approx(posts[SYSTEM, group])


def test_each_trust_requires_its_own_posts_in_the_base_year() -> None:
    rows = base("provider_workforce").set_index(["provider", "staff_group"])["principal"]
    posts = services()["staffing_base"].set_index(["area", "staff_group"])["wte"]
    for provider in ("RC9", "RD8"):
        for group in ("doctors", "nurses", "midwives", "support_to_clinical_staff"):
            assert rows[provider, group] == pytest.approx(posts[provider, group])
    # 489 FTE doctors were recorded at Milton Keynes in April 2022, before two years of growth and vacancies.
    assert 489 < rows["RD8", "doctors"] < 620


def test_groups_add_up_to_all_and_places_to_the_system() -> None:
    frame = services()["workforce"]
    whole = frame[frame["staff_group"] == "all"].set_index(["scenario", "place", "year"])["principal"]
    parts = frame[frame["staff_group"] != "all"].groupby(["scenario", "place", "year"])["principal"].sum()
    assert (whole - parts).abs().max() < 1e-6
    by_place = frame.groupby([frame["place"] == SYSTEM, "scenario", "year", "sector", "staff_group"])[
        "principal"
    ].sum()
    assert (by_place[True] - by_place[False]).abs().max() < 1e-6


def test_evidence_grades_say_what_is_recorded_and_what_is_assumed() -> None:
    grades = services()["staffing_base"].groupby("staff_group")["evidence_grade"].first()
    assert grades["gps"] == "A"
    for group in ("practice_nurses", "community_staff", "mental_health_staff"):
        assert grades[group] == "C"


def test_staff_grow_with_the_demand_that_drives_them() -> None:
    staff = services()["workforce"].set_index(["scenario", "place", "year", "staff_group"])["principal"]
    need = services()["demand"].set_index(["scenario", "place", "year", "service"])["principal"]
    for year in (2030, 2050):
        grown = staff["local_plan", SYSTEM, year, "midwives"] / staff["local_plan", SYSTEM, 2024, "midwives"]
        births = need["local_plan", SYSTEM, year, "births"] / need["local_plan", SYSTEM, 2024, "births"]
        assert grown == pytest.approx(births)
