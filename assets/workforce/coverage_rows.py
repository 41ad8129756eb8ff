"""Rows of the table of coverage: what staff of the base year are made of, group by group, role by role.

Totals and shares are made in `workforce_coverage`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from assets.inputs.assumptions import Assumptions
from assets.workforce.posts_and_staff import NETWORK_GROUPS
from models.workforce import base_year_posts as posts

NHS, CARE, VACANCIES = "nhs", "adult_social_care", "vacancies"
ADDED = ("modelled", "counted", "not modelled")
"""What adds up to a scope's total; other rows are parts of these, totals, or beside them."""
GENERAL_PRACTICE = "general_practice"
CARE_GROUP = "adult_social_care_staff"
_SICKNESS, _NETWORKS = "nhs_england_sickness_absence", "nhs_england_pcn_workforce"
_APART = {
    "Allied health professionals, healthcare scientists and pharmacists, each apart": (
        "scientific_therapeutic_and_technical",
        "No source here has them by trust: the group is projected as a whole",
    ),
    "Community dental staff": ("community_staff", "No source here has them apart"),
}
_PROFESSIONS = {
    "health_visitors_and_school_nurses": ("Health visitors and school nurses", "2016-10", "community_staff"),
    "learning_disability_nurses": ("Learning disability nurses", "2018-07", "mental_health_staff"),
}
"""Name, month and group of professions that England has a number of."""
_NOWHERE = {
    "NHS dentists and their teams": "Contractors, counted in people and not in WTE: no source",
    "National bodies and support units": "They work for England as a whole: no area has a share of them",
}
_CARE_ROLES = {
    "care_workers": "Care workers",
    "personal_assistants": "Personal assistants and others employed with a direct payment",
    "ancillary": "Ancillary staff (catering, cleaning, maintenance)",
    "regulated_in_councils": "Regulated professions in councils (social workers, occupational therapists)",
}
_NO_CARE_FIGURE = ("Senior care workers", "Registered managers", "Registered nurses", "All other roles")


@dataclass(frozen=True)
class CoverageRow:
    """A row before its number and its area; `wte` is staff in post, None where there is no figure."""

    scope: str
    row: str
    status: str
    wte: float | None
    reason: str
    source_id: str
    evidence_grade: str
    month: str | None = None
    part_of: str | None = None
    sector: str | None = None
    staff_group: str | None = None
    wte_low: float | None = None
    wte_high: float | None = None
    percent_of_total: float | None = None


def modelled(base: pd.DataFrame, scope: str) -> list[CoverageRow]:
    """Staff in post of each modelled group of `base`, which has the groups' names."""
    keys = ["sector", "staff_group", "staff_group_name", "source_id", "evidence_grade", "note"]
    sums = base.groupby(keys, dropna=False, observed=True)["in_post_wte"].sum().reset_index()
    return [
        CoverageRow(
            scope,
            str(row["staff_group_name"]),
            "modelled",
            float(row["in_post_wte"]),
            "Required and supplied" if pd.isna(row["note"]) else str(row["note"]),
            str(row["source_id"]),
            str(row["evidence_grade"]),
            sector=str(row["sector"]),
            staff_group=str(row["staff_group"]),
        )
        for row in sums.to_dict("records")
    ]


def of_hospitals(totals: pd.DataFrame, groups: pd.DataFrame, part: Mapping[str, float]) -> list[CoverageRow]:
    """Published groups of hospital staff: parts of a modelled group, or in none of them and counted.

    `part` of a group's staff is the area's, all where it is not in it.
    """
    whole = totals.set_index("provider")["fte"]
    pieces = [
        own.assign(here=posts.split_total(float(whole[provider]), own["fte"].to_numpy(float)))
        for provider, own in groups.groupby("provider")
    ]
    keys = ["staff_group", "published_staff_group"]
    sums = pd.concat(pieces).groupby(keys, as_index=False, dropna=False, observed=True)["here"].sum()
    several = sums["staff_group"].value_counts()
    lines = []
    for group, published, wte in sums.itertuples(index=False, name=None):
        name, within = f"{published} (hospitals)", not pd.isna(group)
        wte = float(posts.part_of(wte, part.get(group, 1.0) if within else min(part.values(), default=1.0)))
        if within and several[group] == 1:
            continue
        reason = "By the latest table of the trust's groups" if within else "In no group that is modelled"
        status, of = ("part", group) if within else ("counted", None)
        lines.append(CoverageRow(NHS, name, status, wte, reason, _SICKNESS, "C", part_of=of, sector="acute"))
    return lines


def of_shared_trusts(trusts: pd.DataFrame) -> list[CoverageRow]:
    """The area's part of each trust that serves others too, clinical staff and infrastructure together."""
    lines = []
    for row in trusts.to_dict("records"):
        part, low, high = (
            float(posts.staff_of_share(row["fte"], row[f"{end}_percent"])) for end in ("share", "low", "high")
        )
        sector = str(row["sector"])
        lines.append(
            CoverageRow(
                NHS,
                f"{row['trust_name']}: {row['share_percent']:g} % of {row['fte']:,.0f}",
                "part",
                part,
                str(row["note"]),
                str(row["source_id"]),
                str(row["evidence_grade"]),
                month=str(row["month"]),
                part_of="infrastructure" if sector == "infrastructure" else f"{sector} and infrastructure",
                sector=sector,
                wte_low=low,
                wte_high=high,
            )
        )
    return lines


def of_networks(staff: pd.DataFrame) -> list[CoverageRow]:
    """Staff of primary care networks by role; their GPs are counted, as practices report GPs of their own."""
    sums = staff.groupby(["published_staff_group", "staff_role", "month"], as_index=False, observed=True)[
        "fte"
    ].sum()
    lines = []
    for group, role, month, fte in sums.itertuples(index=False, name=None):
        of = NETWORK_GROUPS.get(group)
        reason = f"Networks, {group}" if of else "Beside the GPs whom practices report; not projected"
        lines.append(
            CoverageRow(
                NHS,
                f"{role} (networks)",
                "part" if of else "counted",
                float(fte),
                reason,
                _NETWORKS,
                "B",
                month=str(month),
                part_of=of,
                sector=GENERAL_PRACTICE,
            )
        )
    return lines


def professions(known: Assumptions, percent_of_people: float) -> list[CoverageRow]:
    """Professions within a group, at England's number where it has one; those that stand nowhere."""
    lines = [
        CoverageRow(NHS, row, "part", None, reason, "placecast", "C", part_of=group)
        for row, (group, reason) in _APART.items()
    ]
    for name, (row, month, group) in _PROFESSIONS.items():
        wte = float(posts.staff_of_share(known.value(f"england.{name}_fte"), percent_of_people))
        reason = "England's number at the area's share of people: not projected apart, no source by area"
        lines.append(
            CoverageRow(NHS, row, "part", wte, reason, "nursing_press_2018", "C", month=month, part_of=group)
        )
    return lines


def nowhere() -> list[CoverageRow]:
    """Staff that some would look for and that have no figure."""
    return [
        CoverageRow(NHS, row, "not modelled", None, reason, "placecast", "C")
        for row, reason in _NOWHERE.items()
    ]


def temporary(found: float) -> CoverageRow:
    """Bank and agency staff who cover vacancies."""
    reason = "Cover of vacancies in the base year, a share of them: beside staff in post"
    return CoverageRow(NHS, "Bank and agency", "modelled", found, reason, "placecast", "C")


def care_roles(known: Assumptions, in_post: float) -> list[CoverageRow]:
    """Social care by role, at England's share of filled posts."""
    filled = known.value("england.social_care_filled_posts")
    lines = [
        CoverageRow(
            CARE,
            row,
            "part",
            float(posts.staff_by_posts(in_post, known.value(f"england.social_care_posts_{name}"), filled)),
            "England's posts of the role over its filled posts, with the same hours a post",
            "skills_for_care_roles",
            "C",
            part_of=CARE_GROUP,
            sector=CARE,
        )
        for name, row in _CARE_ROLES.items()
    ]
    none = "No figure of the role is to hand: an area's own count would give it"
    return lines + [
        CoverageRow(CARE, row, "part", None, none, "placecast", "C", part_of=CARE_GROUP, sector=CARE)
        for row in _NO_CARE_FIGURE
    ]


def added(lines: Iterable[CoverageRow]) -> float:
    """Sum of the rows that add up to a total."""
    return float(sum(line.wte for line in lines if line.status in ADDED and line.wte is not None))
