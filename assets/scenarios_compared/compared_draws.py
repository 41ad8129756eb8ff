"""What the stages hand over to be compared: a few sums in every scenario and draw, at the headline years."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from assets.publication.headlines import HEADLINE_YEARS
from models.arrays import FloatArray

VALUE = "value"
_BETWEEN = "|"


class ComparedDraws:
    """Draws by area and quantity, collected while a stage holds them.

    scenarios, years: the labels of the arrays that are added; only headline years are kept.
    """

    def __init__(self, scenarios: Sequence[str], years: Sequence[int] | NDArray[Any]) -> None:
        self._scenarios = list(scenarios)
        of_run = np.asarray(years)
        self._at = np.flatnonzero(np.isin(of_run, HEADLINE_YEARS))
        self._years = [int(year) for year in of_run[self._at]]
        self._cells: dict[str, FloatArray] = {}

    def add(self, area: str, quantity: str, draws: FloatArray) -> None:
        """Draws (scenario, draw, year) of a quantity of an area; what is not known of every draw is left out.

        Raises ValueError for a quantity that was added before.
        """
        cell = f"{area}{_BETWEEN}{quantity}"
        if cell in self._cells:
            raise ValueError(f"{quantity} of {area} is added twice")
        kept = draws[..., self._at]
        if np.isfinite(kept).all():
            self._cells[cell] = kept

    def dataset(self) -> xr.Dataset:
        """VALUE (scenario, draw, year, cell); raises ValueError where nothing was added."""
        if not self._cells:
            raise ValueError("no draws to compare")
        values = np.stack(list(self._cells.values()), axis=-1)
        return xr.Dataset(
            {VALUE: (("scenario", "draw", "year", "cell"), values)},
            coords={
                "scenario": self._scenarios,
                "draw": np.arange(values.shape[1]),
                "year": self._years,
                "cell": list(self._cells),
            },
        )


def area_and_quantity(cell: str) -> tuple[str, str]:
    """The area's code and the quantity that a label of a cell is of."""
    area, _, quantity = cell.rpartition(_BETWEEN)
    return area, quantity
