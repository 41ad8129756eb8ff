"""Single years from bands: totals kept, nobody negative, nearer the truth than an even split."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.demography.graduation import band_edges, graduate

BANDS = ["0", "1-4", *(f"{first}-{first + 4}" for first in range(5, 90, 5)), "90+"]
STARTS = [first for first, _ in band_edges(BANDS, 91)]


@settings(max_examples=60)
@given(st.lists(st.one_of(st.just(0.0), st.floats(0, 50_000)), min_size=20, max_size=20))
def test_band_totals_are_kept_and_nobody_is_negative(totals: list[float]) -> None:
    single = graduate(totals, BANDS)
    assert single.min() >= 0
    assert np.allclose(np.add.reduceat(single, STARTS), totals, rtol=1e-12, atol=1e-9)


def test_a_straight_line_of_ages_comes_back_as_it_was() -> None:
    single = 1000.0 - 8 * np.arange(91)
    assert np.allclose(graduate(np.add.reduceat(single, STARTS), BANDS), single, rtol=1e-6)


def test_a_pattern_is_followed_up_to_a_smooth_ratio() -> None:
    pattern = 100.0 + 30 * np.sin(np.arange(91))
    single = pattern * (3 + 0.01 * np.arange(91))
    assert np.allclose(graduate(np.add.reduceat(single, STARTS), BANDS, pattern=pattern), single, rtol=1e-6)


def test_bands_with_a_gap_or_an_end_too_soon_are_refused() -> None:
    with pytest.raises(ValueError, match="starts at 10, expected 5"):
        band_edges(["0-4", "10+"], 91)
    with pytest.raises(ValueError, match="end at 9"):
        band_edges(["0-4", "5-9"], 91)
    with pytest.raises(ValueError, match="holds -1"):
        graduate([-1.0, 5.0], ["0-44", "45+"])


def test_graduation_beats_an_even_split_of_true_single_years(shared: Callable[[str], Path]) -> None:
    truth = pd.read_csv(shared("official/mid_2021_single_year_sex_uk_areas.csv.gz"))
    truth = truth[truth["geography"].str.contains("Unitary|Metropolitan|Non-metropolitan District")]
    table = truth.pivot_table(index=[truth.columns[0], "sex"], columns="age", values="population")
    single = table.to_numpy(dtype=float)
    totals = np.add.reduceat(single, STARTS, axis=1)
    even = np.concatenate(
        [
            np.repeat(totals[:, [band]] / (stop - first), stop - first, axis=1)
            for band, (first, stop) in enumerate(band_edges(BANDS, 91))
        ],
        axis=1,
    )
    graduated = graduate(totals, BANDS)

    def error(guess: np.ndarray) -> np.ndarray:
        return np.abs(guess - single).sum(axis=1) / single.sum(axis=1)

    assert np.median(error(graduated)) < 0.8 * np.median(error(even))
