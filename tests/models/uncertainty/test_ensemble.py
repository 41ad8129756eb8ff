"""Draws that stay the same whatever else is in a run, and summaries that keep to the principal run."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.uncertainty.ensemble import (
    CELLS_AT_ONCE,
    NORMAL_P90,
    accumulated,
    autoregressive,
    factor_draws,
    one_at_a_time,
    shared_normal,
    standard_normal,
    summarise,
)


def test_a_draw_is_the_same_whatever_the_number_of_draws() -> None:
    few = standard_normal(1, "fertility", "place", "E06000042", 10, 30)
    many = standard_normal(1, "fertility", "place", "E06000042", 500, 30)
    assert np.array_equal(many[:11], few)
    assert np.count_nonzero(few[0]) == 0


@pytest.mark.parametrize(
    "other",
    [(2, "fertility", "place", "A"), (1, "mortality", "place", "A"), (1, "fertility", "site", "A"),
     (1, "fertility", "place", "B")],
)  # fmt: skip
def test_every_part_of_the_key_makes_another_stream(other: tuple[int, str, str, str]) -> None:
    stream = standard_normal(1, "fertility", "place", "A", 100)
    assert abs(np.corrcoef(stream[1:, 0], standard_normal(*other, 100)[1:, 0])[0, 1]) < 0.4
    assert not np.array_equal(stream, standard_normal(*other, 100))


def test_keys_that_join_to_the_same_text_are_not_confused() -> None:
    assert not np.array_equal(standard_normal(1, "a", "bc", "d", 5), standard_normal(1, "ab", "c", "d", 5))


def test_shared_variance_is_the_correlation_between_places() -> None:
    places = [shared_normal(5, "migration", code, 20_000, 1, 0.3)[1:, 0] for code in ("A", "B")]
    assert np.corrcoef(places)[0, 1] == pytest.approx(0.3, abs=0.03)
    assert np.std(places[0]) == pytest.approx(1.0, abs=0.02)


def test_autoregressive_series_keep_their_persistence_and_open_when_the_start_is_known() -> None:
    z = standard_normal(5, "x", "common", "all", 20_000, 12)
    stationary, known = autoregressive(z, 0.8), autoregressive(z, 0.8, start="known")
    assert np.std(stationary[1:], axis=0) == pytest.approx(np.ones(12), abs=0.03)
    assert np.corrcoef(stationary[1:, 5], stationary[1:, 6])[0, 1] == pytest.approx(0.8, abs=0.02)
    expected = np.sqrt(1 - 0.8 ** (2 * np.arange(1, 13)))
    assert np.std(known[1:], axis=0) == pytest.approx(expected, abs=0.03)
    assert np.count_nonzero(known[0]) == 0


def test_ten_and_ninety_in_a_hundred_draws_lie_below_low_and_high() -> None:
    z = standard_normal(5, "y", "common", "all", 50_000)[:, 0]
    drawn = factor_draws(1.0, 0.7, 1.1, z)
    assert drawn[0] == 1.0
    assert np.quantile(drawn[1:], [0.1, 0.5, 0.9]) == pytest.approx([0.7, 1.0, 1.1], abs=0.01)
    assert factor_draws(1.0, 0.7, 1.1, NORMAL_P90) == pytest.approx(1.1)


@settings(max_examples=50)
@given(draws=st.integers(1, 60), seed=st.integers(0, 100))
def test_summary_is_the_principal_run_and_numpys_quantiles_of_the_draws(draws: int, seed: int) -> None:
    values = np.random.default_rng(seed).normal(size=(3, draws + 1, 4))
    summary = summarise(values, axis=1)
    assert np.array_equal(summary.principal, values[:, 0])
    expected = np.quantile(values[:, 1:], [0.1, 0.5, 0.9], axis=1)
    assert np.allclose([summary.p10, summary.p50, summary.p90], expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_summary_of_many_cells_is_each_cell_s_own_wherever_the_draws_stand(axis: int) -> None:
    """More cells than are sorted at a time, with and without even steps in memory between them."""
    cells = np.random.default_rng(5).normal(size=(CELLS_AT_ONCE, 3, 21))
    summary = summarise(np.moveaxis(cells, -1, axis).copy(), axis)
    for cell in ((0, 0), (CELLS_AT_ONCE // 3, 2), (CELLS_AT_ONCE - 1, 1)):
        expected = np.quantile(cells[cell][1:], [0.1, 0.5, 0.9])
        assert summary.principal[cell] == cells[cell][0]
        assert [values[cell] for values in summary[1:]] == pytest.approx(expected, rel=1e-12)


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(ValueError, match="low <= value <= high"):
        factor_draws(1.0, 1.1, 1.2, 0.0)
    with pytest.raises(ValueError, match="shared variance"):
        shared_normal(1, "a", "b", 3, 1, 1.5)
    with pytest.raises(ValueError, match="autocorrelation"):
        autoregressive(np.zeros(3), 1.0)
    with pytest.raises(ValueError, match="no draws"):
        summarise(np.zeros((1, 4)))


def test_a_drifting_factor_has_unit_variance_after_its_horizon() -> None:
    z = standard_normal(1, "size", "place", "E1", 20_000, 20)
    drift = accumulated(z, 0.55, 10)
    spread = drift[1:].std(axis=0)
    assert spread[9] == pytest.approx(1.0, abs=0.03)
    # The first year alone is far narrower than a tenth root would have it; later ones open faster than √t.
    assert spread[0] < 0.22
    assert np.sqrt(2) < spread[19] / spread[9] < 1.55
    assert np.all(drift[0] == 0)


def test_the_common_stream_is_the_same_array_for_all_and_cannot_be_written() -> None:
    first = standard_normal(1, "fertility", "common", "all", 5)
    assert standard_normal(1, "fertility", "common", "all", 5) is first
    with pytest.raises(ValueError, match="read-only"):
        first[0, 0] = 1.0


def test_one_range_of_many_that_does_not_hold_its_value_is_refused() -> None:
    for low, high in (([0.9, 1.1], [1.2, 1.2]), ([0.9, 0.9], [1.2, 0.95])):
        with pytest.raises(ValueError, match="expected low <= value <= high"):
            factor_draws([1.0, 1.0], low, high, [0.5, 0.5])


def test_held_one_at_a_time_each_draw_has_one_factor_at_an_end_in_all_years_and_areas() -> None:
    with one_at_a_time({"first": 1, "second": 3}):
        one = autoregressive(shared_normal(1, "first", "here", 4, 5, 0.6), 0.8)
        other = autoregressive(shared_normal(1, "second", "there", 4, 5, 0.6), 0.8)
        idle = standard_normal(1, "third", "common", "all", 4)
    ends = [0.0, -NORMAL_P90, NORMAL_P90, 0.0, 0.0]
    assert (one == np.array(ends)[:, None]).all()
    assert (other == np.array([0.0, 0.0, 0.0, -NORMAL_P90, NORMAL_P90])[:, None]).all()
    assert (idle == 0).all()
    # And after it draws are what they were.
    assert standard_normal(1, "first", "common", "all", 4)[1:].std() > 0
