"""Assumptions that are said to follow from England's published files follow from them."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.population.backtest_people import read_assumptions
from benchmarks.population.structure_fit import AGES_FITTED, changes
from benchmarks.validation.derived_assumptions import DERIVATIONS, Range

WITHIN = 0.025
"""Of the figure: assumptions are rounded."""


@pytest.mark.parametrize("derive", DERIVATIONS, ids=lambda each: each.__name__)
def test_what_is_assumed_follows_from_the_files(
    derive: Callable[[Path], dict[str, Range]], shared: Callable[[str], Path]
) -> None:
    known = read_assumptions()
    for identifier, (value, low, high) in derive(shared("england").parent).items():
        assert known.value(identifier) == pytest.approx(value, rel=WITHIN, abs=1e-9), identifier
        if not math.isnan(low):
            assert known.ends(identifier) == pytest.approx((low, high), rel=WITHIN), identifier


@pytest.mark.long
@pytest.mark.parametrize("age", AGES_FITTED)
def test_no_other_share_of_structure_kept_errs_less(age: int, shared: Callable[[str], Path]) -> None:
    found = changes(shared("official/backtest_2011_2021"), age).values()
    assert all(sum(halves) > 0 for halves in found)
    assert max(sum(halves) / 2 for halves in found) > 0.5, "the error hardly feels it: grade C"
