"""What is plausible refuses next to no real authority: the rules measured over all of England's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from assets.inputs.checks.plausibility import every_measure
from benchmarks.validation.plausible_ranges import tables_of_england

MOST_REFUSED = 0.02
"""Share of real places whose furthest figure may lie outside: some lost homes by the hundred in 2001."""


def test_real_authorities_are_plausible(shared: Callable[[str], Path]) -> None:
    measured = every_measure(tables_of_england(shared("england")))
    assert len(measured) > 12
    for rule in measured:
        figures = rule.figures
        outside = (figures["value"] < figures["low"]) | (figures["value"] > figures["high"])
        assert outside.mean() <= MOST_REFUSED, (rule.words, figures[outside].head().to_dict("records"))
