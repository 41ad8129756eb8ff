"""What a new version of a council's trajectory lacks of the version before it.

A copy that ended between two rows is a whole file to any reader; beside the version before it is not. Only
planned homes from the new version's first year on are held against each other: what was built since is no
loss.
"""

from __future__ import annotations

from collections.abc import Mapping

from housing_trajectories.comparison import compare
from housing_trajectories.findings import Finding, inert
from housing_trajectories.schema import Trajectory

_NAMED = 5
"""References that are told; of more the number is given."""


def fewer_than_before(before: Trajectory, now: Trajectory, share: float) -> Finding | None:
    """A warning where `now` lacks more than `share` of the sites of the version before, or of their homes.

    A site under a new reference and the same name is not missing. Rows of no site (allowances) count as
    sites.
    """
    comparison = compare(before, now)
    start = min(comparison.after, default=0)
    missing = [
        site
        for site in comparison.sites
        if "dropped" in site.changes and not site.after and _from(site.before, start) > 0
    ]
    new = sum("added" in site.changes and not site.before for site in comparison.sites)
    sites = _sites(before, start)
    homes, homes_now = _from(comparison.before, start), _from(comparison.after, start)
    fewer = homes - homes_now
    if len(missing) <= share * sites and fewer <= share * homes:
        return None
    references = ", ".join(inert(site.reference, 40) for site in missing[:_NAMED])
    more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
    named = f"; missing are {references}{more}" if missing else ""
    others = f", {new} others new" if new else ""
    return Finding(
        now.file,
        None,
        None,
        f"{len(missing)} of {sites} sites and {max(fewer, 0.0):,.0f} of {homes:,.0f} homes fewer than in the "
        f"version before{others}",
        f"at most {share:.0%} of either fewer, unless the council has dropped them",
        severity="warning",
        done=f"used as it is{named}: ask the council whether the file is whole",
        issue="fewer sites than before",
    )


def _from(homes: Mapping[int, float], start: int) -> float:
    return sum(count for year, count in homes.items() if year >= start)


def _sites(trajectory: Trajectory, start: int) -> int:
    table = trajectory.table
    planned = table[
        table["plan_status"].ne("recorded") & table["year"].ge(start) & table["planned_net_dwellings"].gt(0)
    ]
    return len(planned.drop_duplicates(["place", "site_reference"]))
