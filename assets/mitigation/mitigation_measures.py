"""What a scenario with new models of care avoids: published targets, and the library's types with a share.

The library says of each type of activity how much of it is expected to remain. How much of a service is of
that type is for whoever knows it to say (mitigation_shares.csv); a type without a share is off, and listed
with what it lacks. A type that a published target of the area stands for is off as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from assets.inputs.assumptions import Assumptions
from models.arrays import FloatArray
from models.demand import mitigation
from models.demand.mitigation import Exchange
from models.uncertainty.ensemble import factor_draws, standard_normal

EVERYWHERE = "all"
"""In mitigation_shares.csv: every council without a share of its own."""
PER = {"per_100000": 100_000.0, "percent": 100.0}

Row = Mapping[str, Any]


class Measure(NamedTuple):
    """One measure on one service: what it avoids of it (year,), and how much of that is achieved (draw,)."""

    service: str
    kind: str
    fall: FloatArray
    achieved: FloatArray


class Mitigation:
    """The measures of new models of care for a place, and what they do to its services."""

    def __init__(
        self,
        targets: pd.DataFrame,
        library: pd.DataFrame,
        shares: pd.DataFrame,
        exchange: pd.DataFrame,
        services: list[str],
        known: Assumptions,
        years: NDArray[np.int64],
        seed: int,
        draws: int,
    ) -> None:
        """`services` are those switched on: what is named beside them does nothing until it is."""
        self._targets = _rows(targets[targets["service"].isin(services)])
        self._library, self._shares = library, shares
        self._services, self._known, self._years = services, known, years
        self._seed, self._draws = seed, draws
        self._exchanges: dict[str, list[Exchange]] = {}
        for row in _rows(exchange):
            ends = (row["from_service"], row["to_service"])
            if set(ends) <= set(services):
                source, sink = map(services.index, ends)
                one = Exchange(source, sink, row["effect"], float(row["quantity"]))
                self._exchanges.setdefault(row["kind"], []).append(one)

    def factors(
        self, place: str, before: FloatArray, measured_on: Callable[[Row], FloatArray], draws: int
    ) -> FloatArray:
        """What is left of each service (draw, year, service), for the first `draws` draws.

        `before` (year, service) is the principal run's demand without mitigation; `measured_on` gives what a
        target's change is of (year,).
        """
        measures = [*self._of_targets(measured_on), *self._of_types(place, before)]
        if not measures:
            return np.ones((1, *before.shape))
        effects = [
            mitigation.effect(
                self._services.index(one.service), one.fall, self._exchanges.get(one.kind, ()), before
            )
            for one in measures
        ]
        achieved = np.stack([one.achieved[:draws] for one in measures], axis=1)
        return mitigation.achieved_effect(np.stack(effects), achieved)

    def _of_targets(self, measured_on: Callable[[Row], FloatArray]) -> list[Measure]:
        achieved = factor_draws(*self._known.range("demand.mitigation_achieved"), self._common())[:, 0]
        made = []
        for row in self._targets:
            steps = mitigation.steps_taken(self._years, int(row["before_year"]), int(row["full_year"]))
            per, change = PER[str(row["measure"])], float(row["annual_change"])
            fall = mitigation.avoided(measured_on(row), change, per, steps)
            made.append(Measure(row["service"], row["kind"], fall, achieved))
        return made

    def _of_types(self, place: str, before: FloatArray) -> list[Measure]:
        taken = {row["target"] for row in self._targets}
        made = []
        for row in _rows(shares_at(place, self._shares, self._library)):
            if row["service"] not in self._services or row["covered_by"] in taken:
                continue
            remains = row["remains_percent"] / 100
            fall = mitigation.avoided_of_type(
                before[:, self._services.index(row["service"])],
                row["share_percent"] / 100,
                remains,
                self._years,
                int(row["before_year"]),
                int(row["full_year"]),
            )
            achieved = self._avoided_of(row) / (1 - remains)
            made.append(Measure(row["service"], row["kind"], fall, achieved))
        return made

    def _avoided_of(self, row: Row) -> FloatArray:
        """Share of a type that is avoided (draw,), with as much in common with other measures as assumed."""
        common = self._known.value("demand.mitigation_shared_variance")
        own = standard_normal(self._seed, "mitigation_achieved", "common", str(row["type"]), self._draws)
        shock = np.sqrt(common) * self._common() + np.sqrt(1 - common) * own
        mean, most, least = (
            1 - row[name] / 100 for name in ("remains_percent", "remains_low", "remains_high")
        )
        return np.clip(factor_draws(mean, least, most, shock)[:, 0], 0.0, 1.0)

    def _common(self) -> FloatArray:
        return standard_normal(self._seed, "mitigation_achieved", "common", "all", self._draws)


def shares_at(place: str, shares: pd.DataFrame, library: pd.DataFrame) -> pd.DataFrame:
    """Shares that apply at a place, its own before those of every place, with the columns of their type."""
    here = shares[shares["applies_to"].isin([place, EVERYWHERE])]
    own_first = here.sort_values("applies_to", key=lambda column: column == EVERYWHERE, kind="stable")
    once = own_first.drop_duplicates(["type", "service"])
    columns = [name for name in library.columns if name not in ("source_id", "evidence_grade", "note")]
    return once.merge(library[columns], on="type", how="inner").sort_values(["type", "service"])


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): cell for name, cell in row.items()} for row in table.to_dict("records")]
