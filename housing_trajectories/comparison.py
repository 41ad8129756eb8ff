"""What changed between two issues of a trajectory, site by site, in homes by year."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from housing_trajectories.findings import inert
from housing_trajectories.schema import Trajectory, financial_year_label

CHANGES = ("added", "dropped", "resized", "delayed", "brought forward", "rephased")
_SLACK = 0.005


@dataclass(frozen=True)
class SiteChange:
    """How one site changed: `changes` of CHANGES, homes by financial year before and after."""

    place: str
    reference: str
    name: str
    changes: tuple[str, ...]
    before: dict[int, float]
    after: dict[int, float]
    formerly: str = ""

    @property
    def difference(self) -> dict[int, float]:
        """Homes by year, after less before, years without a difference left out."""
        years = sorted({*self.before, *self.after})
        change = {year: self.after.get(year, 0.0) - self.before.get(year, 0.0) for year in years}
        return {year: homes for year, homes in change.items() if abs(homes) > _SLACK}


@dataclass(frozen=True)
class Comparison:
    """Two issues: the sites that changed, in order of reference, and the totals by year."""

    old: Trajectory
    new: Trajectory
    sites: tuple[SiteChange, ...]
    before: dict[int, float]
    after: dict[int, float]

    @property
    def same_file(self) -> bool:
        """Whether both are the same file, byte for byte."""
        return self.old.sha256 == self.new.sha256


def compare(old: Trajectory, new: Trajectory) -> Comparison:
    """The sites whose planned homes differ, adopted and beyond-plan rows together, drafts apart.

    A site that is in one issue only but has the same name and homes under another reference in the other is
    one site under a new reference.
    """
    before, after = _by_site(old.table), _by_site(new.table)
    names = {**_names(old.table), **_names(new.table)}
    gone = [key for key in before if key not in after]
    come = [key for key in after if key not in before]
    moved = _same_names(gone, come, _names(old.table), _names(new.table))
    changes = []
    for key in sorted({*before, *after} - set(moved)):
        former = next((old_key for old_key, new_key in moved.items() if new_key == key), key)
        was, now = before.get(former, {}), after.get(key, {})
        kinds = _kinds(was, now)
        if kinds or former != key:
            place, reference, _ = key
            formerly = former[1] if former != key else ""
            changes.append(SiteChange(place, reference, names[key], kinds, was, now, formerly))
    return Comparison(old, new, tuple(changes), _totals(before), _totals(after))


def as_json(comparison: Comparison) -> str:
    """The comparison as JSON: files, totals by year, and each changed site with its homes by year."""
    return json.dumps(
        {
            "old": _file(comparison.old),
            "new": _file(comparison.new),
            "same_file": comparison.same_file,
            "homes_old": _labelled(comparison.before),
            "homes_new": _labelled(comparison.after),
            "sites": [
                {
                    "place": site.place,
                    "site_reference": site.reference,
                    "site_name": site.name,
                    "formerly": site.formerly or None,
                    "changes": list(site.changes),
                    "homes_old": _labelled(site.before),
                    "homes_new": _labelled(site.after),
                    "difference": _labelled(site.difference),
                }
                for site in comparison.sites
            ],
        },
        indent=2,
        ensure_ascii=False,
    )


def _kinds(was: dict[int, float], now: dict[int, float]) -> tuple[str, ...]:
    """The changes from one phasing to another; timing is compared by the share of homes by each year."""
    total_before, total_after = sum(was.values()), sum(now.values())
    if not was and not now:
        return ()
    if not was or (not total_before and total_after):
        return ("added",)
    if not now or (not total_after and total_before):
        return ("dropped",)
    kinds = ["resized"] if abs(total_before - total_after) > _SLACK else []
    years = list(range(min(*was, *now), max(*was, *now) + 1))
    first, second = _running(was, years), _running(now, years)
    if kinds:
        first, second = first / (total_before or 1), second / (total_after or 1)
    change = second - first
    slack = _SLACK if not kinds else 0.02
    if (change < -slack).any() and not (change > slack).any():
        kinds.append("delayed")
    elif (change > slack).any() and not (change < -slack).any():
        kinds.append("brought forward")
    elif (np.abs(change) > slack).any():
        kinds.append(
            "delayed" if change.sum() < -slack else "brought forward" if change.sum() > slack else "rephased"
        )
    return tuple(kinds)


def _running(homes: dict[int, float], years: list[int]) -> NDArray[np.float64]:
    return np.cumsum([homes.get(year, 0.0) for year in years])


Key = tuple[str, str, str]


def _by_site(table: pd.DataFrame) -> dict[Key, dict[int, float]]:
    rows = _planned(table)
    result: dict[Key, dict[int, float]] = {}
    columns = (
        rows["place"],
        rows["site_reference"],
        rows["issue_of"],
        rows["year"],
        rows["planned_net_dwellings"],
    )
    for place, reference, issue_of, year, homes in zip(*columns, strict=True):
        years = result.setdefault((str(place), str(reference), str(issue_of)), {})
        years[int(year)] = years.get(int(year), 0.0) + float(homes)
    return result


def _planned(table: pd.DataFrame) -> pd.DataFrame:
    rows = table[table["plan_status"].ne("recorded")]
    return rows.assign(issue_of=np.where(rows["plan_status"].eq("draft"), "draft", "plan"))


def _names(table: pd.DataFrame) -> dict[Key, str]:
    rows = _planned(table).drop_duplicates(["place", "site_reference", "issue_of"])
    keys = zip(rows["place"], rows["site_reference"], rows["issue_of"], strict=True)
    return {(str(p), str(r), str(i)): str(n) for (p, r, i), n in zip(keys, rows["site_name"], strict=True)}


def _same_names(gone: list[Key], come: list[Key], old: dict[Key, str], new: dict[Key, str]) -> dict[Key, Key]:
    by_name: dict[tuple[str, str, str], list[Key]] = {}
    for key in come:
        by_name.setdefault((key[0], _folded(new[key]), key[2]), []).append(key)
    moved: dict[Key, Key] = {}
    for key in gone:
        found = by_name.get((key[0], _folded(old[key]), key[2]), [])
        if len(found) == 1 and found[0] not in moved.values() and _folded(old[key]):
            moved[key] = found[0]
    return moved


def _folded(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", name.lower()).strip()


def _totals(by_site: dict[Key, dict[int, float]]) -> dict[int, float]:
    totals: dict[int, float] = {}
    for years in by_site.values():
        for year, homes in years.items():
            totals[year] = totals.get(year, 0.0) + homes
    return dict(sorted(totals.items()))


def _labelled(homes: dict[int, float]) -> dict[str, float]:
    return {financial_year_label(year): round(value, 4) for year, value in sorted(homes.items())}


def _file(trajectory: Trajectory) -> dict[str, Any]:
    return {
        "file": inert(trajectory.file),
        "sha256": trajectory.sha256,
        "issue": trajectory.issue,
        "received": trajectory.received,
        "base_date": trajectory.base_date,
    }
