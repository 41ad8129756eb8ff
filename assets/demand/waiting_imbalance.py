"""By how much demand exceeds activity where waiting lists grow: of each place, for planned care."""

from __future__ import annotations

import dagster as dg
import numpy as np
import pandas as pd

from assets.demand.hospital_flows import flow_shares
from assets.demand.monthly.monthly_records import MONTH
from assets.inputs.service_list import switched_on
from assets.population.population_figures import by_keys
from assets.tables.uncertain_table import released
from housing_trajectories.findings import Finding, raise_errors
from models.demand.waiting_lists import MONTHS, Imbalance, imbalance

_COUNTS = ("referrals", "completed_admitted", "completed_non_admitted", "waiting", "over_18_weeks")
GROUPS = {"elective": "admitted", "outpatient": "non_admitted"}
"""Services by flow group, and the kind of completed pathway they are."""


@dg.asset(group_name="demand", kinds={"numpy"})
def waiting_list_imbalance(
    waiting_lists: pd.DataFrame,
    place_to_provider_shares: pd.DataFrame,
    providers: pd.DataFrame,
    services: pd.DataFrame,
) -> pd.DataFrame:
    """Demand beyond activity of each place's planned care, in percent of activity; none without a record.

    A place's is that of the trusts its people go to, by their shares; trusts without a record of a year add
    nothing to it.
    """
    known, told = _of_trusts(waiting_lists, providers)
    shares = flow_shares(place_to_provider_shares, services, providers)
    group_of = switched_on(services).set_index("service")["flow_group"]
    rows = []
    for place in shares["place"].to_numpy().astype(str):
        for group, kind in GROUPS.items():
            service = next((name for name in shares["service"].to_numpy() if group_of[name] == group), None)
            if service is None:
                continue
            own = shares.sel(place=place, service=service)
            part = {trust: float(own.sel(provider=trust)) for trust in known}
            gap = sum(part[trust] * getattr(known[trust], kind) for trust in known)
            late = sum(part[trust] * getattr(known[trust], f"backlog_{kind}") for trust in known)
            rows.append(
                {
                    "place": place,
                    "flow_group": group,
                    "imbalance_percent": 100.0 * gap,
                    "backlog_percent": 100.0 * late,
                    "covered_percent": 100.0 * sum(part.values()),
                    "basis": told,
                }
            )
    return released("waiting_list_imbalance", [pd.DataFrame(rows)])


def list_findings(lists: pd.DataFrame, providers: pd.DataFrame) -> list[Finding]:
    """Rows of months that are none, and of providers that are no acute trust."""
    acute = set(providers.loc[providers["kind"] == "acute", "provider"])
    a_month = lists["month"].map(lambda month: bool(MONTH.fullmatch(month))).astype(bool)
    wrong = [("month", ~a_month, "a month such as 2025-07")]
    wrong += [("provider", ~lists["provider"].isin(acute), "an acute trust of providers.csv")]
    return [
        Finding("waiting_lists.csv", int(row) + 2, column, str(lists.loc[row, column]), expected)
        for column, rows, expected in wrong
        for row in lists.index[rows]
    ]


def _of_trusts(lists: pd.DataFrame, providers: pd.DataFrame) -> tuple[dict[str, Imbalance], str]:
    """The imbalance of each trust with a year of months in succession, and what to say of the record."""
    if lists.empty:
        return {}, "none given, so activity is taken for demand"
    raise_errors(list_findings(lists, providers))
    found, said = {}, []
    for trust, rows in lists.groupby("provider"):
        month = pd.PeriodIndex(rows["month"], freq="M")
        functions = sorted(rows["treatment_function"].unique())
        last = month.max()
        # The latest months without a gap: a list before a gap says nothing of the growth since.
        have = set(month)
        first = last
        while first - 1 in have and (last - first).n < MONTHS - 1:
            first -= 1
        span = pd.period_range(first, last, freq="M")
        if len(span) < MONTHS:
            said.append(
                f"{trust}: {len(span)} {'month' if len(span) == 1 else 'months'} to {last}, "
                f"{MONTHS} in succession are needed, for fewer show a season"
            )
            continue
        axes = {"month": [str(each) for each in span], "treatment_function": functions}
        at = {name: by_keys(rows, name, axes) for name in _COUNTS}
        # A function without a row in a month had nobody there; weeks that are not known stay unknown.
        found[str(trust)] = imbalance(
            referrals=np.nan_to_num(at["referrals"]),
            admitted=np.nan_to_num(at["completed_admitted"]),
            non_admitted=np.nan_to_num(at["completed_non_admitted"]),
            waiting=np.nan_to_num(at["waiting"]),
            over_18_weeks=at["over_18_weeks"],
        )
        said.append(
            f"{trust}: {span[0]} to {last}, {100 * found[str(trust)].removed:.0f} % of clock starts ended "
            "without a completed pathway"
        )
    return found, "; ".join(said)
