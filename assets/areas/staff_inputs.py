"""An area's NHS staff in the input tables: of its hospitals, of trusts that serve it in part, of networks."""

from __future__ import annotations

import csv

import pandas as pd

from assets.areas.hospital_inputs import hospitals_of
from assets.areas.national_rows import AreaOfEngland, NationalRows
from assets.inputs.defaults import SHARED_DATA
from assets.inputs.shared_assumptions import shared_row, shared_value
from models.demand.need_index import at_rate

_YEAR = 2024
_SPLIT = {
    "HCHS doctors": "england.share_doctors",
    "Nurses & health visitors": "england.share_nurses",
    "Midwives": "england.share_midwives",
    "Scientific, therapeutic & technical staff": "england.share_scientific_therapeutic_and_technical",
    "Support to clinical staff": "england.share_support_to_clinical_staff",
    "NHS infrastructure support": "england.share_infrastructure",
}
"""Assumption of each published group's share of staff."""
_SHARED = {
    "ambulance": ("Ambulance", None),
    "community": ("Community Provider Trust", "community"),
    "infrastructure": ("Integrated Care Board", None),
    "mental_health": ("Mental Health", "mental_health"),
}
"""Kind of organisation that serves areas in part, by sector, and the need by which England's staff is shared
out to areas: people alone where there is none."""
_HUNDRED = 100.0


def staff_rows(area: AreaOfEngland) -> list[NationalRows]:
    """NHS staff of the area: its hospitals', its share of England's other trusts, its networks'."""
    return [*_hospital_rows(area), _shared_rows(area), _network_rows(area), _boards(area), _care_rates(area)]


def _hospital_rows(area: AreaOfEngland) -> list[NationalRows]:
    """Staff in post of the area's trusts in 2024/25, and the proportions by which groups share them."""
    own = hospitals_of(area).own
    months = area.load("trust_staff")
    mean = months[months["trust"].isin(own)].groupby("trust")["mean_fte"].mean()
    total = pd.DataFrame(
        {
            "provider": mean.index,
            "year": _YEAR,
            "fte": mean.round(1).to_numpy(),
            "source_id": "nhs_england_sickness_absence",
            "evidence_grade": "A",
            "note": "Days available over calendar days, mean of twelve months; bank staff are not in it",
        }
    )
    modelled = _groups()
    split = [
        {
            "trust": trust,
            "published_staff_group": group,
            "provider": trust,
            "staff_group": modelled.get(group),
            "fte": round(float(fte) * shared_value(share) / 100, 1),
        }
        for trust, fte in mean.items()
        for group, share in _SPLIT.items()
    ]
    return [
        NationalRows(
            "trust_staff", total, "published", "nhs_england_sickness_absence", "2024/25", of="provider"
        ),
        NationalRows(
            "trust_staff_groups", pd.DataFrame(split), "england", "nhs_workforce_2016", "2016", of="provider"
        ),
    ]


def _shared_rows(area: AreaOfEngland) -> NationalRows:
    """England's staff of trusts that serve areas in part, at the area's share of people or need."""
    months, needs = area.load("trust_staff"), area.load("need_index")
    persons = area.load("population_persons").groupby("authority")["population"].sum()
    rows = []
    for sector, (kind, need) in _SHARED.items():
        of_kind = months[months["kind"] == kind]
        # The sum of a month, then the mean of the months: trusts merged in the year.
        fte = float(of_kind.groupby("month")["mean_fte"].sum().mean())
        weighted = needs[needs["service"] == need].set_index("authority")["weighted_population"]
        people = pd.Series(weighted if need else persons)
        here = float(people.reindex(list(area.authorities)).sum())
        share = float(at_rate(here, _HUNDRED, float(people.sum())))
        known = shared_row(f"workforce.level_{sector}")
        infrastructure = shared_value("england.share_infrastructure_outside_hospital")
        rows.append(
            {
                "trust": kind.lower().replace(" ", "_"),
                "sector": sector,
                "trust_name": f"England, all of: {kind}",
                "month": "2024/25",
                "fte": round(fte, 1),
                "share_percent": round(share, 4),
                "low_percent": round(float(at_rate(share, float(known["low"]), 1.0)), 4),
                "high_percent": round(min(float(at_rate(share, float(known["high"]), 1.0)), _HUNDRED), 4),
                "infrastructure_percent": _HUNDRED if sector == "infrastructure" else infrastructure,
                "source_id": "nhs_england_sickness_absence",
                "evidence_grade": "C",
                "note": f"England's staff at the area's share of {'need' if need else 'people'}",
            }
        )
    return NationalRows(
        "shared_trusts",
        pd.DataFrame(rows),
        "england_by_need",
        "nhs_england_sickness_absence",
        "2024/25",
        of="sector",
    )


def _boards(area: AreaOfEngland) -> NationalRows:
    """Integrated care boards of the area's councils as they stand since April 2026."""
    rows = area.of("authority_boards").rename(
        columns={"icb_2026": "icb_code", "icb_2026_gss": "icb_gss", "icb_2026_name": "icb_name"}
    )
    keys = ["place", "icb_code", "icb_gss", "icb_name"]
    summed = rows.groupby(keys)["people_share"].sum()
    boards = (summed * _HUNDRED).round(2).rename("percent_of_people").reset_index()
    return NationalRows(
        "place_boards", boards.assign(month="2026-04"), "published", "ons_geography_lookups", "2026-04"
    )


def _care_rates(area: AreaOfEngland) -> NationalRows:
    """Turnover of social care staff of each place's council beside England's; none where it is kept back."""
    care = area.load("social_care")
    turnover = care[care["measure"] == "staff_turnover"].set_index("council")
    percents = turnover["outcome"].astype("float64").to_dict()
    councils = area.load("authorities").drop_duplicates("code").set_index("code")["upper_tier"]
    rows = [
        {
            "place": place,
            "staff_group": "adult_social_care_staff",
            "measure": "turnover",
            "percent": percents.get(councils[place], float("nan")),
            "england_percent": percents["E92000001"],
            "year": turnover.loc["E92000001", "year"],
            "source_id": "ascof_2024_25",
            "evidence_grade": "A",
            "note": "Of the council responsible for social care: all employers",
        }
        for place in area.authorities
    ]
    table = pd.DataFrame(rows).dropna(subset="percent").round({"percent": 1, "england_percent": 1})
    return NationalRows("place_staff_rates", table, "published", "ascof_2024_25", "2024/25", of="")


def _network_rows(area: AreaOfEngland) -> NationalRows:
    """Staff of networks by place and role.

    A network may reach over a boundary: a place has the part of its staff that it has of its patients. Roles
    are published by sub-ICB location, so a place's staff of a group are split as its location's are.
    """
    everywhere, staff, roles = (area.load(name) for name in ("practices", "pcn_staff", "pcn_staff_roles"))
    of_network = everywhere.groupby("pcn")["patients"].sum()
    here = area.of("practices").groupby(["place", "pcn"], as_index=False)["patients"].sum()
    here["part"] = here["patients"] / here["pcn"].map(of_network)
    by_group = here.merge(staff, on="pcn")
    by_group["fte"] = by_group["fte"] * by_group["part"]
    keys = ["sub_icb", "staff_group"]
    by_group = by_group.groupby(["place", *keys, "month"], as_index=False)["fte"].sum()
    whole = roles.groupby(keys)["fte"].sum().rename("whole").reset_index()
    split = by_group.merge(roles.merge(whole, on=keys), on=keys, suffixes=("", "_of_role"))
    split["fte"] = (split["fte"] * split["fte_of_role"] / split["whole"]).fillna(0.0)
    rows = split.groupby(["place", "staff_group", "staff_role", "month"], as_index=False)["fte"].sum()
    rows["fte"] = rows["fte"].round(2)
    rows = rows.rename(columns={"staff_group": "published_staff_group"}).assign(
        source_id="nhs_england_pcn_workforce",
        evidence_grade="B",
        note="By the patients of networks; roles within a group as in the sub-ICB location",
    )
    return NationalRows("network_staff", rows, "derived", "nhs_england_pcn_workforce", "2026-06")


def _groups() -> dict[str, str]:
    """Modelled staff group of each group as it is published."""
    with (SHARED_DATA / "published_staff_groups.csv").open(encoding="utf-8-sig", newline="") as file:
        named = {row["published_staff_group"]: row["staff_group"] for row in csv.DictReader(file)}
    named["Support to clinical staff"] = "support_to_clinical_staff"
    named["NHS infrastructure support"] = "infrastructure_support"
    return {group: name for group, name in named.items() if name}
