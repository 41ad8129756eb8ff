"""Why demand changes: the change since the base year told apart by what causes it. Principal run only.

People first: what they would need is taken apart in a chain, of which the parts add up. Then what changes
use: each factor's effect on those people's demand taken alone, and the rest, which only their coming
together makes, as interaction.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.arrays import FloatArray

PEOPLE = ("new_homes", "other_population_size", "age_structure")
USE = (
    "recorded_level",
    "waiting_lists",
    "health_status",
    "non_demographic_growth",
    "mitigation",
    "length_of_stay",
)
DRIVERS = ("baseline", *PEOPLE, *USE, "interaction")
"""In the order in which they are applied."""


@dataclass(frozen=True)
class People:
    """A place's people and what they would need with the base year's use, by financial year.

    `size`, `size_without_homes` (year,): people. `needed`, `needed_without_homes` (year, service): activity.
    The first year is the base year, from which drivers count.
    """

    size: FloatArray
    size_without_homes: FloatArray
    needed: FloatArray
    needed_without_homes: FloatArray


def people_drivers(people: People) -> dict[str, FloatArray]:
    """Baseline and the drivers that are people, each (year, service); together they are `people.needed`.

    New homes: what the people of the projection need beyond those of the same projection without homes
    after the base year. Other population size: the base year's need × the growth in number of the people
    without them. Age structure: the rest of what they need. In the base year all but baseline are 0.
    """
    base = np.broadcast_to(people.needed[0], people.needed.shape).copy()
    without = people.needed_without_homes.copy()
    without[0] = people.needed[0]
    size = people.size_without_homes / people.size[0]
    size[0] = 1.0
    other_size = base * (size[:, None] - 1)
    return {
        "baseline": base,
        "new_homes": people.needed - without,
        "other_population_size": other_size,
        "age_structure": without - base - other_size,
    }


def use_drivers(needed: FloatArray, factors: dict[str, FloatArray]) -> dict[str, FloatArray]:
    """Drivers that are use, each (year, service): `needed` × (factor − 1), and their interaction.

    `factors` (year, service) in the order of USE: the recorded level is what records and monthly forecasts
    show beyond what people would use, held after them; waiting lists are demand that no activity shows.
    Interaction is what all factors together change beyond
    the sum of what each changes alone.
    """
    if tuple(factors) != USE:
        raise ValueError(f"factors of {tuple(factors)}, expected {USE}")
    parts = {name: needed * (factor - 1) for name, factor in factors.items()}
    together = needed * (np.prod(list(factors.values()), axis=0) - 1)
    parts["interaction"] = together - np.sum(list(parts.values()), axis=0)
    return parts


def demand_drivers(people: People, factors: dict[str, FloatArray], demand: FloatArray) -> FloatArray:
    """All drivers (driver, year, service) in the order of DRIVERS; they add up to `demand` (year, service).

    Raises ValueError where they do not, beyond the last digits, which go to the interaction.
    """
    parts = people_drivers(people) | use_drivers(people.needed, factors)
    values = np.stack([parts[name] for name in DRIVERS])
    gap = demand - values.sum(axis=0)
    if np.any(np.abs(gap) > 1e-9 * np.maximum(demand, 1.0)):
        year, service = np.unravel_index(int(np.abs(gap).argmax()), gap.shape)
        raise ValueError(
            f"drivers miss demand by {gap[year, service]:g} in year {int(year)} of service {int(service)}"
        )
    values[-1] += gap
    return values
