"""Which assumptions of change a scenario takes: those of the principal run, or a variant of its own.

A scenario file says `health_status`, `length_of_stay` and `non_demographic_growth`. `principal` takes the row
of assumptions.csv with the plain name; any other word takes the row with that word behind its name, so that
whoever writes a scenario writes its rows and no code. `none` is no growth at all. The principal of
`health_status` is the table health_status_elicitation.csv.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from assets.inputs.assumptions import Assumptions
from assets.inputs.scenarios import Scenario
from models.arrays import FloatArray
from models.demand import activity_change

PRINCIPAL = "principal"
NONE = "none"
HEALTHY_YEARS = "demand.healthy_years_gained_a_decade"
"""Of a scenario that says something else than the elicitation, with its word behind it."""


def of_variant(identifier: str, variant: str) -> str:
    """Id of the assumption a variant takes."""
    return identifier if variant == PRINCIPAL else f"{identifier}_{variant}"


class Change:
    """How use changes over the years, by variant: growth and length of stay.

    Made once for a variant and kept: several scenarios share one.
    """

    def __init__(
        self,
        known: Assumptions,
        years: NDArray[np.int64],
        seed: int,
        draws: int,
        level_until: Mapping[str, int] | None = None,
    ) -> None:
        """`level_until`: the last year of each service whose level a record or a monthly forecast gives, from
        which its use changes; the base year for a service that is not named."""
        self._known, self._years, self._seed, self._draws = known, years, seed, draws
        self._base_year = int(known.value("demand.base_year"))
        self._level_until = level_until or {}
        self._kept: dict[tuple[str, str, int], FloatArray] = {}

    def growth(self, services: pd.DataFrame, scenario: Scenario) -> FloatArray:
        """Non-demographic growth (draw, year, service) in the order of the services given."""
        columns = [
            self._growth(str(group), scenario.non_demographic_growth, self._from(service))
            for service, group in zip(services["service"], services["growth_group"], strict=True)
        ]
        return np.stack(columns, axis=-1)

    def _from(self, service: str) -> int:
        """The year from which use changes by assumption."""
        return self._level_until.get(service, self._base_year)

    def _growth(self, group: str, variant: str, first_year: int) -> FloatArray:
        if variant == NONE:
            return np.ones((self._draws + 1, len(self._years)))
        return self._compounded(
            f"non_demographic_growth:{group}",
            of_variant(f"demand.non_demographic_growth_{group}", variant),
            "demand.non_demographic_growth_last_year",
            first_year,
        )

    def length_of_stay(self, services: pd.DataFrame, scenario: Scenario) -> FloatArray:
        """Factors (draw, year, service) of stays; 1 for services that hang on none."""
        ones = np.ones((self._draws + 1, len(self._years)))
        columns = [
            self._compounded(
                f"length_of_stay:{group}",
                of_variant(f"demand.length_of_stay_{group}", scenario.length_of_stay),
                "demand.length_of_stay_last_year",
                self._from(service),
            )
            if isinstance(group, str)
            else ones
            for service, group in zip(services["service"], services["length_of_stay_group"], strict=True)
        ]
        return np.stack(columns, axis=-1)

    def of_people_from_outside(self, services: pd.DataFrame, scenario: Scenario) -> FloatArray:
        """Growth (draw, year, service) of activity for people from outside the system: number and use."""
        number = self._compounded(
            "non_demographic_growth:outside_people",
            "demand.outside_people_growth",
            "demand.last_year",
            self._base_year,
        )
        use = self.growth(services, scenario), self.length_of_stay(services, scenario)
        return activity_change.together(number, *use)

    def _compounded(self, factor: str, identifier: str, last: str, first_year: int) -> FloatArray:
        kept = (factor, identifier, first_year)
        if kept not in self._kept:
            self._kept[kept] = activity_change.uncertain_growth(
                self._known.range(identifier),
                factor,
                self._years,
                first_year,
                int(self._known.value(last)),
                self._draws,
                self._seed,
            )
        return self._kept[kept]


def level_terms(services: pd.DataFrame) -> list[str]:
    """Ids of the ranges that the level and the drift of the services switched on are drawn from."""
    drawn = services[(services["status"] == "on") & (services["uncertainty"] != NONE)]
    return [
        identifier
        for service, uncertainty in zip(drawn["service"], drawn["uncertainty"], strict=True)
        for identifier in (level_term(service, uncertainty), f"demand.annual_drift_{uncertainty}")
    ]


def level_term(service: str, uncertainty: str) -> str:
    """Id of the range of a service's level in the base year."""
    return "demand.level_assumed" if uncertainty == "assumed" else f"demand.level_{service}"


def check_variants(known: Assumptions, services: pd.DataFrame, scenarios: Iterable[Scenario]) -> None:
    """Raise BadInput if a scenario takes a variant of which a row is missing."""
    base_year = int(known.value("demand.base_year"))
    changes = Change(known, np.array([base_year]), 0, 0)
    for scenario in scenarios:
        changes.growth(services, scenario)
        changes.length_of_stay(services, scenario)
        if scenario.health_status != PRINCIPAL:
            known.range(of_variant(HEALTHY_YEARS, scenario.health_status))
