"""What the accuracy table says of one subject: errors as ratios, an interval met or missed."""

import numpy as np
import pytest

from assets.population_accuracy import FROM_2011, NO_CHANGE, SAME_SIZE, rows_from_2011
from assets.population_run import PAST_RATE, RECORDED


def test_errors_are_ratios_of_what_came_and_no_change_is_the_measure() -> None:
    random = np.random.default_rng(0)
    truth = np.full((2, 20), 1000.0)
    drawn = truth * random.uniform(0.95, 1.15, (201, 1, 1))
    drawn[0] = truth * 1.02
    homes = {PAST_RATE: drawn * 0.99, RECORDED: drawn}
    rows = list(rows_from_2011("E1", homes, truth, {NO_CHANGE: 36_000.0, SAME_SIZE: 41_000.0}))
    of = {row["model"]: row for row in rows if row["measure"] == "population"}
    ours = of[FROM_2011[RECORDED]]
    assert of[FROM_2011[PAST_RATE]]["bias"] == pytest.approx(0.99 * 1.02 - 1)
    assert ours["bias"] == pytest.approx(0.02)
    assert ours["mase"] == pytest.approx(0.2)
    assert ours["coverage_80"] == 1.0
    unchanged = next(row for row in rows if row["model"] == NO_CHANGE)
    assert (unchanged["bias"], unchanged["mase"]) == (pytest.approx(-0.1), pytest.approx(1.0))
    assert unchanged["coverage_80"] is None
    by_age = next(
        row
        for row in rows
        if row["measure"] == "population by sex and age band" and row["model"] == FROM_2011[RECORDED]
    )
    assert by_age["wape"] == pytest.approx(0.02)
