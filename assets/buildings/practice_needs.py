"""What each practice's patients need, from the need of its places and of the small areas they live in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import xarray as xr

from assets.buildings.practice_areas import AREA, FACILITIES
from assets.estates.estates_areas import Area, Labels
from assets.estates.facility_parameters import Facilities
from assets.estates.neighbourhood_estates import (
    REGISTERED,
    NeighbourhoodPeople,
    need_weights,
    neighbourhood_people,
)
from assets.inputs.scenarios import PRINCIPAL
from assets.inputs.settings import RunSettings
from assets.tables.by_place import ByPlace
from models.arrays import FloatArray
from models.estates.neighbourhood_shares import need_shares, own_spread
from models.estates.practice_requirement import beyond_first, requirement_of_practices, single_zeros
from models.uncertainty.ensemble import standard_normal


def patient_need(area: Area, demand: xr.DataArray, labels: Labels, first_year: int) -> xr.DataArray | None:
    """Requirement (draw, year, facility) of a place over its registered patients of the year of the lists.

    Lists are known in that year, so every draw starts from its own patients. None where general practice is
    switched off. Years are those from the lists' on.
    """
    if AREA not in area.facilities:
        return None
    names = [name for name in FACILITIES if name in area.facilities]
    years = labels.years[labels.years >= first_year]
    registered = demand.sel(scenario=PRINCIPAL, service=REGISTERED, year=years[0]).to_numpy()
    of_scenario = area.required[:, labels.scenarios.index(PRINCIPAL), -len(years) :]
    need = of_scenario[..., [area.facilities.index(name) for name in names]] / registered[:, None, None]
    coords = {"draw": np.arange(len(need)), "year": years, "facility": names}
    return xr.DataArray(need, dims=("draw", "year", "facility"), coords=coords)


def all_patient_need(found: Mapping[str, xr.DataArray | None]) -> xr.Dataset:
    """The need of every place's patients as draws of the principal scenario; places without are left out."""
    known = {place: need for place, need in found.items() if need is not None}
    if not known:
        nothing = xr.DataArray(
            np.zeros((2, 1, 0, 0)),
            dims=("draw", "year", "facility", "place"),
            coords={"draw": [0, 1], "year": [0], "facility": [], "place": []},
        )
        return xr.Dataset({"a_patient": nothing}, attrs={"scenario": PRINCIPAL})
    index = pd.Index(list(known), name="place")
    return xr.Dataset({"a_patient": xr.concat(known.values(), index)}, attrs={"scenario": PRINCIPAL})


def practice_needs(
    patient_needs: xr.Dataset,
    practices: pd.DataFrame,
    flows: pd.DataFrame,
    neighbourhoods: pd.DataFrame,
    neighbourhood_population: ByPlace,
    population: pd.DataFrame,
    activity_rates: pd.DataFrame,
    run: Facilities,
    settings: RunSettings,
) -> dict[str, FloatArray]:
    """By facility the requirement (practice, year, draw) of the patients of each practice.

    flows: patients by `msoa` and `practice`. Those of a small area of the run grow as its people do, at
    whichever practice; others, and patients that no row tells of, as the practice's own place.
    """
    a_patient = patient_needs["a_patient"]
    years = a_patient["year"].to_numpy()
    labels = Labels([PRINCIPAL], years)
    codes = practices["practice"].astype(str).tolist()
    lists = practices["registered_patients"].to_numpy(dtype=float)
    of_near = dict(zip(neighbourhoods["msoa"], neighbourhoods["neighbourhood"], strict=True))
    of_all_ages = population[(population["age_band"] == "all") & (population["sex"] == "persons")]
    near = flows.assign(near=flows["msoa"].map(of_near))
    needs = {
        str(name): single_zeros(len(codes), len(years), a_patient.sizes["draw"])
        for name in a_patient["facility"].to_numpy()
    }
    told = np.zeros(len(codes))
    for place in map(str, a_patient["place"].to_numpy()):
        people = neighbourhood_people(place, neighbourhood_population[place], of_all_ages, labels)
        if people is None:
            continue
        patients = _patients(near, people.codes, codes)
        told += patients.sum(axis=0)
        weights = need_weights(place, activity_rates, run)
        for name, total in needs.items():
            total += _of_small_areas(
                a_patient.sel(place=place, facility=name), people, weights[name], patients, settings
            )
    rest = lists - told
    for place in map(str, a_patient["place"].to_numpy()):
        here = (practices["place"] == place).to_numpy()
        for name, total in needs.items():
            mean = a_patient.sel(place=place, facility=name).transpose("year", "draw").to_numpy()
            total[here] += (rest[here, None, None] * mean[None]).astype(np.float32)
    return needs


def _patients(near: pd.DataFrame, small_areas: Sequence[str], codes: Sequence[str]) -> FloatArray:
    """(small area, practice) patients."""
    here = near[near["near"].isin(small_areas)]
    table = here.pivot_table(index="near", columns="practice", values="patients", aggfunc="sum")
    return table.reindex(index=list(small_areas), columns=list(codes)).fillna(0.0).to_numpy(dtype=float)


def _of_small_areas(
    a_patient: xr.DataArray,
    people: NeighbourhoodPeople,
    weights: FloatArray,
    patients: FloatArray,
    settings: RunSettings,
) -> FloatArray:
    """(practice, year, draw) need of the patients of a place's small areas."""
    all_ages = people.by_band[0].sum(axis=-1)
    first = all_ages[0] / all_ages[0].sum()
    relative = need_shares(people.by_band[0], weights) / np.where(first > 0, first, 1.0)
    down, up = (beyond_first(width[0]) for width in own_spread(people.all_ages, people.place))
    shocks = [
        standard_normal(settings.seed, "neighbourhood_need", "place", code, settings.draws)[:, 0]
        for code in people.codes
    ]
    need = a_patient.transpose("year", "draw").to_numpy()
    return requirement_of_practices(need, relative, (down, up), np.stack(shocks), patients)
