"""Need of each authority by service beyond what its people's ages explain, England 1.

From the weighted populations of NHS England's allocations of 2025/26 by practice. The allocations' own age
profiles are not published: they are fitted over the practices by age band, with avoidable mortality held
beside the ages, since ages that live in poor places would be taken for costly ones. For general and acute
care the index by the fitted profile and the one by England's own rates by age hardly differ. Maternity is
measured against England's births by mother's age. Practices count where they stand, not where patients live.

The final weighted populations are never an index: they carry costs of the place. What they have beyond a
mix of the services is that cost. Primary medical care's weighted population follows it too, as no other
service's does, so it is taken out there.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from assets.england.authorities import authority_codes
from assets.england.health.practices import (
    AGES_FILE,
    ALLOCATIONS,
    ALLOCATIONS_FILE,
    PATIENTS,
    allocated,
    patients_by_age,
)
from assets.england.published_files import PublishedFiles
from assets.england.register import NationalTable, Origin
from assets.inputs.defaults import SHARED_DATA
from models.arrays import FloatArray, IntArray
from models.demand.need_index import age_profile, cost_factor, need_index

BANDS = (0, 5, 15, 25, 45, 65, 75, 85)
"""First age of each band: narrower ones move together over practices, and their fit is noise."""
SERVICES = ("general_and_acute", "community", "mental_health", "prescribing", "primary_medical")
BIRTHS = "maternity"
_WITH_COSTS = "primary_medical"
_FERTILITY = "national_fertility.csv"
_FERTILITY_YEAR = 2022
_MIX = ("general_and_acute", "community", "mental_health", "maternity", "prescribing", "avoidable_mortality")
_SHOWN = {"min": 0.0, "p10": 0.1, "median": 0.5, "p90": 0.9, "max": 1.0}


def build(published: PublishedFiles) -> list[NationalTable]:
    """`need_index` by authority and service, `need_age_profiles` by service and age; raises BadInput."""
    codes = authority_codes(published)
    ages, _, day, _ = patients_by_age(published)
    allocations = allocated(published, codes)
    there = allocations["practice"].isin(ages["practice"])
    practices = allocations[there].reset_index(drop=True)
    areas = codes.current
    position = {code: at for at, code in enumerate(areas)}
    area = np.array([position[code] for code in practices["authority"]], dtype=np.int64)
    people = practices["registered_population"].to_numpy()
    shares = _band_shares(ages, practices["practice"])
    avoidable = practices["avoidable_mortality"].to_numpy() / people
    costs = _costs_by_area(practices, area, len(areas))
    rows: list[pd.DataFrame] = []
    profiles: list[pd.DataFrame] = []
    for service in (*SERVICES, BIRTHS):
        weighted = practices[service].to_numpy()
        if service == BIRTHS:
            by_age = people * _births_per_person(ages, practices["practice"])
        else:
            controls = [avoidable - np.average(avoidable, weights=people)]
            if service == _WITH_COSTS:
                controls.append(costs - 1)
            profile, effects = age_profile(weighted / people, shares, np.column_stack(controls), people)
            if service == _WITH_COSTS:
                weighted = weighted / (1 + effects[1] * (costs - 1))
            by_age = people * (shares @ profile)
            profiles.append(_profile_rows(service, profile, people @ shares))
        by_age = by_age * (weighted.sum() / by_age.sum())
        rows.append(
            pd.DataFrame(
                {
                    "authority": areas,
                    "service": service,
                    "need_index": need_index(weighted, by_age, area, len(areas)),
                    "weighted_population": np.bincount(area, weights=weighted, minlength=len(areas)),
                    "age_weighted_population": np.bincount(area, weights=by_age, minlength=len(areas)),
                    "registered_population": np.bincount(area, weights=people, minlength=len(areas)),
                    "practices": np.bincount(area, minlength=len(areas)),
                }
            )
        )
    table = pd.concat(rows, ignore_index=True).assign(source_id=ALLOCATIONS)
    left = allocations[~there]
    gone = f"without {len(left)} practices closed since, {left['registered_population'].sum():,.0f} people"
    origins = (
        Origin(ALLOCATIONS_FILE, ALLOCATIONS, "2025-26", note=f"{_distribution(table)}; {gone}"),
        Origin(AGES_FILE, PATIENTS, day[:7], note="ages of each practice's patients"),
    )
    return [
        NationalTable("need_index", table, origins, ("authority", "service")),
        NationalTable(
            "need_age_profiles",
            pd.concat(profiles, ignore_index=True).assign(source_id=ALLOCATIONS),
            origins,
            ("service", "age_from"),
        ),
    ]


def _wide(ages: pd.DataFrame, practices: pd.Series) -> pd.DataFrame:
    """People by practice, in the order of `practices`, and age."""
    wide = ages.pivot_table(
        index="practice", columns="age_from", values="patients", aggfunc="sum", fill_value=0
    )
    return wide.reindex(practices)


def _band_shares(ages: pd.DataFrame, practices: pd.Series) -> FloatArray:
    wide = _wide(ages, practices)
    starts = np.searchsorted(np.array(BANDS), wide.columns.to_numpy(dtype=np.int64), side="right") - 1
    counts = np.zeros((len(wide), len(BANDS)))
    for at, start in enumerate(starts):
        counts[:, start] += wide.iloc[:, at].to_numpy()
    shares: FloatArray = counts / counts.sum(axis=1, keepdims=True)
    return shares


def _births_per_person(ages: pd.DataFrame, practices: pd.Series) -> FloatArray:
    """Births a person registered would have at England's births by mother's age, per person of any age."""
    rates = pd.read_csv(SHARED_DATA / _FERTILITY)
    rates = rates[rates["year"].eq(_FERTILITY_YEAR)]
    by_five = rates.groupby(rates["age"] // 5 * 5)["births_per_1000_women"].mean() / 1000
    women = _wide(ages[ages["sex"].eq("female")], practices)
    births = women.to_numpy() @ by_five.reindex(women.columns, fill_value=0.0).to_numpy()
    per_person: FloatArray = births / _wide(ages, practices).sum(axis=1).to_numpy()
    return per_person


def _costs_by_area(practices: pd.DataFrame, area: IntArray, areas: int) -> FloatArray:
    """The cost factor of each practice's authority: a practice's own holds errors of the mix as well."""
    people = practices["registered_population"].to_numpy()
    own = cost_factor(practices["final"].to_numpy(), practices[list(_MIX)].to_numpy(), people)
    total = np.bincount(area, weights=people, minlength=areas)
    mean = np.bincount(area, weights=own * people, minlength=areas) / np.where(total > 0, total, 1)
    costs: FloatArray = mean[area]
    return costs


def _profile_rows(service: str, profile: FloatArray, people: FloatArray) -> pd.DataFrame:
    """Need per person of each band against England's mean."""
    relative = profile / (profile @ people / people.sum())
    upper = [*(start - 1 for start in BANDS[1:]), 120]
    return pd.DataFrame({"service": service, "age_from": BANDS, "age_to": upper, "relative_need": relative})


def _distribution(table: pd.DataFrame) -> str:
    """The spread of each service's index over authorities, in words."""
    return "; ".join(
        f"{service}: "
        + ", ".join(f"{name} {group['need_index'].quantile(at):.2f}" for name, at in _SHOWN.items())
        for service, group in table.groupby("service", sort=False)
    )
