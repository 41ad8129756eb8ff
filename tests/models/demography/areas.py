"""A made-up area to project in tests: a town of some 100,000 with everything a projection can have."""

import numpy as np

from models.demography.area_inputs import AGES, AreaInputs, Flows, Households


def town(
    steps: int = 6,
    seed: int = 1,
    *,
    code: str = "T01",
    raked: tuple[int, ...] = (),
    newcomers: float = 1.0,
    churn: float = 0.05,
) -> AreaInputs:
    """An area whose base population makes the households of 40,000 dwellings."""
    random = np.random.default_rng(seed)
    age = np.arange(AGES)
    population = 700.0 * np.exp(-((age / 75.0) ** 4)) * random.uniform(0.8, 1.2, (2, AGES)) + 5.0
    dying = 0.00005 * np.exp(0.093 * age) * random.uniform(0.8, 1.2, (steps, 2, 1))
    dying[..., 0] = 0.004
    survivorship = 1.0 - np.minimum(dying, 0.3)
    fertility = np.zeros((steps, AGES))
    fertility[:, 15:46] = (
        0.1 * np.exp(-(((np.arange(15, 46) - 30) / 6.0) ** 2)) * random.uniform(0.8, 1.2, (steps, 1))
    )
    moving = np.exp(-(((age - 26) / 10.0) ** 2)) + 0.15
    profile = moving * random.uniform(0.5, 1.5, (2, AGES))
    # The sexes differ in everything, newborns too: one must not pass for the other.
    weight = np.where(age >= 16, 0.3 + 0.005 * age, 0.05) * np.array([[0.9], [1.1]])
    constant = np.where(age < 75, 0.008 + 0.0001 * age, 0.0) * population * np.array([[0.8], [1.3]])
    share = np.where(age >= 75, 0.04 + 0.002 * (age - 75), 0.0) * np.array([[1.2], [0.7]])
    made = (weight * (1 - share) * population).sum() - (weight * constant).sum()
    band = np.minimum(age // 5, 18)
    totals = np.add.reduceat(population.sum(axis=0), np.arange(0, 91, 5))
    estimates = np.zeros((steps + 1, 19))
    flags = np.zeros(steps + 1, dtype=bool)
    for step in raked:
        estimates[step] = totals * random.uniform(0.95, 1.1, 19)
        flags[step] = True
    fixed = np.zeros((2, AGES))
    fixed[:, 18] = 23.0, 17.0
    leaving = np.zeros((2, AGES))
    leaving[:, 21] = -0.025, -0.035
    return AreaInputs(
        code=code,
        base_year=2021,
        base_population=population,
        survivorship=survivorship,
        fertility=fertility,
        sex_ratio_at_birth=1.05,
        flows=Flows(
            inflow_count=profile * 5.0,
            inflow_rate=churn * moving * np.array([[1.05], [0.95]]),
            outflow_rate=churn * moving * random.uniform(0.9, 1.2, (2, AGES)),
            fixed_count=fixed,
            fixed_rate=leaving,
            new_home_profile=profile / profile.sum(),
            newcomers_per_dwelling=newcomers,
        ),
        households=Households(weight * 38_400.0 / made, constant, share, 0.96),
        estimates=estimates,
        raked=flags,
        band_of_age=band,
    )


def growing_dwellings(draws: int, steps: int, yearly: float = 400.0, seed: int = 3) -> np.ndarray:
    """(draws + 1, steps + 1) dwellings from 40,000 on, the draws about the principal run."""
    random = np.random.default_rng(seed)
    built = np.full((draws + 1, steps), yearly) * np.vstack(
        [np.ones(steps), random.uniform(0.5, 1.5, (draws, steps))]
    )
    return 40_000.0 + np.concatenate([np.zeros((draws + 1, 1)), built.cumsum(axis=1)], axis=1)
