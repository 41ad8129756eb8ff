"""Who comes to live on a site and what they need: the sections every sum of a statement begins with."""

from __future__ import annotations

import pandas as pd

from assets.contributions.contribution_items import EQUIPMENT, TITLES
from assets.contributions.counted_items import PLACE
from assets.contributions.site_types import OWN_MIX
from assets.contributions.statements.sections import Grid, Section, shown, unit_shown
from assets.inputs.assumptions import Assumptions
from assets.tables.declarations.named_values import BEDROOMS, NEIGHBOURHOOD_BANDS

LETTERS = {
    "general_practice_premises": "P",
    EQUIPMENT: "E",
    "community_premises": "C",
    "hospital_capital": "H",
    "mental_health_capital": "M",
}
"""The lines of a statement, by item; a number is added for each catchment."""
_BANDS = list(NEIGHBOURHOOD_BANDS)
_SMALL = (38,) * len(_BANDS)


def line_names(steps: pd.DataFrame) -> pd.Series:
    """The name of each step: the letter of its item and, where it has several catchments, their number."""
    letters = steps["item"].map(LETTERS)
    number = steps.groupby("item").cumcount() + 1
    several = steps.groupby("item")["item"].transform("size") > 1
    return letters.where(~several, letters + number.astype(str))


def in_order(steps: pd.DataFrame) -> pd.DataFrame:
    """Steps in the order in which a statement prints them."""
    order = {item: number for number, item in enumerate(LETTERS)}
    return steps.assign(order=steps["item"].map(order)).sort_values(["order", "catchment"])


def people(here: pd.DataFrame, residents: pd.DataFrame, words: pd.Series) -> Section:
    """The site, its homes by bedrooms, and the people who first live in them by age."""
    first = here[here["item"] != "service_funding"].iloc[0]
    rows = residents.assign(each=residents["residents"] / residents["dwellings"])
    a_home = rows.pivot_table(index="bedrooms", columns="age_band", values="each", aggfunc="first").reindex(
        columns=_BANDS
    )
    homes = rows.drop_duplicates("bedrooms").set_index("bedrooms")["dwellings"]
    table = [
        (
            f"Homes of {size} bedroom{'' if size == '1' else 's'}",
            shown(homes[size], 2),
            *(shown(float(str(value)), 6) for value in a_home.loc[size]),
        )
        for size in BEDROOMS
        if homes[size] > 0
    ]
    ages = residents.groupby("age_band")["residents"].sum()
    table.append(
        ("First occupants", shown(first["dwellings"], 2), *(f"{ages[band]:,.2f}" for band in _BANDS))
    )
    kind = "the mix of the site's trajectory" if first["site_type"] == OWN_MIX else words.get("site_type", "")
    facts = [
        ("Planning", f"{first['planning']}."),
        ("Homes", f"{shown(first['dwellings'], 2)} still to come; type of site: {kind}."),
        (
            "People",
            f"{first['residents']:,.0f} first occupants, {first['residents'] / first['dwellings']:.2f} "
            "per home.",
        ),
    ]
    if pd.notna(first["difference_residents"]):
        facts.append(
            (
                "Check",
                f"with the site the place has {first['difference_residents']:,.0f} people more at the "
                "last mid-year "
                "of the run than without it (homes that movers leave are occupied again): an upper limit.",
            )
        )
    grid = Grid(("", "Homes", *_BANDS), tuple(table), (150, 46, *_SMALL))
    remark = "People per home by age; the last row is each column × homes, summed."
    return Section("1. The site and its people", tuple(facts), (grid,), remark)


def rates(steps: pd.DataFrame, released: pd.DataFrame, units: dict[str, str], known: Assumptions) -> Section:
    """What 1,000 residents of each age need, line by line, and how general practice counts patients."""
    by_age = released.pivot_table(
        index=["place", "item", "rate_of"], columns="age_band", values="per_1000_residents", aggfunc="first"
    )[_BANDS].T.to_dict("list")
    table = []
    for name, step in zip(line_names(steps), steps.to_dict("records"), strict=True):
        what = unit_shown(units[step["item"]])
        where = "" if step["rate_of"] == PLACE else f", {step['catchment']}"
        values = by_age[(step["place"], step["item"], step["rate_of"])]
        table.append((name, f"{what}{where}", *(f"{value:,.4f}" for value in values)))
    area, patients, each = (
        known.value(f"estates.{name}")
        for name in ("primary_care_area", "primary_care_area_patients", "patients_per_resident")
    )
    words = (
        f"P: practices serve registered patients: {shown(each)} patients per resident, of all lists over all "
        f"residents, × {shown(area)} m² ÷ {shown(patients)} patients × 1,000. Other rates are those of "
        "the base "
        "year's use by residents of the place, so growth of use by the same people is not charged to "
        "homes; an H line is the part of it that the trust meets."
    )
    grid = Grid(("Line", "Per 1,000 residents", *_BANDS), tuple(table), (26, 158, *(42,) * len(_BANDS)), 2)
    return Section("2. What 1,000 residents of each age need", (), (grid,), words)


def counted(steps: pd.DataFrame, units: dict[str, str]) -> Section:
    """From the need of all first occupants to what is unserved, catchment by catchment."""
    table = []
    for name, step in zip(line_names(steps), steps.to_dict("records"), strict=True):
        limit = "share"
        if step["binding_limit"] != "net_new_share":
            limit = f"{step['binding_limit']} {step['limit_need']:,.4f}"
        table.append(
            (
                name,
                f"{step['catchment_name']}, {unit_shown(units[step['item']])}",
                f"{step['need']:,.4f}",
                shown(step["net_new_share"]),
                f"{step['net_new_need']:,.4f}",
                limit,
                f"{step['counted']:,.4f}",
                f"{step['served']:,.4f}",
                f"{step['unserved']:,.4f}",
                "known" if step["existing_known"] == "yes" else "to survey",
            )
        )
    headings = (
        *("Line", "Catchment", "Need", "Net-new share", "Net-new need", "Limit", "Counted"),
        *("Served by spare", "Unserved", "Existing"),
    )
    grid = Grid(headings, tuple(table), (26, 126, 54, 36, 54, 44, 52, 46, 48, 38), 2)
    remark = (
        "Need = first occupants by age × rates. Counted = the smallest of need × net-new share, the need "
        "of the "
        "place with less without the site, and the growth of all sites, cut to four decimals. Spare "
        "capacity of "
        "the base year serves permitted sites first; an existing shortage counts as no spare "
        "capacity and is not charged. E is in the proportion of P."
    )
    return Section("3. From need to what is unserved", (), (grid,), remark)


def item_titles(items: list[str]) -> str:
    """Titles of items in a sentence."""
    return ", ".join(TITLES[item].lower() for item in items)
