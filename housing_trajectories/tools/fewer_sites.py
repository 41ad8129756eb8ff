"""What a new version of a council's trajectory lacks of the version before it.

A copy that ended between two rows is a whole file to any reader; beside the version before it is not. Only
planned homes from the new version's first year on are held against each other: what was built since is no
loss.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from housing_trajectories.findings import Finding, inert
from housing_trajectories.schema import Trajectory, financial_year_label
from housing_trajectories.tools.comparison import compare

_SLACK = 0.5
"""Homes that are no loss but rounding."""
_NAMED = 5
"""References that are told; of more the number is given."""


def fewer_than_before(before: Trajectory, now: Trajectory, share: float) -> Finding | None:
    """A warning where `now` lacks more than `share` of the sites of the version before, or of their homes.

    A plan and its draft speak of the same homes, so each is held against its own. A site under a new
    reference and the same name is not missing. Rows of no site (allowances) count as sites.
    """
    plan = _lacking(_plan(before, draft=False), _plan(now, draft=False), share)
    draft = _lacking(_plan(before, draft=True), _plan(now, draft=True), share)
    found = [*([plan[0]] if plan else []), *([f"draft {draft[0]}"] if draft else [])]
    if not found:
        return None
    missing = "".join(f"; {told[1]}" for told in (plan, draft) if told and told[1])
    return Finding(
        now.file,
        None,
        None,
        f"less than in the version before: {'; '.join(found)}",
        f"at most {share:.0%} of either fewer, unless the council has dropped them"
        if share
        else "as many, unless the council has dropped them",
        severity="warning",
        done=f"used as it is{missing}: ask the council whether it is whole",
        issue="fewer sites than before",
    )


def _plan(trajectory: Trajectory, draft: bool) -> Trajectory:
    rows = trajectory.table["plan_status"].eq("draft")
    return replace(trajectory, table=trajectory.table[rows if draft else ~rows])


def _lacking(before: Trajectory, now: Trajectory, share: float) -> tuple[str, str] | None:
    """How much one plan lacks, and the first references; None where it is no more than `share`."""
    comparison = compare(before, now)
    start = min(comparison.after, default=0)
    missing = [
        site
        for site in comparison.sites
        if "dropped" in site.changes and not site.after and _from(site.before, start) > 0
    ]
    sites = _sites(before, start)
    homes = _from(comparison.before, start)
    fewer = homes - _from(comparison.after, start)
    if len(missing) <= share * sites and fewer <= share * homes + _SLACK:
        return None
    counts = f"{len(missing)} of {sites} sites, {max(fewer, 0.0):,.0f} of {homes:,.0f} homes"
    years = {year for year, count in comparison.before.items() if year >= start and count > 0}
    lost = sorted(year for year in years if not comparison.after.get(year, 0.0) > 0)
    if lost:
        span = f"{financial_year_label(lost[0])} to {financial_year_label(lost[-1])}"
        counts += f", {len(lost)} of {len(years)} years ({span})"
    if not missing:
        return counts, ""
    new = sum("added" in site.changes and not site.before for site in comparison.sites)
    references = ", ".join(inert(site.reference, 40) for site in missing[:_NAMED])
    more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
    return counts, f"missing are {references}{more}" + (f", {new} others are new" if new else "")


def _from(homes: Mapping[int, float], start: int) -> float:
    return sum(count for year, count in homes.items() if year >= start)


def _sites(trajectory: Trajectory, start: int) -> int:
    table = trajectory.table
    planned = table[
        table["plan_status"].ne("recorded") & table["year"].ge(start) & table["planned_net_dwellings"].gt(0)
    ]
    return len(planned.drop_duplicates(["place", "site_reference"]))
