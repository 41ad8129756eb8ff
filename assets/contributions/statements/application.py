"""A statement for any application: the rows of a site that no trajectory names, from a release's tables.

Its people and needs come from the released rates, homes and evidence; spare capacity is what all sites of the
release leave. With and without the site is not projected, so the interval holds the ends of the net-new
shares, and of the mix where that is not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from assets.contributions.contribution_items import (
    EQUIPMENT,
    FACILITIES_BEHIND,
    HOSPITAL_ITEMS,
    SERVICE_FUNDING,
)
from assets.contributions.counted_items import PLACE
from assets.contributions.funding_statements import TO_ENTER
from assets.contributions.site_types import OWN_MIX, UNKNOWN, SiteTypes
from assets.contributions.statement_words import SERVICE_FUNDING_WORDS, money, survey_money
from assets.inputs.assumptions import Assumptions
from assets.inputs.scenarios import PRINCIPAL
from assets.tables.declarations.named_values import BEDROOMS, NEIGHBOURHOOD_BANDS
from models.arrays import FloatArray
from models.estates.contribution_rules import SHOWN, as_shown, first_dwelling

REFERENCE = "APPLICATION"
_BANDS, _BEDROOMS = list(NEIGHBOURHOOD_BANDS), list(BEDROOMS)
_ALL = "all"


@dataclass(frozen=True)
class Application:
    """What is applied for: homes, their shares by bedrooms or a type of site, and where."""

    place: str
    homes: int
    shares: FloatArray | None
    site_type: str
    where: str
    flows_of: str


def with_application(
    tables: Mapping[str, pd.DataFrame], application: Application, occupancy: pd.DataFrame, near: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """The tables of a statement with the rows of an application as a site of the principal scenario.

    occupancy: people a home by bedrooms and age. near: its rows of contribution_practices.
    """
    known = Assumptions(tables["assumptions"])
    key = {"scenario": PRINCIPAL, "place": application.place, "site_reference": REFERENCE}
    types = SiteTypes(pd.DataFrame(columns=["place", "site_reference"]), known)
    shares = types.mix(application.site_type) if application.shares is None else application.shares
    homes = np.round(application.homes * shares / shares.sum(), 2)
    a_home = occupancy.pivot_table(
        index="bedrooms", columns="age_band", values="people_a_home", aggfunc="first"
    )
    a_home = a_home.loc[_BEDROOMS, _BANDS]
    by_size = homes[:, None] * a_home.to_numpy(dtype=float)
    site_type = OWN_MIX if application.shares is not None else application.site_type
    counted = _Counted(tables, application, by_size.sum(axis=0), known, site_type)
    steps = pd.DataFrame([{**key, **row} for row in counted.steps()])
    words = pd.DataFrame(
        [{**key, **row} for row in _words(tables["contribution_words"], application, site_type)]
    )
    rows = {
        "developer_contributions": pd.DataFrame([{**key, **row} for row in counted.rows(steps)]),
        "contribution_residents": pd.DataFrame(
            [
                {
                    **key,
                    "bedrooms": size,
                    "age_band": band,
                    "dwellings": homes[number],
                    "mix": "trajectory" if site_type == OWN_MIX else "assumed",
                    "residents": by_size[number, at],
                    "source_id": "placecast",
                    "evidence_grade": "C",
                }
                for number, size in enumerate(_BEDROOMS)
                for at, band in enumerate(_BANDS)
            ]
        ),
        "contribution_steps": steps,
        "contribution_words": words,
        "contribution_practices": near,
        "contribution_comparisons": pd.DataFrame(
            [{**key, **row} for row in counted.comparisons(tables["contribution_comparisons"])]
        ),
    }
    return {
        **tables,
        **{name: pd.concat([tables[name], added]) for name, added in rows.items() if len(added)},
    }


class _Counted:
    """Needs and pounds of an application at any net-new share."""

    def __init__(
        self,
        tables: Mapping[str, pd.DataFrame],
        application: Application,
        people: FloatArray,
        known: Assumptions,
        site_type: str,
    ) -> None:
        self._application, self._people, self._site_type = application, people, site_type
        self._known, self._steps = known, tables["contribution_steps"].query("scenario == @PRINCIPAL")
        contributions = tables["developer_contributions"].query("scenario == @PRINCIPAL")
        here = contributions[contributions["place"] == application.place]
        # What catchments are short of today is the same for every site of the council with its flows.
        self._short = here.groupby("item")["existing_deficit_excluded"].max().to_dict()
        rates = tables["contribution_rates"]
        rates = rates[rates["place"] == application.place]
        of_flows = rates["rate_of"].str.endswith(f" as {application.flows_of}")
        own = ~rates["rate_of"].str.contains(" as ")
        as_elsewhere = application.flows_of != application.place and of_flows.any()
        local = rates["rate_of"] == PLACE
        self._rates = rates[(of_flows | local) if as_elsewhere else own]
        self.shares = {
            scope: (known.value(name), *known.ends(name))
            for scope in ("practice", "hospital")
            for name in [f"estates.net_new_share_{scope}"]
        }

    def steps(self, at: Mapping[str, float] | None = None, people: float = 1.0) -> list[dict[str, Any]]:
        """Rows of contribution_steps at other shares and with people × a factor, where they are given."""
        found = []
        for (item, rate_of), rows in self._rates.groupby(["item", "rate_of"], sort=False):
            by_age = rows.set_index("age_band")["per_1000_residents"].reindex(_BANDS).to_numpy(dtype=float)
            need = float(self._people @ by_age) * people / 1000.0
            if need <= 0:
                continue
            scope = "hospital" if item in HOSPITAL_ITEMS else "practice"
            share = (at or {}).get(scope, self.shares[scope][0])
            code = self._application.place if rate_of == PLACE else str(rate_of).partition(" as ")[0]
            spare, name = self._spare(str(item), code)
            counted = float(as_shown(np.array(need * share)))
            served = 0.0 if np.isnan(spare) else round(min(spare, counted), SHOWN)
            found.append(
                {
                    "item": item,
                    "catchment": code,
                    "catchment_name": name,
                    "rate_of": rate_of,
                    "need": need,
                    "net_new_share": share,
                    "net_new_need": need * share,
                    "limit_need": need * share,
                    "binding_limit": "net_new_share",
                    "counted": counted,
                    "served": served,
                    "unserved": round(counted - served, SHOWN),
                    "existing_known": "no" if np.isnan(spare) else "yes",
                    "spare_left": np.nan if np.isnan(spare) else spare - served,
                }
            )
        return found

    def _spare(self, item: str, code: str) -> tuple[float, str]:
        """What the release's sites leave to spare in a catchment (NaN: not known), and its name."""
        rows = self._steps[(self._steps["catchment"] == code)]
        name = str(rows["catchment_name"].iloc[0]) if len(rows) else code
        rows = rows[(rows["item"] == item) & (rows["existing_known"] == "yes")]
        # Equipment goes with the premises it stands in: what serves these is not told of it.
        if item == EQUIPMENT or rows.empty or rows["spare_left"].isna().all():
            return float("nan"), name
        return float(rows["spare_left"].min()), name

    def _pounds(self, steps: list[dict[str, Any]], known: str) -> dict[str, float]:
        """By item the pounds of its unserved need where existing capacity is known, or where it is not."""
        costs = self._rates.drop_duplicates("item").set_index("item")["unit_cost_gbp"]
        found = dict.fromkeys(costs.index, 0.0)
        for step in steps:
            if step["existing_known"] == known:
                found[step["item"]] += step["unserved"]
        return {str(item): float(np.rint(round(left, SHOWN) * costs[item])) for item, left in found.items()}

    def rows(self, steps: pd.DataFrame) -> list[dict[str, Any]]:
        """Rows of developer_contributions."""
        low_people, high_people = 1.0, 1.0
        if self._site_type == UNKNOWN:
            low_people, high_people = self._known.ends("estates.occupancy_relative_unknown_type")
        central = steps.to_dict("records")
        ends = [
            self.steps({scope: values[end] for scope, values in self.shares.items()}, factor)
            for end, factor in ((1, low_people), (2, high_people))
        ]
        runs = [[{str(name): value for name, value in row.items()} for row in central], *ends]
        asked, later = ([self._pounds(run, known) for run in runs] for known in ("yes", "no"))
        residents, homes = float(self._people.sum()), float(self._application.homes)
        told = self._rates.drop_duplicates("item").set_index("item")
        costs = told["unit_cost_gbp"].to_dict()
        found = []
        for item in FACILITIES_BEHIND:
            scope = "hospital" if item in HOSPITAL_ITEMS else "practice"
            row: dict[str, Any] = {
                "item": item,
                "site_name": f"{self._application.homes:,} homes at {self._application.where}",
                "planning": "an application is not decided; its homes are in no trajectory",
                "site_type": self._site_type,
                "dwellings": homes,
                "residents": residents,
                "net_new_residents": residents * self.shares[scope][0],
                "difference_residents": np.nan,
                "spare_capacity_used": np.nan,
                "existing_deficit_excluded": np.nan,
                "unit_cost_gbp": np.nan,
                "binding_limit": "none",
                "status": "none",
                "other_funding_gbp": 0.0,
                "catchment": "none",
                "trigger": "none",
                "price_base": str(told["price_base"].iloc[0]),
                "unit": "GBP",
                **dict.fromkeys(("need_of_first_occupants", "need_counted", "quantity"), 0.0),
                "quantity_subject_to_survey": 0.0,
            }
            if item == SERVICE_FUNDING or item not in told.index:
                nothing = [0.0, 0.0, 0.0]
                found.append(
                    {**row, **money(nothing, homes), **survey_money(nothing), "basis": SERVICE_FUNDING_WORDS}
                )
                continue
            here = steps[steps["item"] == item]
            sure, unsure = (here[here["existing_known"] == known] for known in ("yes", "no"))
            amounts, surveyed = ([run[item] for run in runs] for runs in (asked, later))
            left, counted = float(here["unserved"].sum()), float(here["counted"].sum())
            home = first_dwelling(homes, counted, left)
            due = "first occupation" if home == 1 else f"occupation of dwelling {home:,} of {homes:,.0f}"
            found.append(
                {
                    **row,
                    "unit": str(told.loc[item, "unit"]),
                    "unit_cost_gbp": float(costs[item]),
                    "cost_source_id": str(told.loc[item, "cost_source_id"]),
                    "cost_evidence_grade": str(told.loc[item, "cost_evidence_grade"]),
                    "need_of_first_occupants": float(here["need"].sum()),
                    "need_counted": counted,
                    "quantity": round(float(sure["unserved"].sum()), SHOWN),
                    "quantity_subject_to_survey": round(float(unsure["unserved"].sum()), SHOWN),
                    "binding_limit": "net_new_share",
                    "spare_capacity_used": float(here["served"].sum()) if unsure.empty else np.nan,
                    "existing_deficit_excluded": self._short.get(item, np.nan) if unsure.empty else np.nan,
                    "status": "ask" if amounts[0] > 0 else "survey" if surveyed[0] > 0 else "none",
                    "trigger": f"Before {due}" if left > 0 else "none",
                    "basis": f"{residents * self.shares[scope][0]:,.0f} of {residents:,.0f} first occupants "
                    f"({self.shares[scope][0]:.0%}) are net-new to the catchment; no projection with and "
                    "without the homes was made, so the interval holds the ends of the net-new share"
                    + (" and of the mix, which is not known." if self._site_type == UNKNOWN else " alone."),
                    **money(amounts, homes),
                    **survey_money(surveyed),
                }
            )
        return found

    def comparisons(self, released: pd.DataFrame) -> list[dict[str, Any]]:
        """The evidence of the release's sites, with the application's amounts at each share."""
        names = ["evidence", "subject", "value", "standing", "source_id", "evidence_grade", "note"]
        found = []
        for row in released.drop_duplicates("evidence")[names].to_dict("records"):
            each = {str(name): value for name, value in row.items()}
            amount, scope = np.nan, str(each["subject"]).removeprefix("net_new_")
            if scope in self.shares:
                amount = self._at({scope: float(each["value"]) / 100.0}, scope)
            elif scope == "both":
                end = 1 if each["evidence"] == "low_ends" else 2
                amount = sum(self._at({name: values[end]}, name) for name, values in self.shares.items())
            found.append({**each, "at_value_gbp": amount})
        return found

    def _at(self, shares: Mapping[str, float], scope: str) -> float:
        steps = self.steps(shares)
        return sum(
            pounds
            for known in ("yes", "no")
            for item, pounds in self._pounds(steps, known).items()
            if (item in HOSPITAL_ITEMS) == (scope == "hospital")
        )


def _words(released: pd.DataFrame, application: Application, site_type: str) -> list[dict[str, Any]]:
    """What the release says of the council's policy, funding, levy and schemes, for any of its sites."""
    here = released[released["place"] == application.place]
    said = here.drop_duplicates(["item", "subject"]).set_index(["item", "subject"])
    own_mix = (
        "the mix of the application"
        if site_type == OWN_MIX
        else f"{site_type.replace('_', ' ')}, as applied for"
    )
    found = [
        {"item": _ALL, "subject": "site_type", "words": own_mix, "to_enter": "no"},
        {
            "item": _ALL,
            "subject": "land",
            "words": "whether the site gives land for health is to be asked",
            "to_enter": "yes",
        },
    ]
    if site_type == UNKNOWN:
        words = "not known: the mixed one is taken; give MIX"
        found[0] = {"item": _ALL, "subject": "site_type", "words": words, "to_enter": "yes"}
    wanted = [(_ALL, "levy")]
    for item in FACILITIES_BEHIND:
        if item != SERVICE_FUNDING:
            wanted += [(item, subject) for subject in ("policy", "funding_statement", "schemes", "project")]
    for item, subject in wanted:
        words, to_enter = TO_ENTER, "yes"
        if subject == "project":
            words = "no scheme or option is named yet: one must be, before the request is made"
        elif (item, subject) in said.index:
            words, to_enter = (str(said.loc[(item, subject), name]) for name in ("words", "to_enter"))
        found.append({"item": item, "subject": subject, "words": words, "to_enter": to_enter})
    return found
