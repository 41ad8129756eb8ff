"""How many of the planned homes come in their year, later, or not at all before the last year. Arrays
only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from housing_trajectories.delivery.selection import Plans, planned_table, rows_in_scenario
from housing_trajectories.schema import RECORDED_REFERENCE, TOTAL_REFERENCE

Array = NDArray[np.float64]
OUTCOMES = ("on_time", "late", "not_at_all")
COLUMNS = (
    "scenario",
    "place",
    "site_reference",
    "outcome",
    "site_name",
    "planned_net_dwellings",
    "principal",
    "p10",
    "p50",
    "p90",
)


def outcomes(planned: Array, delivered: Array) -> Array:
    """(draws, sites, 3): homes on time, late, and not delivered by the last year, of `planned`
    (years, sites).

    Homes come in the order they are planned: a home planned in a year is on time if the site has delivered it
    by that year's end, late if it has by the last year's. The three sum to the homes planned. `delivered` is
    (draws, years, sites).
    """
    before = np.cumsum(planned, axis=0) - planned
    so_far = np.cumsum(delivered, axis=1)
    on_time = np.clip(so_far - before, 0.0, planned).sum(axis=1)
    never = np.maximum(planned.sum(axis=0) - so_far[:, -1], 0.0)
    late = np.maximum(planned.sum(axis=0) - on_time - never, 0.0)
    return np.stack([on_time, late, never], axis=2)


def lateness_rows(
    scenario: str,
    place: str,
    table: pd.DataFrame,
    plans: Plans,
    references: Sequence[str],
    years: Sequence[int],
    delivered: Array,
) -> tuple[pd.DataFrame, Array]:
    """Rows of each named site and of all of them together, and the draws (draws + 1, sites + 1, 3).

    `delivered` is (draws + 1, years, references). Recorded homes and the remainder are no site, so what is
    late or lost of them has no meaning and they are left out; `all` is the named sites.
    """
    rows = rows_in_scenario(table, plans)
    names = dict(zip(rows["site_reference"], rows["site_name"], strict=True))
    open_rows = rows[rows["plan_status"].ne("recorded")]
    named = [r for r in references if r in set(open_rows["site_reference"]) and r not in _NO_SITE]
    at = [list(references).index(reference) for reference in named]
    planned = planned_table(table, plans, years).pivot_table(
        index="year", columns="site_reference", values="planned_net_dwellings", aggfunc="sum"
    )
    homes = planned.reindex(index=list(years), columns=named).fillna(0.0).to_numpy(dtype=np.float64)
    by_site = outcomes(homes, delivered[:, :, at])
    draws = np.concatenate([by_site, by_site.sum(axis=1, keepdims=True)], axis=1)
    labels = [*named, TOTAL_REFERENCE]
    totals = [*homes.sum(axis=0), homes.sum()]
    frame = pd.DataFrame(
        {
            "scenario": scenario,
            "place": place,
            "site_reference": np.repeat(labels, len(OUTCOMES)),
            "outcome": list(OUTCOMES) * len(labels),
            "site_name": np.repeat([*(str(names[r]) for r in named), "All named sites"], len(OUTCOMES)),
            "planned_net_dwellings": np.repeat(totals, len(OUTCOMES)),
        }
    )
    return frame, draws


_NO_SITE = (RECORDED_REFERENCE, "remainder")


def with_values(frame: pd.DataFrame, summary: Mapping[str, Array]) -> pd.DataFrame:
    """The rows with principal, p10, p50 and p90, each (sites + 1, 3)."""
    return frame.assign(**{name: values.ravel() for name, values in summary.items()})[list(COLUMNS)]
