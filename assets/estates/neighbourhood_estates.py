"""Primary care and community by neighbourhood: a place's requirement where its people, or practices, are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from assets.demand.activity_rates import band_rates
from assets.estates.estates_areas import VALUES, Area, Labels, of_existing
from assets.estates.facility_parameters import Facilities
from assets.estates.premises import Existing
from assets.inputs.scenarios import PRINCIPAL
from assets.inputs.settings import RunSettings
from assets.population.population_figures import grid
from assets.tables.declarations.named_values import NEIGHBOURHOOD_BANDS
from assets.tables.table_cells import Cells
from models.arrays import FloatArray
from models.estates.existing_capacity import shortfall
from models.estates.neighbourhood_shares import (
    in_neighbourhoods,
    need_shares,
    neighbourhood_breach,
    neighbourhood_draws,
    own_spread,
    shares_by_practice,
)
from models.uncertainty.ensemble import Summary, standard_normal, summarise

_BANDS = list(NEIGHBOURHOOD_BANDS)
REGISTERED = "registered_patients"
_ORDER = ("scenario", "neighbourhood", "year", "age_band")


@dataclass(frozen=True)
class NeighbourhoodPeople:
    """People of a place's neighbourhoods: (scenario, year, neighbourhood, band), and all ages' quantiles."""

    codes: list[str]
    names: list[str]
    by_band: FloatArray
    all_ages: Summary
    place: Summary


def neighbourhood_people(
    place: str, here: pd.DataFrame, of_all_ages: pd.DataFrame, labels: Labels
) -> NeighbourhoodPeople | None:
    """The place's neighbourhoods in the run's scenarios and years; None where it has none.

    here: the place's neighbourhood_population. of_all_ages: rows of population for persons of all ages.
    """
    if here.empty:
        return None
    order = {name: sorted(here[name].unique().tolist()) for name in _ORDER}
    shape = [len(values) for values in order.values()]
    if len(here) != np.prod(shape):
        raise ValueError(f"neighbourhood_population of {place} has {len(here)} rows, not {np.prod(shape)}")
    # The table is sorted by its keys and has every combination of them: its cells are an array as they stand.
    cells = here[list(VALUES)].to_numpy().reshape(*shape, len(VALUES))
    at = [order["scenario"].index(name) for name in labels.scenarios]
    years = np.searchsorted(order["year"], labels.years)
    bands = [order["age_band"].index(band) for band in (*_BANDS, "all")]
    cells = cells[at][:, :, years][:, :, :, bands].swapaxes(1, 2)
    whole = of_all_ages[of_all_ages["place"] == place]
    of_place = [grid(whole, name, scenario=labels.scenarios, year=list(labels.years)) for name in VALUES]
    each = here.iloc[:: int(np.prod(shape[2:]))].head(len(order["neighbourhood"]))
    named = dict(zip(each["neighbourhood"].tolist(), each["neighbourhood_name"].tolist(), strict=True))
    return NeighbourhoodPeople(
        codes=order["neighbourhood"],
        names=[named[code] for code in order["neighbourhood"]],
        by_band=cells[..., :-1, 0],
        all_ages=Summary(*np.moveaxis(cells[..., -1, :], -1, 0)),
        place=Summary(*of_place),
    )


class PlaceNeighbourhoods:
    """The requirement of a place's neighbourhoods, by facility."""

    def __init__(
        self,
        area: Area,
        people: NeighbourhoodPeople,
        weights: dict[str, FloatArray],
        lists: FloatArray | None,
        lookup: pd.DataFrame,
        labels: Labels,
        settings: RunSettings,
    ) -> None:
        self.area, self.people, self._labels, self._settings = area, people, labels, settings
        self.scenario = PRINCIPAL
        self.of_msoa: dict[str, str] = dict(zip(lookup["msoa"], lookup["neighbourhood"], strict=True))
        self._spread = own_spread(people.all_ages, people.place)
        self.shares = {name: need_shares(people.by_band, weight) for name, weight in weights.items()}
        if lists is not None:
            for name in self.shares:
                if name.startswith(("gp_", "primary_care_")):
                    self.shares[name] = np.stack(
                        [shares_by_practice(of_scenario, lists) for of_scenario in self.shares[name]]
                    )

    def add(self, rows: Cells, breaches: Cells, existing: Existing) -> None:
        """Rows of required, existing and gap, and of breach."""
        labels, people = self._labels, self.people
        for facility, shares in self.shares.items():
            at = self.area.facilities.index(facility)
            place = Summary(*(values[..., at] for values in self.area.summary))
            required = in_neighbourhoods(place, shares, self._spread)
            named = {"place": self.area.code, "facility": facility}
            rows.add(required, {**labels.index, "neighbourhood": people.codes}, measure="required", **named)
            for number, code in enumerate(people.codes):
                found = existing.of_neighbourhood(self.area.code, code, facility)
                if found is None:
                    continue
                spread = (self._spread[0][..., number], self._spread[1][..., number])
                have = of_existing(found, len(labels.scenarios))
                if len(found) == 1:
                    need = Summary(*(values[..., number] for values in required))
                    gap = Summary(*(ours - theirs for ours, theirs in zip(need, have, strict=True)))
                else:
                    drawn = neighbourhood_draws(
                        self.area.required[..., at], shares[..., number], spread, self._own_shock(code)
                    )
                    gap = summarise(shortfall(drawn, found[:, None, :]))
                for measure, summary in (("existing", have), ("gap", gap)):
                    rows.add(summary, labels.index, measure=measure, neighbourhood=code, **named)
                probability = neighbourhood_breach(
                    self.area.required[..., at], shares[..., number], spread, found[:, None, :]
                )
                breaches.add(
                    {"probability": probability},
                    labels.index,
                    area=code,
                    area_kind="neighbourhood",
                    facility=facility,
                    counted_as=existing.counted_as("neighbourhood", code, facility),
                )

    def _own_shock(self, code: str) -> FloatArray:
        """(draw,) what moves a neighbourhood's need beside its place's, the same for all facilities."""
        return standard_normal(
            self._settings.seed, "neighbourhood_need", "place", code, self._settings.draws
        )[:, 0]


def need_weights(place: str, rates: pd.DataFrame, facilities: Facilities) -> dict[str, FloatArray]:
    """Need of a person of each neighbourhood band, by facility counted in neighbourhoods; only ratios matter.

    A band's rate is the mean over its ages and sexes; whoever is registered counts as one patient.
    """
    names = facilities.at("neighbourhood")
    columns = facilities.coefficients[0][:, facilities.positions(names)]
    serving = [facilities.services[at] for at in np.flatnonzero(columns.any(axis=1))]
    by_service = band_rates(place, rates, [service for service in serving if service != REGISTERED])
    by_service[REGISTERED] = np.ones(len(_BANDS))
    found: dict[str, FloatArray] = {}
    for name, column in zip(names, columns.T, strict=True):
        takes = dict(zip(facilities.services, column, strict=True))
        found[name] = np.sum([takes[service] * by_service[service] for service in serving], axis=0)
    return found


def practice_lists(place: str, premises: pd.DataFrame, codes: list[str]) -> FloatArray | None:
    """Registered patients of practices by neighbourhood; None where a practice's whereabouts are unknown."""
    here = premises[(premises["place"] == place) & premises["registered_patients"].notna()]
    here = here.drop_duplicates("site_code")
    if here.empty or here["neighbourhood"].isna().any():
        return None
    return here.groupby("neighbourhood")["registered_patients"].sum().reindex(codes, fill_value=0).to_numpy()
