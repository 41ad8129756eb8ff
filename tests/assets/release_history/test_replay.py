"""A replay looks at principal runs alone: what moves only the spread of draws ends where it was asked for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from assets.release_history.replay import _same


def test_values_are_the_same_where_their_principal_runs_are() -> None:
    frame = pd.DataFrame({"year": [2030], "principal": [5.0], "p10": [4.0], "p50": [5.0], "p90": [6.0]})
    assert _same(frame, frame.assign(p10=3.0, p90=8.0))
    assert not _same(frame, frame.assign(principal=5.5))
    assert not _same(frame, frame.assign(year=2031))
    # Without a principal column, a column of that name is a value like any other.
    rates = pd.DataFrame({"p10": [1.0]})
    assert not _same(rates, rates.assign(p10=2.0))


def test_draws_beyond_the_first_do_not_make_a_dataset_another() -> None:
    draws = xr.Dataset({"people": (("draw", "year"), np.array([[1.0, 2.0], [3.0, 4.0]]))})
    other = draws.copy(deep=True)
    other["people"][1] = 9.0
    assert _same(draws, other)
    other["people"][0, 0] = 9.0
    assert not _same(draws, other)
