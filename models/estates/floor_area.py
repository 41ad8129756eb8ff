"""Floor area of general practices that nobody has surveyed: an estimate from what their premises are paid.

A log-normal update in three steps. The prior is square metres a patient times the list. The median payment of
England's practices, of which a share is rent at so much a square metre, says at what level practices lie.
What a practice is paid beyond or below it moves its own area, by as much as areas differ more than rents do.
Draws have the principal run at 0; nothing here is fitted to a surveyed building, and none is known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.arrays import BoolArray, FloatArray, IntArray
from models.uncertainty.ensemble import NORMAL_P90

_LEAST_ERROR = 0.01
_MOST_OF_SPREAD = 0.99
"""An error of payments may take up nearly all of how they differ, and never all of it."""


@dataclass(frozen=True)
class AreaBeliefs:
    """What is believed of practices' area and rent; arrays are (draw,), the principal run first.

    area_a_patient: m² of the prior. payment_area: m² that a pound of premises payments stands for.
    prior_weight: share of the prior's level in the level that is taken, by how sure either is.
    payment_median: GBP a patient over England; payment_spread: how its log differs between practices of a
    place. error: the part of that spread which is rent and its share of the payment, not area.
    rent_of_place: share of a place's difference from England that is rent; place_practices: practices at
    which half of a place's difference is believed.
    """

    area_a_patient: FloatArray
    payment_area: FloatArray
    prior_weight: float
    payment_median: float
    payment_spread: float
    error: FloatArray
    rent_of_place: FloatArray
    place_practices: float

    @property
    def error_within(self) -> FloatArray:
        """The error (draw,) held within the spread that it is a part of."""
        return np.clip(self.error, _LEAST_ERROR, _MOST_OF_SPREAD * self.payment_spread)

    @property
    def spread(self) -> FloatArray:
        """Standard deviation (draw,) of the log of m² a patient between practices."""
        return np.sqrt(self.payment_spread**2 - self.error_within**2)

    @property
    def weight(self) -> FloatArray:
        """Share (draw,) of a payment's difference from the median that is area."""
        return np.asarray(self.spread**2 / self.payment_spread**2)

    @property
    def level(self) -> FloatArray:
        """Log of m² a patient (draw,) of the median practice: the prior's and the payments', by weight."""
        paid = np.log(self.payment_area * self.payment_median)
        return np.asarray(
            self.prior_weight * np.log(self.area_a_patient) + (1 - self.prior_weight) * paid,
        )


def payment_area(rent_share: FloatArray, rent_a_m2: FloatArray, circulation: FloatArray) -> FloatArray:
    """Gross m² that a pound of premises payments stands for: rent is paid by net area, without circulation.

    rent_share: part of the payment that is rent; rent_a_m2: GBP a year a net m²; circulation: over net area.
    """
    return np.asarray(rent_share / rent_a_m2 * (1 + circulation))


def prior_weight(prior: tuple[float, float], payment: list[tuple[float, float]]) -> float:
    """Weight of the prior's level beside the payments': each by the inverse of its variance in logs.

    prior: P10 and P90 of m² a patient; payment: those of each number that turns payments into area.
    """

    def variance(ends: tuple[float, float]) -> float:
        return float((np.log(ends[1] / ends[0]) / (2 * NORMAL_P90)) ** 2)

    paid = sum(variance(ends) for ends in payment)
    return paid / (variance(prior) + paid)


def believable(implied: FloatArray, least: float, most: float) -> BoolArray:
    """Payments whose implied m² a patient may be a practice's area; nil, negative and NaN are none.

    Rent that a landlord bills elsewhere leaves rates and water: an area far too small for a practice.
    """
    with np.errstate(invalid="ignore"):
        return np.asarray((implied >= least) & (implied <= most))


def place_levels(
    logs: FloatArray, of_place: IntArray, payment_median: float, place_practices: float
) -> FloatArray:
    """How far the payments of each practice's place lie from England's median, in logs (practice,).

    logs: of GBP a patient, NaN where not believed; of_place: position of the practice's place. A place with
    few practices is drawn towards England.
    """
    known = np.isfinite(logs)
    count = np.bincount(of_place, weights=known, minlength=int(of_place.max(initial=0)) + 1)
    beyond = np.where(known, logs - np.log(payment_median), 0.0)
    total = np.bincount(of_place, weights=beyond, minlength=len(count))
    return np.asarray((total / (count + place_practices))[of_place])


def area_draws(
    patients: FloatArray, logs: FloatArray, of_place: IntArray, beliefs: AreaBeliefs, shocks: FloatArray
) -> FloatArray:
    """Gross m² (practice, draw) of practices: the prior, and where a payment is believed what it says.

    patients: list (practice,) that the prior is multiplied by; logs: as in `place_levels`; shocks: each
    building's own (practice, draw), 0 in the principal run.
    """
    of_rent = place_levels(logs, of_place, beliefs.payment_median, beliefs.place_practices)
    own = logs - np.log(beliefs.payment_median)
    known = np.isfinite(logs)[:, None]
    moved = np.where(known, own[:, None] - of_rent[:, None] * beliefs.rent_of_place, 0.0)
    weight = np.where(known, beliefs.weight, 0.0)
    spread = beliefs.spread * np.sqrt(1 - weight)
    return np.asarray(patients[:, None] * np.exp(beliefs.level + weight * moved + spread * shocks))


def prior_area_draws(patients: FloatArray, beliefs: AreaBeliefs, shocks: FloatArray) -> FloatArray:
    """Gross m² (practice, draw) of practices from their lists alone, as if no payment were known."""
    return np.asarray(patients[:, None] * beliefs.area_a_patient * np.exp(beliefs.spread * shocks))


@dataclass(frozen=True)
class PaymentSpread:
    """How payments a patient differ: their median, log spread within places, practices of half a place."""

    median: float
    within: float
    place_practices: float


def payment_spread(logs: FloatArray, of_place: IntArray) -> PaymentSpread:
    """Read off believed payments a patient (practice,), in logs, by place: a one-way analysis of variance.

    The practices at which half of a place's difference is believed are those at which the mean of its own
    payments is as uncertain as places differ.
    """
    count = np.bincount(of_place)
    with np.errstate(invalid="ignore"):
        means = np.bincount(of_place, weights=logs) / count
    within = float(((logs - means[of_place]) ** 2).sum() / (len(logs) - (count > 0).sum()))
    several = count > 1
    between = float(np.var(means[several], ddof=1) - (within / count[several]).mean())
    ratio = within / between if between > 0 else float("inf")
    return PaymentSpread(float(np.exp(np.median(logs))), float(np.sqrt(within)), ratio)


@dataclass(frozen=True)
class SurveyScores:
    """Estimates held against surveyed areas: errors in %, and % of areas within the 80 % interval."""

    buildings: int
    median_absolute_error: float
    bias: float
    coverage: float


def survey_scores(principal: FloatArray, p10: FloatArray, p90: FloatArray, found: FloatArray) -> SurveyScores:
    """Scores of estimates (building,) against surveyed areas; the bias is that of the median building."""
    ratio = np.asarray(principal / found)
    return SurveyScores(
        buildings=len(found),
        median_absolute_error=float(100 * np.median(np.abs(ratio - 1))),
        bias=float(100 * (np.exp(np.median(np.log(ratio))) - 1)),
        coverage=float(100 * ((found >= p10) & (found <= p90)).mean()),
    )


def survey_calibration(
    principal: FloatArray, p10: FloatArray, p90: FloatArray, found: FloatArray
) -> tuple[float, float]:
    """A factor on estimates and one on their log width, read off surveyed areas (building,).

    The second is what makes the 80 % interval hold 80 % of these buildings: the 80th percentile of how far
    each lies from its estimate, in widths of its own side.
    """
    beyond = np.log(found / principal)
    factor = float(np.exp(np.median(beyond)))
    left = beyond - np.log(factor)
    width = np.where(left > 0, np.log(p90 / principal), np.log(principal / p10))
    return factor, float(np.quantile(np.abs(left) / width, 0.8))
