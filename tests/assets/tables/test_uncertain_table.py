"""Rows of uncertain tables: every cell's values stand beside its own labels."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from assets.tables.uncertain_table import Labels, labelled, summary_rows, uncertain_rows
from models.uncertainty.ensemble import summarise


def quantity() -> xr.DataArray:
    """Three draws beside the principal run, of which each cell's values tell its place and year."""
    of_cell = np.array([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]])
    return xr.DataArray(
        of_cell[:, None, :] * np.array([1.0, 0.5, 1.0, 1.5])[None, :, None],
        dims=("place", "draw", "year"),
        coords={"place": ["A", "B"], "year": [2024, 2025, 2026]},
        name="people",
    )


def test_every_cell_has_a_row_with_its_own_labels_whatever_the_order_of_the_dimensions() -> None:
    for order in (("place", "draw", "year"), ("year", "place", "draw"), ("draw", "year", "place")):
        rows = uncertain_rows(quantity().transpose(*order), {"unit": "persons"})
        assert set(rows["unit"]) == {"persons"}
        by_cell = rows.set_index(["place", "year"])
        assert by_cell["principal"].to_dict() == {
            ("A", 2024): 1.0, ("A", 2025): 2.0, ("A", 2026): 3.0,
            ("B", 2024): 10.0, ("B", 2025): 20.0, ("B", 2026): 30.0,
        }  # fmt: skip
        assert (by_cell["p50"] == by_cell["principal"]).all()
        assert by_cell["p90"].loc[("B", 2025)] == pytest.approx(28.0)


def test_several_columns_may_tell_of_one_dimension() -> None:
    labels: Labels = {
        "group": ("unit", ["x", "x", "y"]),
        "area": ("unit", ["A", "B", "A"]),
        "year": ("year", [1, 2]),
    }
    columns = labelled({"unit": 3, "year": 2}, labels)
    assert list(zip(*(columns[name] for name in ("group", "area", "year")), strict=True)) == [
        ("x", "A", 1), ("x", "A", 2), ("x", "B", 1), ("x", "B", 2), ("y", "A", 1), ("y", "A", 2),
    ]  # fmt: skip
    summary = summarise(np.arange(2.0 * 3 * 2).reshape(2, 3, 2))
    rows = summary_rows(summary, ("unit", "year"), labels, {})
    assert rows["principal"].tolist() == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]


def test_a_value_that_is_not_finite_is_refused_by_name() -> None:
    spoilt = quantity()
    spoilt[1, 2, 0] = np.nan
    with pytest.raises(ValueError, match=r"people of .*B.* not finite"):
        uncertain_rows(spoilt, {"system": "B"})
