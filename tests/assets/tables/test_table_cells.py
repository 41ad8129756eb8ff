"""A table gathered from blocks is the table that gluing and sorting frames would give."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.tables.table_cells import Cells
from assets.tables.uncertain_table import released

WORDS = st.lists(st.text("abÉZ_0 ", min_size=1, max_size=3), min_size=1, max_size=4, unique=True)


@given(scenarios=WORDS, areas=WORDS, facilities=WORDS, last=st.integers(-3, 3))
def test_rows_come_out_as_frames_glued_and_sorted_would(
    scenarios: list[str], areas: list[str], facilities: list[str], last: int
) -> None:
    cells, frames = Cells("capacity_breach"), []
    years = [last, last - 1]
    for number, area in enumerate(areas):
        probability = (number + np.arange(len(scenarios) * 2 * len(facilities))) / 1000
        kinds = np.array([f"kind {name}" for name in facilities])
        cells.add(
            {"probability": probability.reshape(len(scenarios), 2, -1)},
            {"scenario": scenarios, "year": years, "facility": facilities},
            area=area,
            area_kind=kinds,
            counted_as="staffed",
        )
        index = pd.MultiIndex.from_product(
            [scenarios, years, facilities], names=["scenario", "year", "facility"]
        )
        frame = index.to_frame(index=False).assign(probability=probability, area=area)
        frames.append(frame.assign(area_kind="kind " + frame["facility"], counted_as="staffed"))
    pd.testing.assert_frame_equal(cells.table(), released("capacity_breach", frames))


def test_a_column_may_be_looked_up_by_another() -> None:
    cells = Cells("estates")
    cells.add(
        dict.fromkeys(("principal", "p10", "p50", "p90"), np.ones(2)),
        {"facility": ["theatres", "beds"]},
        scenario="local_plan",
        place="E06000032",
        year=2024,
        measure="required",
    )
    table = cells.table(unit=("facility", {"theatres": "rooms", "beds": "beds"}))
    assert list(table["facility"]) == ["beds", "theatres"]
    assert list(table["unit"]) == ["beds", "rooms"]


def test_a_value_that_is_not_finite_is_told_with_its_place() -> None:
    cells = Cells("capacity_breach")
    with pytest.raises(ValueError, match=r"capacity_breach of \{'area': 'RC9'\} holds a probability"):
        cells.add({"probability": np.array([np.nan])}, {"facility": ["beds"]}, area="RC9")
