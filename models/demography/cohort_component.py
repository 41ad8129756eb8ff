"""One step of the cohort component method, as a pure function of arrays.

This is the reference: it is written to be read beside a textbook and is held to a printed table.
The fused ensemble kernel (`kernel.py`) is held to this function by a test. What drives the step
(rates, flows, dwellings) and the loop over years belong elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

BirthsExposure = Literal["mid_period", "start", "aged_on"]
MigrationTiming = Literal["even", "end"]


@dataclass(frozen=True)
class ProjectedStep:
    """What one step gives; every array has the leading dimensions of the inputs.

    population: (…, 2, ages) people at the end of the step.
    births: (…, 2) births by sex, female first.
    births_by_age_of_mother: (…, ages) births of both sexes.
    deaths: (…, 2, ages) deaths by age at the end of the step; deaths of the newborn stand at age 0.
    """

    population: NDArray[np.float64]
    births: NDArray[np.float64]
    births_by_age_of_mother: NDArray[np.float64]
    deaths: NDArray[np.float64]


def project_step(
    population: ArrayLike,
    survivorship: ArrayLike,
    fertility: ArrayLike,
    net_migration: ArrayLike,
    *,
    age_width: float = 1,
    sex_ratio_at_birth: float = 1.05,
    births_exposure: BirthsExposure = "mid_period",
    migration_timing: MigrationTiming = "even",
) -> ProjectedStep:
    """Carry a population one age group forward.

    population: (…, 2, ages), female first, the last age open.
    survivorship: (…, 2, ages); entry 0 is birth to the first age, entry a is age a − 1 to age a, and
        the last applies to the last two ages together.
    fertility: (…, ages) births a woman a year.
    net_migration: (…, 2, ages) over the whole step; by age at the start for the half that comes at the
        start, by age at the end for the rest.
    age_width: years in an age group and in the step.
    births_exposure: `mid_period` takes the mean of women at the start and the end of the step (the
        United Nations' convention), `start` women at the start, `aged_on` the survivors at the end
        before any late migrants. With migration `even`, the start includes the migrants' first half
        and, for `mid_period`, the end their second.
    migration_timing: `even` brings half at the start and half at the end; `end` adds all after deaths
        and births, so that births see women before migration.

    Source: Preston, Heuveline and Guillot, Demography (2001), section 6.3 and Box 6.2.
    Raises ValueError for shapes that do not fit, non-finite values, survivorship outside 0 to 1,
    negative people, fertility or widths, and unknown options.
    """
    people, survive, migrants = (
        np.asarray(values, dtype=np.float64) for values in (population, survivorship, net_migration)
    )
    rates = np.asarray(fertility, dtype=np.float64)
    _check(people, survive, rates, migrants, age_width, sex_ratio_at_birth)
    if births_exposure not in ("mid_period", "start", "aged_on"):
        raise ValueError(f"births_exposure is {births_exposure!r}; expected mid_period, start or aged_on")
    if migration_timing not in ("even", "end"):
        raise ValueError(f"migration_timing is {migration_timing!r}; expected even or end")

    first_half = 0.5 * migrants if migration_timing == "even" else np.zeros_like(migrants)
    exposed = people + first_half
    exposed, survive, migrants, first_half = np.broadcast_arrays(exposed, survive, migrants, first_half)

    survivors = np.zeros(exposed.shape)
    survivors[..., 1:] = exposed[..., :-1] * survive[..., 1:]
    survivors[..., -1] += exposed[..., -1] * survive[..., -1]
    deaths = np.zeros(exposed.shape)
    deaths[..., 1:] = exposed[..., :-1]
    deaths[..., -1] += exposed[..., -1]
    deaths -= survivors

    women_at_start = exposed[..., 0, :]
    women_aged_on = survivors[..., 0, :]
    if births_exposure == "start":
        women = women_at_start
    elif births_exposure == "aged_on":
        women = women_aged_on
    else:
        women = 0.5 * (women_at_start + women_aged_on + first_half[..., 0, :])
    births_by_age_of_mother = age_width * rates * women

    total_births = births_by_age_of_mother.sum(axis=-1)
    female_share = 1.0 / (1.0 + sex_ratio_at_birth)
    births = np.stack([total_births * female_share, total_births * (1.0 - female_share)], axis=-1)
    survivors[..., 0] = births * survive[..., 0]
    deaths[..., 0] = births - survivors[..., 0]

    second_part = first_half if migration_timing == "even" else migrants
    return ProjectedStep(survivors + second_part, births, births_by_age_of_mother, deaths)


def _check(
    people: NDArray[np.float64],
    survive: NDArray[np.float64],
    rates: NDArray[np.float64],
    migrants: NDArray[np.float64],
    age_width: float,
    sex_ratio_at_birth: float,
) -> None:
    if people.ndim < 2 or people.shape[-2] != 2 or people.shape[-1] < 2:
        raise ValueError(f"population has shape {people.shape}; expected (…, 2, ages), female first")
    ages = people.shape[-1]
    for name, values, tail in (
        ("survivorship", survive, (2, ages)),
        ("net_migration", migrants, (2, ages)),
        ("fertility", rates, (ages,)),
    ):
        if values.shape[values.ndim - len(tail) :] != tail:
            raise ValueError(f"{name} has shape {values.shape}; expected (…, {', '.join(map(str, tail))})")
    for name, values in (
        ("population", people),
        ("survivorship", survive),
        ("fertility", rates),
        ("net_migration", migrants),
    ):
        if not np.isfinite(values).all():
            raise ValueError(f"{name} holds a value that is not a finite number")
    if people.min() < 0:
        raise ValueError(f"population holds {people.min()}; people cannot be fewer than 0")
    if survive.min() < 0 or survive.max() > 1:
        raise ValueError(f"survivorship runs from {survive.min()} to {survive.max()}; expected 0 to 1")
    if rates.min() < 0:
        raise ValueError(f"fertility holds {rates.min()}; rates cannot be below 0")
    if age_width <= 0 or sex_ratio_at_birth <= 0:
        raise ValueError("age_width and sex_ratio_at_birth must be above 0")
