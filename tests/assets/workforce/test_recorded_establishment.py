"""Staff files by their month: where supply starts, what posts are, and that posts do not follow staff."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from assets.inputs.settings import RunSettings
from assets.official_files.staff_files import recorded_staff_files
from assets.workforce.posts_and_staff import staff_in_post, staffing_base
from assets.workforce.required_staff import place_needs, provider_needs
from assets.workforce.staff_draws import AreaStaff, area_staff
from assets.workforce.workforce_inputs import StaffingTables
from tests.assets.services_run import DRAWS, call_stage, named_outputs, services

TRUST, OTHER, LUTON = "RD8", "RC9", "E06000032"
SETTINGS = {"draws": DRAWS, "published_at": "2026-07-15T06:00:00+00:00"}


def shipped(area: str = TRUST) -> pd.Series:
    """Staff in post of the base year by group, as the tables have them."""
    base = services()["staffing_base"]
    return base[base["area"] == area].set_index("staff_group")["in_post_wte"]


def staff_file(month: str, times: float = 1.0, area: str = TRUST, **changed: float) -> list[str]:
    """A tidy file of a trust's staff: those of the tables, times a factor."""
    wte = {group: value * times for group, value in shipped(area).items()} | changed
    rows = [f"{area},{group},all,{month},{value / 0.9},{value}" for group, value in wte.items()]
    return ["area,staff_group,age_band,month,headcount,wte", *rows]


def made_with(folder: Path, **files: list[str]) -> dict[str, Any]:
    """The stage up to staff in post with files in the folder of staff files."""
    there = folder / "published_workforce"
    there.mkdir(parents=True)
    for name, lines in files.items():
        (there / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    made = {**services(), "settings": RunSettings(data_directory=str(folder), **SETTINGS)}
    for asset in (recorded_staff_files, staffing_base, staff_in_post):
        made |= named_outputs(asset, call_stage(asset, made))
    return made


def trusts(made: dict[str, Any]) -> AreaStaff:
    """Required and supplied of the trusts, in all draws."""
    tables = StaffingTables(**{name: made[name] for name in StaffingTables.__dataclass_fields__})
    needed = provider_needs(tables, made["settings"], made["provider_demand_draws"])
    return area_staff(tables, made["settings"], needed, "provider")


def of(staff: AreaStaff, what: str, year: int, group: str = "nurses", area: str = TRUST) -> np.ndarray:
    """Draws of a group in an area and year under the first scenario, the principal run first."""
    row = [name for _, name in staff.supplied].index(group)
    return np.asarray(getattr(staff.areas[area], what)[row, 0, year - 2024])


def gap(staff: AreaStaff, year: int, group: str = "nurses") -> float:
    needed, here, cover = (of(staff, what, year, group)[0] for what in ("required", "in_post", "temporary"))
    return float(needed - here - cover)


@pytest.fixture(scope="module")
def as_shipped() -> AreaStaff:
    return trusts(services())


def test_more_staff_in_a_later_file_fill_vacancies_and_leave_the_requirement_as_it_was(
    tmp_path: Path, as_shipped: AreaStaff
) -> None:
    """A file of March 2026 is of 2025/26: supply is the file in every draw, 5 % more are 5 % less gap."""
    once, more = (
        trusts(made_with(tmp_path / str(times), staff=staff_file("2026-03", times))) for times in (1.0, 1.05)
    )
    for staff, times in ((once, 1.0), (more, 1.05)):
        assert of(staff, "in_post", 2025) == pytest.approx(np.full(DRAWS + 1, shipped()["nurses"] * times))
        for year in (2024, 2025, 2026, 2040):
            assert of(staff, "required", year) == pytest.approx(of(as_shipped, "required", year))
    assert of(more, "in_post", 2024) == pytest.approx(of(as_shipped, "in_post", 2024))
    for group in shipped().index:
        without_cover = [
            of(staff, "required", 2025, group)[0] - of(staff, "in_post", 2025, group)[0]
            for staff in (once, more)
        ]
        assert without_cover[0] - without_cover[1] == pytest.approx(0.05 * shipped()[group])
        assert gap(more, 2025, group) < gap(once, 2025, group)
    # The staff more are there in the years after, less those who leave.
    later = of(more, "in_post", 2030)[0] - of(once, "in_post", 2030)[0]
    assert 0 < later < 0.05 * shipped()["nurses"]


def test_one_group_more_moves_no_requirement_at_all(tmp_path: Path, as_shipped: AreaStaff) -> None:
    nurses = float(shipped()["nurses"])
    more = trusts(made_with(tmp_path, staff=staff_file("2026-03", nurses=1.05 * nurses)))
    for group in shipped().index:
        assert of(more, "required", 2030, group) == pytest.approx(of(as_shipped, "required", 2030, group))


def test_flows_of_a_recorded_year_add_up_with_what_the_record_changes(tmp_path: Path) -> None:
    staff = trusts(made_with(tmp_path, staff=staff_file("2026-03", 1.05)))
    flows = staff.supply.outlook.flows[0]
    signs = np.array([1.0, -1.0, -1.0, -1.0, 1.0, -1.0, 1.0, 1.0, -1.0, 1.0])
    assert np.abs(flows[1:] @ signs).max() < 1e-6
    changed = flows[..., 9]
    column = staff.supply.units.index((TRUST, "acute", "nurses"))
    other = staff.supply.units.index((OTHER, "acute", "nurses"))
    assert changed[1, column] != 0
    assert (changed[2:, column] == 0).all()
    assert (changed[:, other] == 0).all()


def test_a_file_of_the_base_year_replaces_the_figures_and_posts_are_they_and_the_vacancies_of_that_year(
    tmp_path: Path,
) -> None:
    made = made_with(tmp_path, staff=staff_file("2024-09", 1.02))
    base = made["staffing_base"].set_index(["area", "staff_group"]).loc[(TRUST, "nurses")]
    assert base["in_post_wte"] == pytest.approx(shipped()["nurses"] * 1.02)
    assert base["wte"] == pytest.approx(base["in_post_wte"] / (1 - base["vacancy_percent"] / 100))
    assert (base["staff_at"], base["staff_basis"]) == ("2024-09", "a count of a staff file")
    assert base["participation"] == pytest.approx(0.9)
    # Counted staff have no unknown level.
    drawn = of(trusts(made), "in_post", 2024)
    assert drawn == pytest.approx(np.full(DRAWS + 1, base["in_post_wte"]))


def test_an_older_file_of_a_trust_says_how_its_total_of_the_base_year_is_split(tmp_path: Path) -> None:
    nurses = float(shipped()["nurses"])
    made = made_with(tmp_path, staff=staff_file("2023-03", 0.9, nurses=nurses))
    base = made["staffing_base"]
    base = base[base["area"] == TRUST].set_index("staff_group")
    assert base["in_post_wte"].sum() == pytest.approx(shipped().sum())
    assert base.at["nurses", "in_post_wte"] > nurses
    assert base.at["nurses", "staff_basis"] == "total of the base year, split as in a staff file before it"
    assert base.at["nurses", "staff_at"] == "2023-03"


def published(month: str, times: float) -> list[str]:
    """A trust's month in the published layout with all months, the groups of the tables times a factor."""
    names = {
        "doctors": "HCHS Doctors",
        "infrastructure_support": "Central functions",
        "midwives": "Midwives",
        "nurses": "Nurses & health visitors",
        "scientific_therapeutic_and_technical": '"Scientific, therapeutic & technical staff"',
        "support_to_clinical_staff": '"Support to doctors, nurses & midwives"',
    }
    return [f"{month},{TRUST},{names[group]},FTE,{wte * times}" for group, wte in shipped().items()]


def test_several_months_of_the_base_year_are_their_mean_and_the_same_file_s_last_month_starts_supply(
    tmp_path: Path,
) -> None:
    months = [
        *published("2024-09-30", 1.0),
        *published("2025-03-31", 1.04),
        *published("2026-03-31", 1.1),
    ]
    made = made_with(tmp_path, hchs=["Date,Org Code,Staff Group,Data Type,Total", *months])
    base = made["staffing_base"].set_index(["area", "staff_group"]).loc[(TRUST, "nurses")]
    assert base["in_post_wte"] == pytest.approx(1.02 * shipped()["nurses"])
    assert base["staff_basis"] == "mean of a staff file’s months of 2024/25"
    staff = trusts(made)
    assert of(staff, "in_post", 2024)[0] == pytest.approx(1.02 * shipped()["nurses"])
    assert of(staff, "in_post", 2025)[0] == pytest.approx(1.1 * shipped()["nurses"])
    assert of(staff, "required", 2024)[0] == pytest.approx(base["wte"])


def test_the_last_file_of_each_later_year_counts(tmp_path: Path) -> None:
    made = made_with(
        tmp_path,
        a=staff_file("2025-04", 1.1),
        b=staff_file("2026-03", 1.2),
        c=staff_file("2026-06", 1.3),
    )
    base = made["staffing_base"].set_index(["area", "staff_group"]).loc[(TRUST, "nurses")]
    assert (base["later_month"], base["staff_at"]) == ("2026-06", "2024/25")
    assert base["later_wte"] == pytest.approx(shipped()["nurses"] * 1.3)
    staff = trusts(made)
    assert of(staff, "in_post", 2025)[0] == pytest.approx(shipped()["nurses"] * 1.2)
    assert of(staff, "in_post", 2026)[0] == pytest.approx(shipped()["nurses"] * 1.3)


VACANCIES = "area,staff_group,month,vacant_wte"


def test_vacancies_of_the_date_say_what_the_establishment_is(tmp_path: Path) -> None:
    """Staff and vacancies of March 2026 are together the requirement of 2025/26."""
    made = made_with(
        tmp_path, staff=staff_file("2026-03", 1.05), vacant=[VACANCIES, f"{TRUST},nurses,2026-03,200"]
    )
    staff, nurses = trusts(made), float(shipped()["nurses"])
    assert of(staff, "required", 2025)[0] == pytest.approx(1.05 * nurses + 200)
    # Neither level nor vacancy rate is unknown any more: only what activity did since the base year.
    assert of(staff, "required", 2025).std() < 0.3 * of(trusts(services()), "required", 2025).std()
    base = made["staffing_base"].set_index(["area", "staff_group"]).loc[(TRUST, "nurses")]
    assert base["vacancies_month"] == "2026-03"
    assert base["recorded_vacancy_percent"] == pytest.approx(100 * 200 / (1.05 * nurses + 200))
    assert base["wte"] * (1 - base["vacancy_percent"] / 100) == pytest.approx(nurses)


def test_a_rate_of_the_base_year_replaces_the_assumed_one(tmp_path: Path) -> None:
    rate = ["area,staff_group,month,vacancy_percent", f"{TRUST},nurses,2025-03,12"]
    made = made_with(tmp_path, vacant=rate)
    base = made["staffing_base"].set_index(["area", "staff_group"]).loc[(TRUST, "nurses")]
    assert base["wte"] == pytest.approx(shipped()["nurses"] / 0.88)
    staff = trusts(made)
    rates = 1 - of(staff, "in_post", 2024) / of(staff, "required", 2024)
    assert rates == pytest.approx(np.full(DRAWS + 1, 0.12))


def test_posts_of_a_place_s_hospital_staff_follow_those_of_its_trusts(tmp_path: Path) -> None:
    made = made_with(tmp_path, staff=staff_file("2026-03"), vacant=[VACANCIES, f"{TRUST},nurses,2026-03,400"])
    tables, before = (
        StaffingTables(**{name: each[name] for name in StaffingTables.__dataclass_fields__})
        for each in (made, services())
    )
    needs = [
        place_needs(each, made["settings"], made["demand_draws"], made["provider_demand_draws"])
        for each in (tables, before)
    ]
    row = needs[0].groups.index(("acute", "nurses"))
    assert (needs[0].required[LUTON][row, 0, :, 0] > 1.05 * needs[1].required[LUTON][row, 0, :, 0]).all()
