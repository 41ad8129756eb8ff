"""Age and sex of staff agree with what is published of all of them together."""

from __future__ import annotations

import numpy as np
import pytest

from models.workforce.age_profile import band_starts, older_bands, shifted_shares, tilted_profiles

BANDS = ("25-29", "40-44", "55-59", "70+")
PROFILES = np.array([[0.4, 0.3, 0.25, 0.05], [0.2, 0.5, 0.3, 0.0]])
HEADS = np.array([300.0, 700.0])


def test_tilted_profiles_hold_the_published_share_and_stay_profiles() -> None:
    older = older_bands(BANDS, 55.0)
    tilted = tilted_profiles(PROFILES, HEADS, band_starts(BANDS), older, 0.2)
    assert tilted.sum(axis=1) == pytest.approx([1.0, 1.0])
    assert (tilted[:, older].sum(axis=1) * HEADS).sum() / HEADS.sum() == pytest.approx(0.2)
    assert tilted[1, 3] == 0


def test_a_share_that_is_held_already_changes_nothing() -> None:
    older = older_bands(BANDS, 55.0)
    held = float((PROFILES[:, older].sum(axis=1) * HEADS).sum() / HEADS.sum())
    tilted = tilted_profiles(PROFILES, HEADS, band_starts(BANDS), older, held)
    assert tilted == pytest.approx(PROFILES)


def test_shares_of_women_agree_with_the_published_one_in_their_order() -> None:
    shares = np.array([0.46, 0.88])
    moved = shifted_shares(shares, HEADS, 0.77)
    assert (moved * HEADS).sum() / HEADS.sum() == pytest.approx(0.77)
    assert moved[0] < moved[1]


def test_what_no_tilt_reaches_is_refused() -> None:
    none = np.array([[1.0, 0.0, 0.0, 0.0]])
    with pytest.raises(ValueError, match="cannot be tilted to 20"):
        tilted_profiles(none, np.ones(1), band_starts(BANDS), older_bands(BANDS, 55.0), 0.2)
    with pytest.raises(ValueError, match="57 is not where an age band starts"):
        older_bands(BANDS, 57.0)
