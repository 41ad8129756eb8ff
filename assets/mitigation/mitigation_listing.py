"""Every measure of new models of care, on or off, and why: the released table `mitigation_measures`."""

from __future__ import annotations

from typing import Any

import dagster as dg
import pandas as pd

from assets.inputs.service_list import switched_on
from assets.mitigation.mitigation_measures import EVERYWHERE
from assets.tables.declarations import TABLES
from assets.tables.uncertain_table import released

_OF_TYPE = (
    "title",
    "kind",
    "remains_percent",
    "remains_low",
    "remains_high",
    "before_year",
    "full_year",
    "source_id",
    "evidence_grade",
)
_OF_TARGET = (
    "kind",
    "published_year",
    "target_year",
    "before_year",
    "full_year",
    "source_id",
    "evidence_grade",
)


@dg.asset(group_name="mitigation", kinds={"pandas"})
def mitigation_measures(
    mitigation_targets: pd.DataFrame,
    mitigation_library: pd.DataFrame,
    mitigation_shares: pd.DataFrame,
    services: pd.DataFrame,
) -> pd.DataFrame:
    """Published targets and types of the library by service, whether a run has them, and what they lack."""
    on = set(switched_on(services)["service"])
    rows = [_of_target(target, on) for target in mitigation_targets.to_dict("records")]
    targets = set(mitigation_targets.loc[mitigation_targets["service"].isin(on), "target"])
    for entry in mitigation_library.to_dict("records"):
        given = mitigation_shares[mitigation_shares["type"] == entry["type"]]
        rows.extend(_of_type(entry, given, on, targets))
    # Where an area has no targets no row has their years.
    names = TABLES["mitigation_measures"].column_names
    return released("mitigation_measures", [pd.DataFrame(rows).reindex(columns=names)])


def _of_target(target: dict[Any, Any], on: set[str]) -> dict[str, Any]:
    there = target["service"] in on
    return {
        "measure": target["target"],
        "service": target["service"],
        "applies_to": EVERYWHERE,
        "title": f"Published target: {target['target']}",
        "status": "on" if there else "off",
        "reason": "A published target" if there else "The service is switched off",
        **{name: target[name] for name in _OF_TARGET},
    }


def _of_type(
    entry: dict[Any, Any], given: pd.DataFrame, on: set[str], targets: set[str]
) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    named = entry["services"].split() if isinstance(entry["services"], str) else ["none"]
    for service in named:
        shares = given[given["service"] == service]
        places = [*shares["applies_to"]] or [EVERYWHERE]
        percents = [*shares["share_percent"]] or [float("nan")]
        lacks = _lack(entry, service, bool(len(shares)), on, targets)
        made.extend(
            {
                "measure": entry["type"],
                "service": service,
                "applies_to": place,
                "status": "off" if lacks else "on",
                "reason": lacks or "Its share of the service is given",
                "share_percent": percent,
                **{name: entry[name] for name in _OF_TYPE},
            }
            for place, percent in zip(places, percents, strict=True)
        )
    return made


def _lack(entry: dict[Any, Any], service: str, has_share: bool, on: set[str], targets: set[str]) -> str:
    """Why a type does nothing on a service; nothing where it does something."""
    if service == "none":
        return "This model has no service it acts on"
    if service not in on:
        return "The service is switched off"
    if entry["covered_by"] in targets:
        return f"The area's published target {entry['covered_by']} stands for it"
    if not has_share:
        return "No share of the service is given in mitigation_shares.csv"
    return ""
