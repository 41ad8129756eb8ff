"""The case of a statement: amounts, what needs a survey, the three tests, funding, comparisons and terms."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from assets.contributions.contribution_items import HOSPITAL_ITEMS, TITLES
from assets.contributions.funding_statements import TO_ENTER
from assets.contributions.statement_words import CAPITAL_ONLY
from assets.contributions.statements.sections import Grid, Section, listed, pounds, shown, unit_shown
from assets.contributions.statements.site_sections import LETTERS, item_titles
from models.estates.contribution_rules import first_dwelling, instalments

_STATUS = {"ask": "Requested", "survey": "Subject to survey", "secured": "Secured", "none": "None"}
_LIMITS = {
    "net_new_share": "the share of first occupants who are net-new",
    "difference": "the population of the place with the site less without it",
    "growth": "the need that all new homes add in the catchment",
}
_OF_PRACTICES = ("general_practice_premises", "general_practice_equipment")
_MOST_PRACTICES = 15
_SHARE_OF = {"net_new_practice": "practices", "net_new_hospital": "hospitals", "net_new_both": "both"}
CLAWBACK_YEARS = 10
"""A working assumption of the terms, for the parties to settle."""


def amounts(here: pd.DataFrame) -> Section:
    """Each line's quantity at its cost: what is requested, and below it what is subject to survey."""
    asked, later = [], []
    for row in _lines(here):
        unit, letter = unit_shown(row["unit"]), LETTERS[row["item"]]
        cost, off = pounds(row["unit_cost_gbp"]), row["other_funding_gbp"]
        if row["status"] != "survey":
            known = pd.notna(row["amount_gbp"])
            interval = f"{pounds(row['amount_low_gbp'])} to {pounds(row['amount_high_gbp'])}"
            each = row["amount_per_dwelling_gbp"]
            asked.append(
                (
                    letter,
                    TITLES[row["item"]],
                    _STATUS[row["status"]],
                    f"{shown(row['quantity'])} {unit}",
                    cost,
                    "not known" if pd.isna(off) else pounds(off),
                    pounds(row["amount_gbp"]),
                    interval if known and row["status"] == "ask" else "",
                    f"£{each:,.2f}" if pd.notna(each) and row["status"] == "ask" else "",
                )
            )
        if row["quantity_subject_to_survey"] > 0:
            amount, low, high = (row[f"subject_to_survey_{end}gbp"] for end in ("", "low_", "high_"))
            taken = max(row["quantity_subject_to_survey"] * row["unit_cost_gbp"] - amount, 0.0)
            later.append(
                (
                    letter,
                    TITLES[row["item"]],
                    _STATUS["survey"],
                    f"{shown(row['quantity_subject_to_survey'])} {unit}",
                    cost,
                    pounds(taken if taken >= 1.0 else 0.0),
                    pounds(amount),
                    f"{pounds(low)} to {pounds(high)}",
                    f"£{amount / row['dwellings']:,.2f}",
                )
            )
    total = here.loc[here["status"] == "ask", "amount_gbp"].sum()
    rows = [*asked, ("", "Total requested", "", "", "", "", total_words(here), "", "")]
    if later:
        together = pounds(here["subject_to_survey_gbp"].sum())
        rows += [*later, ("", "Total subject to survey, not requested", "", "", "", "", together, "", "")]
    headings = (
        *("Line", "Kind", "Status", "Quantity", "Unit cost", "Taken off", "Amount"),
        *("80 % interval", "Per home"),
    )
    grid = Grid(headings, tuple(rows), (26, 116, 54, 66, 48, 46, 56, 76, 40), 3)
    words = "Amount = quantity (the unserved of section 3) × unit cost − what is taken off, to the pound."
    return Section(
        "4. Contribution requested" if total > 0 else "4. Contribution: nothing is requested",
        (),
        (grid,),
        words,
    )


def total_words(here: pd.DataFrame) -> str:
    """The sum requested."""
    asked = here[here["status"] == "ask"]
    return pounds(asked["amount_gbp"].sum()) if len(asked) else "nothing"


def survey(here: pd.DataFrame, steps: pd.DataFrame, near: pd.DataFrame) -> Section | None:
    """What would be asked if a survey finds no room to spare, and what must be surveyed."""
    later = here[here["quantity_subject_to_survey"] > 0]
    if later.empty:
        return None
    unknown = steps[steps["existing_known"] == "no"]
    said: dict[str, list[str]] = {}
    for item, rows in unknown.groupby("item", sort=False):
        where = listed(sorted(set(rows["catchment_name"])))
        if len(near) and item in _OF_PRACTICES:
            where = f"the {len(near)} practices of section 6, and in {where}"
        words = (
            f"would need a survey of the existing space in {where}: rooms and floor area of each "
            "building, in use and empty."
        )
        said.setdefault(words, []).append(LETTERS[str(item)])
    paragraphs = tuple((listed(letters), words) for words, letters in said.items())
    remark = (
        "What cannot be shown necessary is not requested. An estimated area shows what to survey first; no "
        "request rests on it. Spare space found by the survey lowers the amount, to nothing where it meets "
        "the need."
    )
    return Section("5. Not requested until surveyed", paragraphs, (), remark)


def practices(near: pd.DataFrame) -> Section | None:
    """The practices within the catchment: list, area and its basis, rooms, gap before the site."""
    if near.empty:
        return None
    ordered = near.sort_values(["share_percent", "practice"], ascending=[False, True])
    rows = [
        (
            f"{row['practice_name']} ({row['practice']})",
            f"{row['distance_km']:,.1f}",
            f"{row['share_percent']:.0f} %",
            _known(row["registered_patients"], "{:,.0f}"),
            _known(row["area_m2"], "{:,.0f}"),
            str(row["area_basis"]),
            _known(row["consulting_rooms"], "{:,.1f}"),
            _known(row["required_m2"], "{:,.0f}"),
            _known(row["gap_m2"], "{:+,.0f}"),
            _known(row["probability_short"], "{:.0%}"),
        )
        for row in ordered.head(_MOST_PRACTICES).to_dict("records")
    ]
    headings = (
        *("Practice", "km", "Share of site", "List", "Area m²", "Basis", "Rooms", "Required m²"),
        *("Gap before the site m²", "Chance of a gap"),
    )
    grid = Grid(headings, tuple(rows), (186, 28, 36, 42, 40, 50, 34, 44, 44, 34), 1)
    left = len(ordered) - len(rows)
    more = (
        f" {left} more with {ordered['share_percent'].iloc[_MOST_PRACTICES:].sum():.0f} % of it."
        if left > 0
        else ""
    )
    remark = (
        f"Catchment: {ordered['catchment_basis'].iloc[0]}.{more} – is not known. Area, rooms and gap are "
        "before the site. "
        "Estimated areas are not validated by a survey: they show what to survey first, and no request rests "
        "on them."
    )
    return Section("6. Practices within the catchment", (), (grid,), remark)


def _known(value: float, words: str) -> str:
    return "–" if pd.isna(value) else words.format(float(value))


def tests(here: pd.DataFrame, steps: pd.DataFrame, words: pd.DataFrame, secured: bool, today: str) -> Section:
    """The three tests of regulation 122(2) of the Community Infrastructure Levy Regulations 2010, by line."""
    heading = "7. The tests of regulation 122(2), line by line"
    lines = [row for row in _lines(here) if row["status"] in ("ask", "survey")]
    if secured or not lines:
        why = (
            "the secured contribution was tested when permission was granted"
            if secured
            else "no contribution is requested"
        )
        return Section(heading, (("Not applied", f"{why}."),))
    said = words.set_index(["item", "subject"])["words"]
    answers: dict[tuple[str, str, str], list[str]] = {}
    for row in lines:
        item = row["item"]
        of_item = steps[steps["item"] == item]
        answer = (
            _necessary(row, of_item, today),
            f"The need is that of the people of this site's {shown(row['dwellings'], 2)} homes in the "
            f"catchments of section 3. Project: {said[item, 'project']}.",
            f"{of_item['net_new_share'].iloc[0]:.0%} of first occupants are counted; the limit that "
            "applies is "
            f"{_LIMITS[row['binding_limit']]}; unit cost of grade {row['cost_evidence_grade']}; growth in "
            "use by others, ageing and people who move within the area are left out.",
        )
        answers.setdefault(answer, []).append(LETTERS[item])
    rows = [(", ".join(letters), *answer) for answer, letters in answers.items()]
    headings = (
        "Line",
        "Necessary to make the development acceptable",
        "Directly related",
        "Fairly and reasonably related in scale and kind",
    )
    return Section(heading, (), (Grid(headings, tuple(rows), (26, 172, 160, 166), 4),))


def _necessary(row: dict[str, Any], steps: pd.DataFrame, today: str) -> str:
    if row["status"] == "survey":
        return "Not shown yet: what exists has not been surveyed, so nothing is requested."
    deficit = float(row["existing_deficit_excluded"])
    served = float(steps["served"].sum())
    short = (
        f"short of {deficit:,.1f} {unit_shown(str(row['unit']))} in {today}, which is not charged"
        if deficit > 0
        else f"not charged with any shortfall of {today}"
        if pd.isna(deficit)
        else f"without a shortfall in {today}"
    )
    known = "published: beds open and staffed" if row["item"] in HOSPITAL_ITEMS else "surveyed"
    return (
        f"What exists is known ({known}; basis in section 8): the catchments, taken together, are {short}. "
        "Room to spare goes to "
        f"permitted sites first and serves {shown(served)} of what is counted here; the rest has none."
    )


def funding(here: pd.DataFrame, words: pd.DataFrame) -> Section:
    """Capital only; the policy; levy and funding statement; schemes for the same need."""
    paragraphs = [("Capital only", CAPITAL_ONLY)]
    if len(words):
        for subject, title in (("policy", "Policy"), ("funding_statement", "Funding statement")):
            rows = words[words["subject"] == subject]
            for text, of_text in rows.groupby("words", sort=False):
                lines = listed([LETTERS[item] for item in LETTERS if item in set(of_text["item"])])
                paragraphs.append((f"{title} ({lines})", f"{text}."))
        levy = _all(words, "levy")
        paragraphs.append(
            (
                "Levy",
                f"{levy}. Levy and section 106 may pay for the same project since 1 September 2019 "
                "(regulation 123 removed), never for the same cost twice.",
            )
        )
        rows = words[words["subject"] == "schemes"]
        for text, of_text in rows.groupby("words", sort=False):
            lines = listed([LETTERS[item] for item in LETTERS if item in set(of_text["item"])])
            paragraphs.append((f"Schemes ({lines})", f"{text}."))
    bases: dict[str, list[str]] = {}
    for row in _lines(here):
        catchment = "" if row["status"] == "secured" or row["catchment"] == "none" else f" {row['catchment']}"
        bases.setdefault(f"{row['basis']}{catchment}", []).append(LETTERS[row["item"]])
    paragraphs += [(f"Basis of {listed(letters)}", text) for text, letters in bases.items()]
    return Section("8. Policy, other funding and basis", tuple(paragraphs))


def compared(here: pd.DataFrame, comparisons: pd.DataFrame) -> Section | None:
    """The net-new share from each source with the amount it gives, and published sums by home."""
    if comparisons.empty:
        return None
    dwellings = float(here["dwellings"].iloc[0])
    shares = comparisons[comparisons["subject"] != "gbp_a_home"]
    ends = shares[shares["subject"] == "net_new_both"].sort_values("at_value_gbp")
    rows = [
        (
            str(row["note"]),
            {"net_new_practice": "practices", "net_new_hospital": "hospitals", "net_new_both": "both"}[
                row["subject"]
            ],
            str(row["standing"]),
            "" if row["subject"] == "net_new_both" else f"{shown(row['value'])} %",
            pounds(row["at_value_gbp"]),
        )
        for row in shares.to_dict("records")
    ]
    grids = [Grid(("Source", "Share of", "Status", "Share", "Gives"), tuple(rows), (320, 56, 56, 40, 56), 3)]
    asked, later = here["amount_gbp"].sum(), here["subject_to_survey_gbp"].sum()
    beside = comparisons[comparisons["subject"] == "gbp_a_home"]
    sums = [
        ("This statement: requested", "", f"{pounds(asked / dwellings)}"),
        ("This statement: with what is subject to survey", "", f"{pounds((asked + later) / dwellings)}"),
        *(
            (str(row["note"]), str(row["standing"]), pounds(row["value"]))
            for row in beside.sort_values("value").to_dict("records")
        ),
    ]
    grids.append(Grid(("Compared with published sums", "Status", "Per home"), tuple(sums), (370, 90, 68), 2))
    words = (
        "With the net-new shares at the ends of their ranges, what is requested and what is subject to "
        f"survey come to {pounds(ends['at_value_gbp'].iloc[0])} and "
        f"{pounds(ends['at_value_gbp'].iloc[-1])} in all. A share that "
        "a claimant "
        "put forward for its own case is shown as a claim and used for no amount. This statement lies "
        "below sums that "
        "count all first occupants, since it counts those who are net-new; above those of general "
        "practice alone "
        "where it asks for hospital beds; and below those that add land, fees or community buildings."
    )
    return Section("9. Net-new residents and sums per home, beside other sources", (), tuple(grids), words)


def terms(here: pd.DataFrame, words: pd.DataFrame) -> Section | None:
    """What an agreement has to settle, and what the user has still to enter."""
    lines = [row for row in _lines(here) if row["status"] in ("ask", "survey")]
    if not lines:
        return None
    first = lines[0]
    left = first["quantity"] + first["quantity_subject_to_survey"]
    dwellings = float(first["dwellings"])
    parts = instalments(first_dwelling(dwellings, first["need_counted"], left), dwellings)
    due: dict[str, list[str]] = {}
    for row in lines:
        due.setdefault(str(row["trigger"]), []).append(LETTERS[row["item"]])
    triggers = "; ".join(f"{listed(letters)}: {text}" for text, letters in due.items())
    share = (
        f"{len(parts)} equal parts, before dwellings {listed([f'{each:,}' for each in parts])} are occupied"
    )
    paragraphs = [
        ("Triggers", f"{triggers}. Paid in {share}." if len(parts) > 1 else f"{triggers}."),
        (
            "Indexation",
            f"amounts are at {first['price_base']} and follow a published tender price index to the day "
            "of payment.",
        ),
        ("Land", f"{_all(words, 'land')}; land given on the site is taken off at its value for the use."),
        (
            "VAT",
            "amounts are without VAT; what the body that builds cannot recover is added when it is known. "
            "Whether the unit costs hold any is not stated by their sources.",
        ),
        (
            "Clawback",
            f"what is unspent {CLAWBACK_YEARS} years after payment is returned with interest (a proposal, "
            "grade C).",
        ),
        (
            "Section 106A",
            "the obligation may be changed by agreement, or on application after five years (Town and "
            "Country Planning "
            "Act 1990, section 106A); a change of the homes or their mix changes the amount by the sums "
            "above.",
        ),
    ]
    missing = missing_words(words)
    if missing:
        paragraphs.append(("Still to be entered by the user", f"{'; '.join(missing)}."))
    return Section("10. Terms, and what is missing", tuple(paragraphs))


def missing_words(words: pd.DataFrame) -> list[str]:
    """What the user has to enter or confirm, each with the lines it is for."""
    titles = {
        "policy": "policy reference",
        "funding_statement": "funding statement: held, spent, allocated, expiry",
        "levy": "what the levy pays",
        "project": "the project",
        "land": "land on the site",
        "site_type": "the site's own mix",
    }
    found = []
    wanted = words[words["to_enter"] == "yes"]
    for subject, title in titles.items():
        items = set(wanted.loc[wanted["subject"] == subject, "item"])
        lines = [LETTERS[item] for item in LETTERS if item in items]
        if items:
            found.append(f"{title} ({', '.join(lines)})" if lines else title)
    return found


def lead(here: pd.DataFrame, secured: bool) -> str:
    """The statement in a few sentences."""
    if secured:
        return (
            "Permission is issued for this site. This statement records what is secured and requests "
            "nothing: a signed agreement is not reopened, and the site's residents count as committed growth."
        )
    asked, later = here[here["status"] == "ask"], here[here["quantity_subject_to_survey"] > 0]
    dwellings, total = float(here["dwellings"].iloc[0]), asked["amount_gbp"].sum()
    words = "No contribution is requested for this site. The reasons are under each heading."
    if len(asked):
        kind = "kinds of capital are" if len(asked) > 1 else "kind of capital is"
        words = (
            f"{len(asked)} {kind} requested ({item_titles(list(asked['item']))}): {pounds(total)}, or "
            f"{pounds(total / dwellings)} per home, at {asked['price_base'].iloc[0]}. Each is a separate "
            "request."
        )
    if len(later):
        words += (
            f" {pounds(later['subject_to_survey_gbp'].sum())} more ({item_titles(list(later['item']))}) "
            "would be requested if a survey finds no room to spare; it is not in the sum requested."
        )
    return words


def _all(words: pd.DataFrame, subject: str) -> str:
    found = words.loc[(words["subject"] == subject) & (words["item"] == "all"), "words"]
    return str(found.iloc[0]) if len(found) else TO_ENTER


def _lines(here: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of the lines of a statement in their order; service funding is none."""
    rows = here[here["item"].isin(LETTERS)]
    order = np.argsort([list(LETTERS).index(item) for item in rows["item"]])
    found = rows.iloc[order].to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in found]
