"""How much of the published staff of the area stands in a row: modelled, counted, or not and why.

What is modelled is made elsewhere, the rows in `coverage_rows`. Those of a scope that are modelled, counted
or not modelled add up to its total.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace

import dagster as dg
import pandas as pd

from assets.inputs.assumptions import Assumptions
from assets.inputs.scenarios import read_scenarios
from assets.inputs.system_totals import SystemTotals, system_code
from assets.tables.uncertain_table import released
from assets.workforce import coverage_rows as rows
from assets.workforce.coverage_rows import CARE, CARE_GROUP, GENERAL_PRACTICE, NHS, VACANCIES, CoverageRow
from assets.workforce.posts_and_staff import NHS_SECTORS
from models.workforce.base_year_posts import staff_of_share
from models.workforce.staff_coverage import percent_of, posts_of_vacancies, vacant_percent

PRINTED = "workforce.nhs_staff_in_post"


@dg.asset(group_name="workforce", kinds={"pandas"})
def workforce_coverage(
    staffing_base: pd.DataFrame,
    workforce: pd.DataFrame,
    provider_workforce: pd.DataFrame,
    staff_groups: pd.DataFrame,
    trust_staff: pd.DataFrame,
    trust_staff_groups: pd.DataFrame,
    shared_trusts: pd.DataFrame,
    network_staff: pd.DataFrame,
    place_boards: pd.DataFrame,
    places: pd.DataFrame,
    system_totals: pd.DataFrame,
    scenarios: pd.DataFrame,
    assumptions: pd.DataFrame,
) -> pd.DataFrame:
    """Staff of the base year by row, with the published total they are part of."""
    known, totals = Assumptions(assumptions), SystemTotals(system_totals, places)
    names = staff_groups[["sector", "staff_group", "staff_group_name"]]
    base = staffing_base.merge(names, on=["sector", "staff_group"], validate="many_to_one")
    year, first = int(known.value("demand.base_year")), read_scenarios(scenarios)[0].name
    of_nhs = base["sector"].isin((*NHS_SECTORS, GENERAL_PRACTICE))
    groups = set(base.loc[of_nhs, "staff_group"])
    of_system, of_trusts = (
        table[(table["scenario"] == first) & (table["year"] == year) & table["staff_group"].isin(groups)]
        for table in (workforce[workforce["place"] == system_code(places)], provider_workforce)
    )
    # A printed total is of trusts. Where there is none, hospitals that serve others too are not taken whole.
    printed = totals.told(PRINTED)[0].startswith("WTE")
    part = {} if printed else _parts_of_hospitals(of_system, of_trusts)
    base["in_post_wte"] = base["in_post_wte"] * base["staff_group"].map(part).fillna(1.0)
    base["wte"] = base["wte"] * base["staff_group"].map(part).fillna(1.0)
    temporary = sum(_temporary(table, part) for table in (of_system, of_trusts))
    nhs = [
        *rows.modelled(base[of_nhs], NHS),
        rows.temporary(temporary),
        *rows.of_hospitals(trust_staff, trust_staff_groups, part),
        *rows.of_shared_trusts(shared_trusts),
        *rows.of_networks(network_staff),
        *rows.professions(known, totals.value("workforce.percent_of_england_people")),
        *rows.nowhere(),
    ]
    total, beside = _nhs_totals(known, totals, base)
    nhs.append(_remainder(total, nhs))
    care = rows.modelled(base[base["staff_group"] == CARE_GROUP], CARE)
    in_post = rows.added(care)
    care += rows.care_roles(known, in_post)
    lines = [
        *_with_shares(nhs, float(total.wte or 0.0)),
        replace(total, percent_of_total=100.0),
        beside,
        *_with_shares(care, in_post),
        *_vacancies(totals, base),
    ]
    table = pd.DataFrame([asdict(line) for line in lines])
    return released(
        "workforce_coverage",
        [
            table.assign(
                number=range(1, len(table) + 1),
                area=system_code(places),
                icb_code=" ".join(sorted(set(place_boards["icb_code"]))),
            )
        ],
    )


def _parts_of_hospitals(of_system: pd.DataFrame, of_trusts: pd.DataFrame) -> dict[str, float]:
    """By hospital group, staff that the area's people take in the base year over those of its trusts."""
    people, trusts = (
        table[table["measure"] == "required_wte"].groupby("staff_group", observed=True)["principal"].sum()
        for table in (of_system, of_trusts)
    )
    return {str(group): min(float(people[group] / trusts[group]), 1.0) for group in trusts.index}


def _temporary(table: pd.DataFrame, part: Mapping[str, float]) -> float:
    """Bank and agency of the rows, at the part of each hospital group that is the area's."""
    chosen = table[table["measure"] == "temporary_wte"]
    return float((chosen["principal"] * chosen["staff_group"].astype(str).map(part).fillna(1.0)).sum())


def _nhs_totals(
    known: Assumptions, totals: SystemTotals, base: pd.DataFrame
) -> tuple[CoverageRow, CoverageRow]:
    """The total that rows are part of, and England's staff of NHS organisations a head beside it.

    The total is the system's own where it prints one, else England's a head and the area's general practice.
    """
    england, share = known.value("england.nhs_staff_fte"), totals.value("workforce.percent_of_england_people")
    a_head = float(staff_of_share(england, share))
    source = "nhs_england_sickness_absence"
    beside = CoverageRow(
        NHS,
        "England's staff of NHS organisations at the area's share of people",
        "beside",
        a_head,
        f"{share:.2f} % of {england:,.0f}: trusts, boards, national bodies; no bank, no general practice",
        source,
        "C",
        month="2024/25",
    )
    unit, printed_in = totals.told(PRINTED)
    if unit.startswith("WTE"):
        month = unit.partition("; ")[2]
        reason = "As printed: whether bank, general practice or trusts' staff elsewhere are in it is not said"
        name = "All NHS staff in post as the system prints them"
        return CoverageRow(
            NHS, name, "total", totals.value(PRINTED), reason, printed_in, "B", month=month
        ), beside
    practice = float(base.loc[base["sector"] == GENERAL_PRACTICE, "in_post_wte"].sum())
    reason = "No total is printed for the area: England's a head, and general practice as modelled"
    name = "NHS staff at England's number a head"
    return CoverageRow(NHS, name, "total", a_head + practice, reason, source, "C", month="2024/25"), beside


def _remainder(total: CoverageRow, lines: Sequence[CoverageRow]) -> CoverageRow:
    """What of the total no row stands for; below nought where rows stand for more."""
    left = float(total.wte or 0.0) - rows.added(lines)
    reason = (
        "Not placed: staff of shared trusts beyond the area's share, and whoever else the total counts"
        if left >= 0
        else "Rows stand for more than the total: the area's trusts serve people of other areas too"
    )
    return CoverageRow(NHS, "In the total and in no row", "not modelled", left, reason, "placecast", "C")


def _with_shares(lines: Sequence[CoverageRow], whole: float) -> list[CoverageRow]:
    return [
        line if line.wte is None else replace(line, percent_of_total=percent_of(line.wte, whole))
        for line in lines
    ]


def _vacancies(totals: SystemTotals, base: pd.DataFrame) -> list[CoverageRow]:
    """Vacancies as modelled, and both readings of what the system prints, where it prints both."""
    lines = []
    printed, rate = (totals.optional(f"workforce.nhs_{name}") for name in ("vacancies", "vacancy_percent"))
    hospitals = base[base["sector"] == "acute"]
    if printed is not None and rate is not None:
        posts = posts_of_vacancies(printed, rate)
        here, everywhere = float(hospitals["in_post_wte"].sum()), totals.value(PRINTED)
        taken = (
            f"{printed:,.0f} are {rate:g} % of {posts:,.0f} posts, so {posts - printed:,.0f} are in post: "
            f"the hospitals, which have {here:,.0f}"
        )
        other = f"{printed:,.0f} beside {everywhere:,.0f} in post: then {rate:g} % would be of something else"
        _, source = totals.told("workforce.nhs_vacancies")
        of_all = vacant_percent(printed, everywhere)
        lines = [
            _vacant("Printed, of the hospitals: the reading taken", printed, rate, taken, source),
            _vacant("Printed, of all NHS staff: the other reading", printed, of_all, other, source),
        ]
    for name, chosen in (
        ("As modelled: hospitals", hospitals),
        ("As modelled: all NHS staff but general practice", base[base["sector"].isin(NHS_SECTORS)]),
    ):
        in_post = float(chosen["in_post_wte"].sum())
        vacant = float(chosen["wte"].sum()) - in_post
        reason = "Posts less staff in post of the base year"
        lines.append(_vacant(name, vacant, vacant_percent(vacant, in_post), reason, "placecast"))
    return lines


def _vacant(row: str, vacancies: float, percent: float, reason: str, source: str) -> CoverageRow:
    grade = "C" if source == "placecast" else "B"
    return CoverageRow(VACANCIES, row, "beside", vacancies, reason, source, grade, percent_of_total=percent)
