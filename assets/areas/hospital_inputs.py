"""An area's hospitals in the input tables: which trusts treat its people, and what they recorded.

The published catchments say where a trust's admitted patients live. Times what the trusts recorded they say
where a place's people go. A&E and emergencies come from nearer by than all admissions do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import pandas as pd

from assets.areas.national_rows import AreaOfEngland, NationalRows
from assets.inputs.shared_assumptions import shared_value
from housing_trajectories.findings import Finding, raise_errors
from models.areas.trust_flows import (
    beside_trusts,
    kept_and_rest,
    nearer_by,
    outside_of,
    place_shares,
)
from models.arrays import FloatArray

ELSEWHERE, URGENT_CARE = "other", "urgent_care"
LEAST_SHARE = 0.05
"""A trust is one of the area's where so much of a council's flow of some kind goes there."""
GROUPS = {
    "ae": ("ae_attendances", True),
    "emergency": ("emergency_admissions", True),
    "elective": ("beds_occupied", False),
    "outpatient": ("beds_occupied", False),
}
"""Of each group of services, what measures a trust's volume, and whether it comes from nearer by."""
_BEDS = ["general_acute_beds_available", "general_acute_beds_occupied"]
_CRITICAL = ["adult_critical_care_beds_available", "adult_critical_care_beds_occupied"]
_FIRST_BEDS = "2022-04"


@dataclass(frozen=True)
class Hospitals:
    """Trusts of England with catchments, what they recorded in the base year, and an area's part of them."""

    area: AreaOfEngland

    @cached_property
    def catchments(self) -> pd.DataFrame:
        """Share of a trust's admissions by authority, a row a trust that recorded all there is to record."""
        table = self.area.load("trust_catchments")
        wide = table.pivot_table(index="trust", columns="authority", values="share_of_trust", fill_value=0.0)
        return wide.loc[wide.index.isin(self.volumes.dropna().index)]

    @cached_property
    def volumes(self) -> pd.DataFrame:
        """A&E attendances, emergency admissions and beds of the base year; nan where one is missing."""
        base = int(shared_value("demand.base_year"))
        first, last = f"{base}-04", f"{base + 1}-03"
        months = self.area.load("ae_monthly")
        of_year = months[months["month"].between(first, last)]
        counted = of_year.groupby("provider")[["ae_attendances", "emergency_admissions"]].sum(min_count=12)
        beds = self.area.load("beds_monthly")
        occupied = beds[beds["month"].between(first, last)].groupby("trust")[_BEDS[1]]
        whole = occupied.mean().where(occupied.count() == 12)
        table = counted.join(whole.rename("beds_occupied"), how="left")
        return table.where(table > 0)

    def shares(self, group: str) -> tuple[pd.DataFrame, pd.Series]:
        """Shares (trust, place) of the councils' people in a group of services; trusts' outside shares."""
        measure, near = GROUPS[group]
        volumes = self.volumes.loc[self.catchments.index, measure].to_numpy(float)
        catchments = self.catchments.to_numpy(float)
        exponent = shared_value("england.emergency_nearness") if near else 0.0
        near_catchments = nearer_by(catchments, volumes, exponent)
        columns = list(self.catchments.columns)
        inside = np.isin(columns, list(self.area.authorities)).astype(float)
        at = [columns.index(place) for place in self.area.authorities]
        of_places = place_shares(near_catchments, volumes)[:, at]
        frame = pd.DataFrame(of_places, index=self.catchments.index, columns=list(self.area.authorities))
        outside = pd.Series(outside_of(near_catchments, inside), index=self.catchments.index)
        return frame, outside.clip(0.0, 0.9999)

    @cached_property
    def own(self) -> list[str]:
        """The area's trusts, by code: those it names, else those that many of its people go to."""
        if self.area.trusts:
            return sorted(self.area.trusts)
        kept = set[str]()
        for group in GROUPS:
            shares, _ = self.shares(group)
            kept |= set(shares.index[(shares >= LEAST_SHARE).any(axis=1)])
        return sorted(kept)

    @cached_property
    def urgent_care_shares(self) -> pd.Series:
        """Of each council, the share of A&E attendances at centres of other providers, by whose footprint."""
        footprints = self.area.load("ae_footprints")
        beside = footprints[footprints["provider"] != footprints["acute_trust"]]
        attendances = beside["provider"].map(self._attendances).fillna(0.0) * beside["proportion"]
        by_trust = attendances.groupby(beside["acute_trust"]).sum()
        shares, _ = self.shares("ae")
        own = self.volumes.loc[shares.index, "ae_attendances"]
        ratio = (by_trust.reindex(shares.index).fillna(0.0) / own).to_numpy(float)
        return pd.Series(beside_trusts(shares.to_numpy(float), ratio), index=shares.columns)

    @cached_property
    def _attendances(self) -> pd.Series:
        """A&E attendances of the base year by provider."""
        base = int(shared_value("demand.base_year"))
        months = self.area.load("ae_monthly")
        of_year = months[months["month"].between(f"{base}-04", f"{base + 1}-03")]
        return of_year.groupby("provider")["ae_attendances"].sum()


@lru_cache(maxsize=1)
def hospitals_of(area: AreaOfEngland) -> Hospitals:
    """The hospitals of the area that is being composed, worked out once for all stages that ask."""
    return Hospitals(area)


def hospital_rows(area: AreaOfEngland) -> list[NationalRows]:
    """The hospital inputs of an area, each in its input table's columns.

    Raises BadInput for a trust that the area names and that has closed.
    """
    raise_errors(_closed(area))
    hospitals = hospitals_of(area)
    return [_providers(hospitals), _flows(hospitals), _ae(hospitals), _beds(hospitals)]


def _closed(area: AreaOfEngland) -> list[Finding]:
    """Trusts that the area names and that are no more, with those that succeeded them."""
    trusts = area.load("trusts").set_index("trust")
    return [
        Finding(
            "providers.csv",
            None,
            "provider",
            f"{trust}, which closed on {trusts['closed'].astype(str)[trust]}",
            f"a trust that is open; its successor is {trusts['successor'].astype(str)[trust]}",
        )
        for trust in area.trusts
        if trust in trusts.index and trusts["status"][trust] == "closed"
    ]


def _providers(hospitals: Hospitals) -> NationalRows:
    area = hospitals.area
    names = area.load("trusts").set_index("trust")["trust_name"]
    _, planned = hospitals.shares("elective")
    _, urgent = hospitals.shares("emergency")
    places = " ".join(area.authorities)
    trusts = [
        {
            "provider": trust,
            "provider_name": name_in_words(str(names.get(trust) or trust)),
            "kind": "acute",
            "outside_share": round(float(planned[trust]), 6),
            "outside_share_emergency": round(float(urgent[trust]), 6),
            "source_id": "ohid_trust_catchments",
            "evidence_grade": "B",
            "note": "Share of its admissions of 2021/22 from other councils",
        }
        for trust in hospitals.own
    ]
    others = [
        (ELSEWHERE, "Hospitals of other areas (the area's residents only)", "other"),
        (URGENT_CARE, "Urgent treatment centres run by other providers", "urgent_care"),
        (area.code, f"{area.name} (all providers)", "system"),
    ]
    rest = [
        {
            "provider": code,
            "provider_name": name,
            "kind": kind,
            "outside_share": 0,
            "source_id": "nhs_england_ae_statistics",
            "evidence_grade": "B",
            "note": "By definition",
        }
        for code, name, kind in others
    ]
    rows = pd.DataFrame([*trusts, *rest]).assign(places=places)
    return NationalRows("providers", rows, "derived", "ohid_trust_catchments", "2021/22", of="provider")


def name_in_words(name: str) -> str:
    """A name in capitals as it is written elsewhere: St John's, not St John'S."""
    small = {"And": "and", "Of": "of", "The": "the", "Nhs": "NHS", "On": "on", "In": "in"}
    written = re.sub(r"[^\W\d_]+(['’][ST]\b)?", lambda word: word[0].capitalize(), name)
    words = (written if name.isupper() else name).split()
    return " ".join(
        word if at == 0 and word != "Nhs" else small.get(word, word) for at, word in enumerate(words)
    )


def _flows(hospitals: Hospitals) -> NationalRows:
    """Shares of each council's people by group of services, what goes elsewhere under `other`."""
    rows = []
    for group in GROUPS:
        shares, _ = hospitals.shares(group)
        kept = shares.index.isin(hospitals.own).astype(float)
        own = [trust for trust in shares.index if trust in set(hospitals.own)]
        table = kept_and_rest(shares.to_numpy(float), kept)
        for column, place in enumerate(shares.columns):
            urgent = float(hospitals.urgent_care_shares[place]) if group == "ae" else 0.0
            of_place = dict(zip([*own, ELSEWHERE], table[:, column] * (1.0 - urgent), strict=True))
            if group == "ae":
                of_place[URGENT_CARE] = urgent
            rows += [
                {"flow_group": group, "place": place, "provider": provider, "share": share}
                for provider, share in _rounded(of_place).items()
            ]
    frame = pd.DataFrame(rows).assign(
        source_id="ohid_trust_catchments",
        evidence_grade="B",
        note="Share of the trust's admissions times what it recorded",
    )
    return NationalRows("place_to_provider_shares", frame, "derived", "ohid_trust_catchments", "2021/22")


def _rounded(shares: dict[str, float], digits: int = 6) -> dict[str, float]:
    """Shares to so many digits that add up to 1, the largest taking what rounding leaves over."""
    rounded = {name: round(share, digits) for name, share in shares.items()}
    largest = max(rounded, key=lambda name: rounded[name])
    rounded[largest] = round(rounded[largest] + 1.0 - sum(rounded.values()), digits)
    return {name: share for name, share in rounded.items() if share > 0}


def _ae(hospitals: Hospitals) -> NationalRows:
    """Recorded months; those before a merger are the sum of the trusts that merged."""
    rows = _merged(hospitals, hospitals.area.load("ae_monthly"), ["ae_attendances", "emergency_admissions"])
    latest = str(rows["month"].max())
    return NationalRows(
        "ae_attendances_monthly", rows, "published", "nhs_england_ae_statistics", latest, of="provider"
    )


def _merged(hospitals: Hospitals, months: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Months of the area's trusts under today's codes, those of a trust that merged into one added to it."""
    trusts = hospitals.area.load("trusts")
    became = trusts[trusts["successor"].isin(hospitals.own)].set_index("trust")["successor"].to_dict()
    today = months.assign(provider=[became.get(trust, trust) for trust in months["provider"]])
    own = today[today["provider"].isin(hospitals.own)]
    # A month that one of them lacks is missing, and never the other's alone.
    return own.groupby(["provider", "month"], as_index=False)[columns].sum(skipna=False)


def _beds(hospitals: Hospitals) -> NationalRows:
    """Recorded months from the first of the daily reports; those before a merger are sums, as of A&E."""
    months = hospitals.area.load("beds_monthly").rename(columns={"trust": "provider"})
    rows = _merged(hospitals, months[months["month"] >= _FIRST_BEDS], [*_BEDS, *_CRITICAL])
    # Where no bed is open none is occupied; a count that is missing otherwise stays so, and is refused.
    rows[_CRITICAL[1]] = rows[_CRITICAL[1]].mask(rows[_CRITICAL[0]] == 0, 0.0)
    figures: FloatArray = rows[[*_BEDS, *_CRITICAL]].round().to_numpy(float)
    rows = rows.assign(**dict(zip([*_BEDS, *_CRITICAL], figures.T, strict=True)))
    latest = str(rows["month"].max())
    return NationalRows("acute_beds_monthly", rows, "published", "nhs_england_beds", latest, of="provider")
