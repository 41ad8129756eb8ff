"""What a projection needs to know of one area: an `AreaInputs`, and the factors of its draws.

Only the labelled container and its checks stand here. How rates, flows and shares are made out of
published figures is in `mortality`, `fertility`, `migration` and `households`; the run in `projection`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray

AGES = 91
"""Single years 0 … 89 and 90+."""
PATTERN_AGES = np.array([0, 10, 18, 22, 30, 40, 55, 70, 80, 90])
"""Ages at which the drawn pattern of net migration is given; it runs straight between them."""


@dataclass(frozen=True)
class Flows:
    """Yearly migration of an area. Counts do not depend on the residents, rates are a resident.

    inflow_count, inflow_rate, outflow_rate: (2, AGES) the usual gross flows, which the housing (or a given
    net total) scales up and down so that in × out stays the same.
    fixed_count, fixed_rate: (2, AGES) a net flow that comes whatever the housing, such as students.
    new_home_profile: (2, AGES) shares, adding to 1, of the people who come to the area for new homes.
    newcomers_per_dwelling: such people for each net additional dwelling; whom else it takes to fill all
    homes comes with the usual flows.
    """

    inflow_count: FloatArray
    inflow_rate: FloatArray
    outflow_rate: FloatArray
    fixed_count: FloatArray
    fixed_rate: FloatArray
    new_home_profile: FloatArray
    newcomers_per_dwelling: float


@dataclass(frozen=True)
class Households:
    """How residents make up households, and how many dwellings are occupied.

    household_weight: (2, AGES) households a resident, scaled so that the base population makes the base
    households; the population in communal establishments is taken off by communal_constant (people, (2,
    AGES), below the age from which it is a share) and communal_share ((2, AGES) of residents, above it).
    occupied_share: households a dwelling.
    """

    household_weight: FloatArray
    communal_constant: FloatArray
    communal_share: FloatArray
    occupied_share: float

    @property
    def resident_weight(self) -> FloatArray:
        """(2, AGES) households a resident, those of a communal share counted as none."""
        return self.household_weight * (1.0 - self.communal_share)

    @property
    def communal_households(self) -> float:
        """Households that the constant communal population would make up, to be taken off."""
        return float((self.household_weight * self.communal_constant).sum())


@dataclass(frozen=True)
class SizeDrift:
    """How people a household change at the same ages, other than by chance.

    yearly: log change a year of its own. usual_growth: log growth a year that the people would have at past
    births, deaths and migration; absorbed: share of the gap between that and the dwellings' growth which
    existing homes take in or give up. Both run for `years`, the horizon they were measured on, and stay.
    """

    yearly: float = 0.0
    usual_growth: float = 0.0
    absorbed: float = 0.0
    years: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.absorbed < 1:
            raise ValueError(f"{self.absorbed:g} of a gap absorbed; expected at least 0 and under 1")


@dataclass(frozen=True)
class AreaInputs:
    """One area from its base year on; `steps` yearly steps.

    base_population: (2, AGES). survivorship: (steps, 2, AGES). fertility: (steps, AGES) births a woman.
    estimates: (steps + 1, bands) published persons by band, raked: (steps + 1,) which rows to rake to,
    band_of_age: (AGES,) band of each age. dwellings_known: steps up to which a trend run takes the
    recorded dwellings. size_drift: of people a household. new_communal: (steps + 1, 2, AGES) people in
    communal establishments opened since the base, which a housing-led run adds to whom the homes house.
    """

    code: str
    base_year: int
    base_population: FloatArray
    survivorship: FloatArray
    fertility: FloatArray
    sex_ratio_at_birth: float
    flows: Flows
    households: Households
    estimates: FloatArray
    raked: NDArray[np.bool_]
    band_of_age: NDArray[np.int64]
    dwellings_known: int = 0
    size_drift: SizeDrift = SizeDrift()
    new_communal: FloatArray | None = None

    @property
    def steps(self) -> int:
        """Number of yearly steps."""
        return len(self.survivorship)

    def __post_init__(self) -> None:
        steps = len(self.survivorship)
        flows, households = self.flows, self.households
        expected: dict[str, tuple[FloatArray, tuple[int, ...]]] = {
            "base_population": (self.base_population, (2, AGES)),
            "survivorship": (self.survivorship, (steps, 2, AGES)),
            "fertility": (self.fertility, (steps, AGES)),
            "estimates": (self.estimates, (steps + 1, self.estimates.shape[-1])),
            "household_weight": (households.household_weight, (2, AGES)),
            "communal_constant": (households.communal_constant, (2, AGES)),
            "communal_share": (households.communal_share, (2, AGES)),
            "inflow_count": (flows.inflow_count, (2, AGES)),
            "inflow_rate": (flows.inflow_rate, (2, AGES)),
            "outflow_rate": (flows.outflow_rate, (2, AGES)),
            "new_home_profile": (flows.new_home_profile, (2, AGES)),
        }
        for name, (values, shape) in expected.items():
            if values.shape != shape:
                raise ValueError(f"{self.code}: {name} has shape {values.shape}, expected {shape}")
            if not np.isfinite(values).all():
                raise ValueError(f"{self.code}: {name} holds a value that is not a finite number")
            if values.min() < 0:
                at = np.unravel_index(int(values.argmin()), values.shape)
                where = ", ".join(str(int(index)) for index in at)
                raise ValueError(f"{self.code}: {name} holds {values.min():g} at [{where}], below 0")
        if self.new_communal is not None:
            expected_shape = (steps + 1, 2, AGES)
            if self.new_communal.shape != expected_shape or not np.isfinite(self.new_communal).all():
                raise ValueError(f"{self.code}: new_communal must be finite and of shape {expected_shape}")
        for name, values in (("fixed_count", flows.fixed_count), ("fixed_rate", flows.fixed_rate)):
            if values.shape != (2, AGES) or not np.isfinite(values).all():
                raise ValueError(f"{self.code}: {name} must be finite and of shape {(2, AGES)}")
        if abs(flows.new_home_profile.sum() - 1.0) > 1e-9 and flows.newcomers_per_dwelling:
            raise ValueError(f"{self.code}: new_home_profile adds to {flows.new_home_profile.sum():g}, not 1")
        if self.survivorship.max() > 1:
            raise ValueError(f"{self.code}: survivorship reaches {self.survivorship.max():g}, above 1")
        if not 0 < households.occupied_share <= 1.2:
            raise ValueError(f"{self.code}: {households.occupied_share:g} households a dwelling")
        if (flows.inflow_count.sum() + (flows.inflow_rate * self.base_population).sum()) <= 0:
            raise ValueError(f"{self.code}: no in-migration at all, so no flow to scale")
        if (flows.outflow_rate * self.base_population).sum() <= 0:
            raise ValueError(f"{self.code}: no out-migration at all, so no flow to scale")


@dataclass(frozen=True)
class Factors:
    """Uncertain factors of an area's draws, each (draws + 1, steps + 1) with 1 where nothing is uncertain.

    fertility (of births a woman), mortality (of the probability of dying), turnover (of gross migration),
    household_size (of people a household, at the same ages); kept_scale: (draws + 1,) share of the scale
    found by rebasing that is kept from year to year. age_pattern: (draws + 1, steps + 1, PATTERN_AGES) net
    migrants a resident and year at each of these ages, beside the usual flows.
    """

    fertility: FloatArray
    mortality: FloatArray
    turnover: FloatArray
    household_size: FloatArray
    kept_scale: FloatArray
    age_pattern: FloatArray

    @classmethod
    def central(cls, steps: int, kept_scale: float = 1.0, draws: int = 0) -> Factors:
        """Every factor at its central value."""
        ones = np.ones((draws + 1, steps + 1))
        pattern = np.zeros((draws + 1, steps + 1, len(PATTERN_AGES)))
        return cls(ones, ones, ones, ones, np.full(draws + 1, kept_scale), pattern)
