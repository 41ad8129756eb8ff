"""Estimated floor area: recovers what it was made from, moves by the payment alone, and scores a survey."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from models.estates.floor_area import (
    AreaBeliefs,
    area_draws,
    believable,
    payment_area,
    payment_spread,
    place_levels,
    prior_area_draws,
    prior_weight,
    survey_calibration,
    survey_scores,
)

DRAWS = 400


def beliefs(**changes: float) -> AreaBeliefs:
    values = {"area_a_patient": 0.06, "payment_area": 0.0056, "error": 0.3, "rent_of_place": 0.5} | changes
    arrays = {name: np.full(DRAWS + 1, values[name]) for name in values if name != "prior_weight"}
    return AreaBeliefs(
        **arrays,
        prior_weight=changes.get("prior_weight", 0.5),
        payment_median=11.0,
        payment_spread=0.5,
        place_practices=10.0,
    )


def shocks(practices: int, seed: int = 1) -> np.ndarray:
    drawn = np.random.default_rng(seed).standard_normal((practices, DRAWS + 1))
    drawn[:, 0] = 0
    return drawn


def test_the_truth_lies_within_the_interval_as_often_as_it_says_on_practices_made_as_believed() -> None:
    rng, practices = np.random.default_rng(20), 3000
    held = beliefs(prior_weight=0.0)
    patients = rng.uniform(3_000, 20_000, practices)
    spread, error = held.spread[0], held.error[0]
    level = np.exp(held.level[0])
    true = patients * level * np.exp(spread * rng.standard_normal(practices))
    paid = true / patients / held.payment_area[0] * np.exp(error * rng.standard_normal(practices))
    everywhere = np.zeros(practices, dtype=np.int64)
    drawn = area_draws(patients, np.log(paid), everywhere, held, shocks(practices))
    blind = prior_area_draws(
        patients, dataclasses.replace(held, area_a_patient=level + 0 * spread), shocks(practices)
    )
    scores = [
        survey_scores(each[:, 0], *np.quantile(each[:, 1:], (0.1, 0.9), axis=1), true)
        for each in (drawn, blind)
    ]
    for score in scores:
        assert score.coverage == pytest.approx(80, abs=3)
        assert abs(score.bias) < 3
    # What a payment is worth: without it the error is nearly twice as large.
    assert scores[0].median_absolute_error < 0.75 * scores[1].median_absolute_error


def test_a_practice_without_a_believed_payment_has_its_list_and_the_width_of_not_knowing() -> None:
    held = beliefs()
    patients, logs = np.array([1000.0, 2000.0, 2000.0]), np.log([np.nan, np.nan, 22.0])
    drawn = area_draws(patients, logs, np.zeros(3, dtype=np.int64), held, shocks(3))
    assert drawn[1, 0] == pytest.approx(2 * drawn[0, 0])
    assert drawn[0, 0] == pytest.approx(1000 * np.sqrt(0.06 * 0.0056 * 11))
    # Twice the median: the weight 0.64 of it is area, less what of the place's level is taken for rent.
    of_place = np.log(2) / 11
    moved = 0.64 * (np.log(2) - 0.5 * of_place)
    assert drawn[2, 0] / drawn[1, 0] == pytest.approx(np.exp(moved))
    width = np.log(drawn[:, 1:]).std(axis=1)
    assert width[0] == pytest.approx(0.4, abs=0.04)
    assert width[2] == pytest.approx(0.4 * 0.6, abs=0.03)


def test_a_place_with_few_practices_is_drawn_towards_england_and_not_into_another_place() -> None:
    logs = np.log([22.0, 22.0, np.nan, 5.5])
    found = place_levels(logs, np.array([0, 0, 0, 1]), 11.0, 10.0)
    assert found == pytest.approx([2 * np.log(2) / 12] * 3 + [-np.log(2) / 11])


def test_rent_and_its_share_make_square_metres_and_nil_is_none() -> None:
    assert payment_area(np.array(0.72), np.array(165.0), np.array(0.29)) == pytest.approx(0.72 / 165 * 1.29)
    implied = np.array([np.nan, 0.0, -0.05, 0.019, 0.02, 0.3, 0.31])
    assert believable(implied, 0.02, 0.3).tolist() == [False, False, False, False, True, True, False]
    # The better known of the two has the weight: an exact prior nearly all of it.
    assert prior_weight((0.0599, 0.0601), [(60, 84), (130, 210)]) > 0.99
    assert prior_weight((0.03, 0.12), [(72, 72), (164, 166)]) < 0.01
    assert prior_weight((50, 100), [(50, 100)]) == pytest.approx(0.5)


def test_the_error_never_takes_up_the_whole_spread() -> None:
    held = dataclasses.replace(beliefs(), error=np.array([0.3, 0.9, -0.1]))
    assert (held.spread > 0).all()
    assert held.weight == pytest.approx([0.64, 1 - 0.99**2, 1 - 0.0004])


def test_spread_within_and_between_places_is_read_off_payments() -> None:
    rng, places, practices = np.random.default_rng(3), 200, 40
    of_place = np.repeat(np.arange(places), practices)
    level = np.log(11) + 0.2 * rng.standard_normal(places)
    found = payment_spread(level[of_place] + 0.5 * rng.standard_normal(len(of_place)), of_place)
    assert found.median == pytest.approx(11, rel=0.05)
    assert found.within == pytest.approx(0.5, rel=0.03)
    assert found.place_practices == pytest.approx((0.5 / 0.2) ** 2, rel=0.3)


def test_scores_and_calibration_of_a_survey_are_those_of_a_hand_made_one() -> None:
    estimate, found = (
        np.array([100.0, 100.0, 100.0, 100.0, 100.0]),
        np.array([80.0, 125.0, 160.0, 200.0, 250.0]),
    )
    score = survey_scores(estimate, estimate * 0.6, estimate * 1.65, found)
    assert (score.buildings, score.coverage) == (5, 60.0)
    assert score.median_absolute_error == pytest.approx(37.5)
    assert score.bias == pytest.approx(-37.5)
    factor, width = survey_calibration(estimate, estimate / 1.5, estimate * 1.5, found)
    assert factor == pytest.approx(1.6)
    # Four of five lie within it once they are set level.
    beyond = np.abs(np.log(found / estimate) - np.log(factor)) / np.log(1.5)
    assert width == pytest.approx(np.quantile(beyond, 0.8))
