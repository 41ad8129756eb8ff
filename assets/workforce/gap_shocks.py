"""Shocks behind a gap of staff, made again from the streams they were drawn from, by assumption.

What they explain of a gap, and what else decides it, belongs elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from assets.demand.demand_variants import NONE
from assets.inputs.settings import RunSettings
from assets.workforce.staff_draws import ALL
from assets.workforce.workforce_inputs import Group, StaffingTables
from models.arrays import FloatArray
from models.uncertainty.ensemble import Stream, autoregressive, shared_normal, standard_normal

_FACTOR_OF = {
    "productivity": "productivity_change",
    "staffing_level": "level",
    "participation": "participation_change",
}
"""Factors whose assumption has another name."""
_OF_ALL_SECTORS = ("productivity",)
"""Factors drawn by sector from one assumption."""
_COMMON = "common"


def assumption_of(factor: str) -> str:
    """Id of the assumption that a factor of the stage is drawn from."""
    name, _, of = factor.removeprefix("workforce.").partition(":")
    parts = [_FACTOR_OF.get(name, name), *([of] if of and name not in _OF_ALL_SECTORS else [])]
    return f"workforce.{'_'.join(parts)}"


class GapShocks:
    """Shocks by assumption (draw, headline year, column); of all areas together, the mean of theirs."""

    def __init__(self, given: StaffingTables, settings: RunSettings, years: Sequence[int]) -> None:
        self._given = given
        self._settings = settings
        self._shared = given.known.value("demand.activity_shared_variance")
        first, last = (int(given.known.value(f"demand.{name}")) for name in ("base_year", "last_year"))
        self._years = last - first + 1
        self._at = [year - first for year in years]
        self._places = list(given.places.loc[given.places["kind"] == "place", "place"])
        on = given.services[given.services["status"] == "on"]
        self._growth_of, self._drift_of = (
            dict(zip(on["service"], on[of], strict=True)) for of in ("growth_group", "uncertainty")
        )
        self._of_group = {
            key: sorted(set(rows["service"]) & set(self._growth_of))
            for key, rows in given.staffing_norms.groupby(["sector", "staff_group"])
        }
        self._made: dict[tuple[str, str], FloatArray] = {}

    def of_stage(
        self, streams: Collection[Stream], area: str, groups: Collection[str]
    ) -> dict[str, FloatArray]:
        """Shocks of what the stage draws, rates of one staff group only where it is among `groups`.

        A rate that wanders is told by its mean up to the year.
        """
        every = {group for _, group in self._of_group}
        columns: dict[str, list[FloatArray]] = {}
        for factor in sorted({stream.factor for stream in streams}):
            of = factor.partition(":")[2]
            if of in every and of not in groups and not _sums(groups):
                continue
            own = [stream for stream in streams if stream.factor == factor and stream.scope != _COMMON]
            codes = sorted({stream.code for stream in own})
            here = [stream for stream in own if stream.code == area] or own
            if codes:
                parts = [self._wandering(stream) for stream in sorted(here)]
                column = np.mean(parts, axis=0)
            else:
                settings = self._settings
                shock = standard_normal(settings.seed, factor, _COMMON, "all", settings.draws)
                column = np.repeat(shock, len(self._at), axis=1)
            columns.setdefault(assumption_of(factor), []).append(np.asarray(column))
        return {identifier: np.stack(parts, axis=-1) for identifier, parts in columns.items()}

    def _wandering(self, stream: Stream) -> FloatArray:
        """Mean up to each headline year of an area's rate (draw, headline year)."""
        key = (stream.factor, stream.code)
        if key not in self._made:
            known = self._given.known
            shocks = shared_normal(
                self._settings.seed,
                stream.factor,
                stream.code,
                self._settings.draws,
                stream.size,
                known.value("workforce.rate_shared_variance"),
                stream.scope,
            )
            path = autoregressive(shocks, known.value("workforce.rate_persistence"))
            self._made[key] = np.stack([path[:, 1 : at + 1].mean(axis=1) for at in self._at], axis=1)
        return self._made[key]

    def of_demand(self, group: Group, area: str) -> dict[str, FloatArray]:
        """Shocks of the demand that staff of one group meet, or those of all groups together."""
        chosen = self._of_group.get(group)
        if chosen is None:
            outside = self._given.groups("place", "system")
            groups = [each for each in self._of_group if group == ALL or each in outside]
            chosen = sorted({service for each in groups for service in self._of_group[each]})
        columns: dict[str, list[FloatArray]] = {}
        for growth in sorted({self._growth_of[service] for service in chosen} - {NONE}):
            columns[f"demand.non_demographic_growth_{growth}"] = [self._growth(growth)]
        for service in chosen:
            if (drift := self._drift_of[service]) != NONE:
                columns.setdefault(f"demand.annual_drift_{drift}", []).append(self._drift(service, area))
        return {identifier: np.stack(parts, axis=-1) for identifier, parts in columns.items()}

    def _growth(self, group: str) -> FloatArray:
        """The rate of growth is unknown and the same in all years (draw, headline year)."""
        settings, factor = self._settings, f"non_demographic_growth:{group}"
        shock = standard_normal(settings.seed, factor, _COMMON, "all", settings.draws)
        return np.repeat(shock, len(self._at), axis=1)

    def _drift(self, service: str, area: str) -> FloatArray:
        """How far a rate has wandered (draw, headline year): a place's own, else the mean of the places."""
        if area not in self._places:
            return np.asarray(np.mean([self._drift(service, place) for place in self._places], axis=0))
        key = (f"activity_rate_drift:{service}", area)
        if key not in self._made:
            settings = self._settings
            steps = shared_normal(settings.seed, key[0], area, settings.draws, self._years, self._shared)
            self._made[key] = np.cumsum(steps[:, 1:], axis=1)[:, [at - 1 for at in self._at]]
        return self._made[key]


def _sums(groups: Collection[str]) -> bool:
    """Whether the groups are a sum alone, in which all have a part."""
    return set(groups) == {ALL[1]}
