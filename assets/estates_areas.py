"""An area's requirement beside what exists there: its rows of requirement, existing, gap and breach.

An area is a place or a hospital provider, whose draws are held; neighbourhoods have only their quantiles and
are in `estates_neighbourhoods`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.ensemble import Summary, summarise
from models.estates.capacity import breach_probability, shortfall

FloatArray = NDArray[np.float64]

VALUES = ("principal", "p10", "p50", "p90")


@dataclass(frozen=True)
class Labels:
    """Scenarios and financial years of the run."""

    scenarios: list[str]
    years: NDArray[np.int64]


@dataclass(frozen=True)
class Area:
    """Requirement (draw, scenario, year, facility), and what exists by facility, (draw or 1, year).

    A facility of which it is not known what exists has no entry in `existing`.
    """

    code: str
    kind: str
    facilities: list[str]
    required: FloatArray
    existing: Mapping[str, FloatArray]

    @cached_property
    def summary(self) -> Summary:
        """Quantiles of the requirement (scenario, year, facility)."""
        return summarise(self.required)

    def gap(self, facility: str) -> FloatArray:
        """Shortfall (draw, scenario, year) of a facility of which it is known what exists."""
        at = self.facilities.index(facility)
        return shortfall(self.required[..., at], self.existing[facility][:, None, :])

    def breach(self, facility: str) -> FloatArray:
        """Probability (scenario, year) that the requirement exceeds what exists."""
        return breach_probability(self.gap(facility))


def labelled(values: Summary | Mapping[str, FloatArray], index: Mapping[str, Any]) -> pd.DataFrame:
    """A row a cell of arrays whose axes are `index`, in its order."""
    frame = pd.MultiIndex.from_product(list(index.values()), names=list(index)).to_frame(index=False)
    named = values._asdict() if isinstance(values, Summary) else values
    for name, array in named.items():
        if not np.isfinite(array).all():
            raise ValueError(f"estates of {dict(index)} hold a {name} that is not finite")
        frame[name] = np.ascontiguousarray(array).reshape(-1)
    return frame


def area_rows(area: Area, labels: Labels) -> pd.DataFrame:
    """Rows of required, existing and gap of an area, by scenario, year and facility."""
    index = {"scenario": labels.scenarios, "year": labels.years}
    parts = [labelled(area.summary, {**index, "facility": area.facilities}).assign(measure="required")]
    for facility, existing in area.existing.items():
        for measure, summary in (
            ("existing", of_existing(existing, len(labels.scenarios))),
            ("gap", summarise(area.gap(facility))),
        ):
            parts.append(labelled(summary, index).assign(facility=facility, measure=measure))
    return pd.concat(parts, ignore_index=True)


def of_existing(existing: FloatArray, scenarios: int) -> Summary:
    """Quantiles (scenario, year) of what exists: the same in every scenario."""
    found = summarise(existing) if len(existing) > 1 else Summary(*(existing[0] for _ in VALUES))
    return Summary(*(np.broadcast_to(values, (scenarios, len(values))) for values in found))


def breach_rows(area: Area, labels: Labels) -> pd.DataFrame:
    """Rows of the probability that the requirement exceeds what exists, where that is known."""
    parts = [
        labelled(
            {"probability": area.breach(facility)}, {"scenario": labels.scenarios, "year": labels.years}
        ).assign(area=area.code, area_kind=area.kind, facility=facility)
        for facility in area.existing
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
