"""What changed between two issues of a trajectory, site by site, in homes by year."""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from housing_trajectories.findings import inert
from housing_trajectories.schema import Trajectory, financial_year_label

CHANGES = ("added", "dropped", "resized", "delayed", "brought forward", "rephased", "planning status")
_SLACK = 0.005

Key = tuple[str, str, str]
"""Place, reference, and `draft` or `plan`."""


class HomesByYear(Mapping[int, float]):
    """A site's homes by financial year, as a row of an issue's array: two large issues differ in all rows."""

    def __init__(self, years: tuple[int, ...], homes: NDArray[np.float64], stated: NDArray[np.bool_]) -> None:
        self._years, self._homes, self._stated = years, homes, stated

    def __getitem__(self, year: int) -> float:
        at = bisect_left(self._years, year)
        if at == len(self._years) or self._years[at] != year or not self._stated[at]:
            raise KeyError(year)
        return float(self._homes[at])

    def __iter__(self) -> Iterator[int]:
        return (self._years[at] for at in self._stated.nonzero()[0])

    def __len__(self) -> int:
        return int(np.count_nonzero(self._stated))


NO_HOMES = HomesByYear((), np.zeros(0), np.zeros(0, dtype=bool))


@dataclass(frozen=True)
class SiteChange:
    """How one site changed: `changes` of CHANGES, homes by financial year before and after.

    `statuses` are its planning status before and after, empty where it is the same.
    """

    place: str
    reference: str
    name: str
    changes: tuple[str, ...]
    before: Mapping[int, float]
    after: Mapping[int, float]
    formerly: str = ""
    statuses: tuple[str, ...] = ()

    @property
    def difference(self) -> dict[int, float]:
        """Homes by year, after less before, years without a difference left out."""
        years = sorted({*self.before, *self.after})
        change = {year: self.after.get(year, 0.0) - self.before.get(year, 0.0) for year in years}
        return {year: homes for year, homes in change.items() if abs(homes) > _SLACK}

    @property
    def homes_more(self) -> float:
        """Homes after less homes before, over all years."""
        return sum(self.after.values()) - sum(self.before.values())

    @property
    def years_later(self) -> float:
        """By how many years the homes' mean year is later than it was; 0 where there were or are none."""
        means = [
            sum(year * count for year, count in homes.items()) / sum(homes.values())
            for homes in (self.before, self.after)
            if sum(homes.values()) > _SLACK
        ]
        return means[1] - means[0] if len(means) == 2 else 0.0

    @property
    def extent(self) -> float:
        """Homes that are in another year, or in none, or come from none: the larger, the more it matters."""
        return sum(abs(homes) for homes in self.difference.values())


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
    """The sites whose planned homes or planning status differ, adopted and beyond-plan rows together, drafts
    apart.

    A site that is in one issue only but has the same name and homes under another reference in the other is
    one site under a new reference. Where the new issue begins later, homes due before it and those built
    before it stand against each other: what was built as planned is no change.
    """
    first, second = _sites(old.table), _sites(new.table)
    start, first_before = second.first_year, first.first_year
    begins_later = start is not None and first_before is not None and first_before < start
    before, after = first.index, second.index
    gone = [key for key in before if key not in after]
    come = [key for key in after if key not in before]
    moved = _same_names(gone, come, first.names, second.names)
    former_of = {new_key: old_key for old_key, new_key in moved.items()}
    was_built, now_built = _recorded(old.table), _recorded(new.table)
    changes = []
    for key in sorted(({*before, *after} - set(moved)) - _unchanged(first, second)):
        former = former_of.get(key, key)
        if former not in before or key not in after:
            here, found, kind = (first, former, "dropped") if former in before else (second, key, "added")
            homes, name = here.homes_of(found), here.text_of(found, "name")
            one_sided = (homes, NO_HOMES) if kind == "dropped" else (NO_HOMES, homes)
            changes.append(SiteChange(key[0], key[1], name, (kind,), *one_sided))
            continue
        was: Mapping[int, float] = first.homes_of(former)
        now: Mapping[int, float] = second.homes_of(key)
        before_status, now_status = first.text_of(former, "status"), second.text_of(key, "status")
        if begins_later and start is not None and was and now:
            due = _due(was, first.built_of(former, was_built), start)
            built = second.built_of(key, now_built)
            if built is None or abs(built - due) <= _SLACK:
                was = {year: homes for year, homes in was.items() if year >= start}
                kinds = _kinds(was, now)
            else:
                earlier = {start - 1: due}
                kinds = _kinds({**earlier, **_from(was, start)}, {start - 1: built, **_from(now, start)})
        else:
            kinds = _kinds(was, now)
        statuses = (before_status, now_status) if was and now else ()
        statuses = statuses if len(set(statuses)) == 2 else ()
        kinds = (*kinds, "planning status") if statuses else kinds
        if kinds or former != key:
            place, reference, _ = key
            formerly = former[1] if former != key else ""
            name = second.text_of(key, "name") or first.text_of(former, "name")
            changes.append(SiteChange(place, reference, name, kinds, was, now, formerly, statuses))
    return Comparison(old, new, tuple(changes), _totals(first), _totals(second))


def _due(homes: Mapping[int, float], built: float | None, start: int) -> float:
    """Homes that an issue has by the start of a year: built before it, and phased before that year."""
    return (built or 0.0) + sum(value for year, value in homes.items() if year < start)


def _from(homes: Mapping[int, float], start: int) -> dict[int, float]:
    return {year: value for year, value in homes.items() if year >= start}


def _recorded(table: pd.DataFrame) -> dict[Key, float]:
    """Homes of each site that an issue records by year, as it does of years before its base date."""
    rows = table[table["plan_status"].eq("recorded")]
    result: dict[Key, float] = {}
    columns = (rows["place"], rows["site_reference"], rows["planned_net_dwellings"])
    for place, reference, homes in zip(*columns, strict=True):
        key = (str(place), str(reference), "plan")
        result[key] = result.get(key, 0.0) + float(homes)
    return result


def _unchanged(first: _Sites, second: _Sites) -> set[Key]:
    """Keys of both issues with the same homes in the same years and the same planning status."""
    both = [key for key in first.index if key in second.index]
    if not both or first.years != second.years:
        return set()
    here = np.array([first.index[key] for key in both])
    there = np.array([second.index[key] for key in both])
    same = (np.abs(first.homes[here] - second.homes[there]) <= _SLACK).all(axis=1)
    same &= (first.stated[here] == second.stated[there]).all(axis=1)
    same &= first.statuses[here] == second.statuses[there]
    return {key for key, is_same in zip(both, same.tolist(), strict=True) if is_same}


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
                    "planning_status": list(site.statuses) or None,
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


def _kinds(was: Mapping[int, float], now: Mapping[int, float]) -> tuple[str, ...]:
    """The changes from one phasing to another; timing is compared by the share of homes by each year."""
    if not was and not now:
        return ()
    if not was or not now:
        return ("dropped",) if was else ("added",)
    total_before, total_after = sum(was.values()), sum(now.values())
    if not total_before and total_after:
        return ("added",)
    if not total_after and total_before:
        return ("dropped",)
    kinds = ["resized"] if abs(total_before - total_after) > _SLACK else []
    years = list(range(min(*was, *now), max(*was, *now) + 1))
    first, second = _running(was, years), _running(now, years)
    in_homes = [there - here for here, there in zip(first, second, strict=True)]
    if kinds:
        first = [homes / (total_before or 1) for homes in first]
        second = [homes / (total_after or 1) for homes in second]
    change = [there - here for here, there in zip(first, second, strict=True)]
    slack = _SLACK if not kinds else 0.02
    # A site that only grew or shrank is neither late nor early: homes themselves must come later or sooner.
    behind = min(change) < -slack and min(in_homes) < -_SLACK
    ahead = max(change) > slack and max(in_homes) > _SLACK
    if behind and not ahead:
        kinds.append("delayed")
    elif ahead and not behind:
        kinds.append("brought forward")
    elif behind:
        moved = sum(change)
        kinds.append("delayed" if moved < -slack else "brought forward" if moved > slack else "rephased")
    return tuple(kinds)


def _running(homes: Mapping[int, float], years: list[int]) -> list[float]:
    return list(accumulate(homes.get(year, 0.0) for year in years))


@dataclass(frozen=True)
class _Sites:
    """The planned rows of an issue as arrays over its sites: homes by year, (sites, years), and what else
    is compared."""

    index: dict[Key, int]
    years: tuple[int, ...]
    homes: NDArray[np.float64]
    stated: NDArray[np.bool_]
    statuses: NDArray[np.object_]
    site_names: NDArray[np.object_]
    built: NDArray[np.float64]

    @property
    def first_year(self) -> int | None:
        return self.years[0] if self.years else None

    @property
    def names(self) -> dict[Key, str]:
        return {key: str(self.site_names[row]) for key, row in self.index.items()}

    def homes_of(self, key: Key) -> HomesByYear:
        row = self.index.get(key)
        return NO_HOMES if row is None else HomesByYear(self.years, self.homes[row], self.stated[row])

    def text_of(self, key: Key, what: str) -> str:
        row = self.index.get(key)
        values = self.statuses if what == "status" else self.site_names
        return "" if row is None else str(values[row])

    def built_of(self, key: Key, recorded: dict[Key, float]) -> float | None:
        row = self.index.get(key)
        stated = math.nan if row is None else float(self.built[row])
        if math.isnan(stated) and key not in recorded:
            return None
        return (0.0 if math.isnan(stated) else stated) + recorded.get(key, 0.0)


def _sites(table: pd.DataFrame) -> _Sites:
    rows = table[table["plan_status"].ne("recorded").to_numpy()]
    place, places = _factorized(rows["place"])
    reference, references = _factorized(rows["site_reference"])
    draft = rows["plan_status"].eq("draft").to_numpy()
    combined = (place.astype(np.int64) * (len(references) + 1) + reference) * 2 + draft
    site, unique = pd.factorize(combined)
    _, first = np.unique(site, return_index=True)
    years = np.unique(rows["year"].to_numpy())
    at = np.searchsorted(years, rows["year"].to_numpy())
    shape = (len(unique), len(years))
    cell = site * max(len(years), 1) + at
    size = shape[0] * shape[1]
    homes = np.bincount(cell, weights=rows["planned_net_dwellings"].to_numpy(), minlength=size).astype(
        np.float64
    )
    heads = rows.take(first)
    keys = zip(
        [places[code] for code in place[first]],
        [references[code] for code in reference[first]],
        ["draft" if is_draft else "plan" for is_draft in draft[first]],
        strict=True,
    )
    return _Sites(
        {key: number for number, key in enumerate(keys)},
        tuple(int(year) for year in years),
        homes.reshape(shape),
        (np.bincount(cell, minlength=size) > 0).reshape(shape),
        np.array(heads["planning_status"].tolist(), dtype=object),
        np.array(heads["site_name"].tolist(), dtype=object),
        heads["built_before"].to_numpy(dtype=float),
    )


def _factorized(texts: pd.Series) -> tuple[NDArray[np.intp], list[str]]:
    codes, unique = pd.factorize(texts)
    return codes, [str(text) for text in unique.tolist()]


def _same_names(gone: list[Key], come: list[Key], old: dict[Key, str], new: dict[Key, str]) -> dict[Key, Key]:
    by_name: dict[tuple[str, str, str], list[Key]] = {}
    for key in come:
        by_name.setdefault((key[0], _folded(new[key]), key[2]), []).append(key)
    moved: dict[Key, Key] = {}
    taken: set[Key] = set()
    for key in gone:
        found = by_name.get((key[0], _folded(old[key]), key[2]), [])
        if len(found) == 1 and found[0] not in taken and _folded(old[key]):
            moved[key] = found[0]
            taken.add(found[0])
    return moved


def _folded(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", name.lower()).strip()


def _totals(sites: _Sites) -> dict[int, float]:
    return dict(zip(sites.years, sites.homes.sum(axis=0).tolist(), strict=True))


def _labelled(homes: Mapping[int, float]) -> dict[str, float]:
    return {financial_year_label(year): round(value, 4) for year, value in sorted(homes.items())}


def _file(trajectory: Trajectory) -> dict[str, Any]:
    return {
        "file": inert(trajectory.file),
        "sha256": trajectory.sha256,
        "issue": trajectory.issue,
        "received": trajectory.received,
        "base_date": trajectory.base_date,
    }
