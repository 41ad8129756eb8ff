"""An area's requirement and existing capacity: its rows of requirement, existing, gap and breach.

An area is a place or a hospital provider, whose draws are held; neighbourhoods have only their quantiles and
are in `estates_neighbourhoods`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assets.tables.table_cells import Cells
from models.arrays import FloatArray
from models.estates.existing_capacity import breach_probability, shortfall
from models.uncertainty.ensemble import Summary, summarise

VALUES = ("principal", "p10", "p50", "p90")


@dataclass(frozen=True)
class Labels:
    """Scenarios and financial years of the run."""

    scenarios: list[str]
    years: NDArray[np.int64]

    @property
    def index(self) -> dict[str, Any]:
        """Both as the first axes of a table's cells."""
        return {"scenario": self.scenarios, "year": self.years}


@dataclass(frozen=True)
class Area:
    """Requirement (draw, scenario, year, facility), and existing capacity by facility, (draw or 1, year).

    A facility of which it is not known what exists has no entry in `existing`. `planned`: what opens less
    what goes after the first year, (draw or 1, year), of the facilities of which anything does. `counted_as`:
    whether what exists is physical spaces or what is staffed, by facility. `staffed`: what is in use
    of spaces.
    """

    code: str
    kind: str
    facilities: list[str]
    required: FloatArray
    existing: Mapping[str, FloatArray]
    planned: Mapping[str, FloatArray] = field(default_factory=dict)
    counted_as: Mapping[str, str] = field(default_factory=dict)
    staffed: Mapping[str, FloatArray] = field(default_factory=dict)

    @cached_property
    def summary(self) -> Summary:
        """Quantiles of the requirement (scenario, year, facility)."""
        return summarise(self.required)

    def gap(self, facility: str) -> FloatArray:
        """Shortfall (draw, scenario, year) of a facility with known existing capacity."""
        at = self.facilities.index(facility)
        return shortfall(self.required[..., at], self.existing[facility][:, None, :])

    def breach(self, facility: str) -> FloatArray:
        """Probability (scenario, year) that the requirement exceeds existing capacity."""
        return breach_probability(self.gap(facility))


def add_area(cells: Cells, column: str, area: Area, labels: Labels) -> None:
    """Rows of required, existing and gap of an area, its code in `column`."""
    named = {column: area.code}
    cells.add(area.summary, {**labels.index, "facility": area.facilities}, measure="required", **named)
    for facility, existing in area.existing.items():
        named["facility"] = facility
        cells.add(of_existing(existing, len(labels.scenarios)), labels.index, measure="existing", **named)
        cells.add(summarise(area.gap(facility)), labels.index, measure="gap", **named)
    for facility, in_use in area.staffed.items():
        named["facility"] = facility
        cells.add(of_existing(in_use, len(labels.scenarios)), labels.index, measure="staffed", **named)


def of_existing(existing: FloatArray, scenarios: int) -> Summary:
    """Quantiles (scenario, year) of existing capacity: the same in every scenario."""
    found = summarise(existing) if len(existing) > 1 else Summary(*(existing[0] for _ in VALUES))
    return Summary(*(np.broadcast_to(values, (scenarios, len(values))) for values in found))


def add_breach(cells: Cells, area: Area, labels: Labels) -> None:
    """Rows of the probability that the requirement exceeds existing capacity, where that is known."""
    for facility in area.existing:
        found = {"probability": area.breach(facility)}
        named = {"area": area.code, "area_kind": area.kind, "facility": facility}
        cells.add(found, labels.index, counted_as=area.counted_as[facility], **named)
