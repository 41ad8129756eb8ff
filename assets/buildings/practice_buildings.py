"""What the register counts of general practice, building by building, and what schemes add to their area."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from assets.buildings.practice_areas import AREA, FACILITIES
from assets.estates.premises import Existing
from assets.inputs.settings import RunSettings
from models.arrays import BoolArray, FloatArray, IntArray

_ELSEWHERE = "elsewhere"


class Elsewhere(NamedTuple):
    """Space of general practice that is no listed practice's: clinic, hub or scheme; (draw or 1, year)."""

    place: str
    neighbourhood: str | None
    quantity: FloatArray


class PracticeBuildings:
    """Existing space of practices as surveyed, and what else there is, for the years of a run.

    A row of the register is a practice's where it has its code, and its branch's where its code starts with
    it. Branches count once their practice's own building does: until then they are within its estimate.
    Dates, closures and schemes are those of `Existing`, which is asked building by building.
    """

    def __init__(
        self,
        practices: pd.DataFrame,
        premises: pd.DataFrame,
        schemes: pd.DataFrame,
        years: IntArray,
        settings: RunSettings,
    ) -> None:
        self.codes = practices["practice"].astype(str).tolist()
        own = practice_rows(practices, premises)
        main = own[own["site_code"].isin(self.codes)]
        counted = main[main["quantity"].notna()]
        self._known = {facility: set(rows["owner"]) for facility, rows in counted.groupby("facility")}
        self._places = pd.concat([own, schemes])[["place", "neighbourhood"]].drop_duplicates()
        self._counted = _register(_by_building(own), _by_building(schemes), years, settings)
        # The register may close a building that it never counted: 1 as long as it stands. One that closes in
        # any of its rows does in all.
        first = main.sort_values("closes", na_position="last", kind="stable")
        standing = pd.concat([first.assign(facility=each) for each in FACILITIES])
        standing = standing.drop_duplicates(["site_code", "facility"])
        standing = standing.assign(quantity=1.0, planned_change=np.nan, place=standing["owner"])
        self._standing = _register(standing, schemes[:0], years, settings)
        self._years = years

    def surveyed(self, facility: str) -> BoolArray:
        """(practice,) whose own building is counted."""
        return np.isin(self.codes, list(self._known.get(facility, ())))

    def of_practice(self, code: str, facility: str) -> FloatArray:
        """(draw or 1, year) of a practice that is surveyed, its surveyed branches with it."""
        found = self._counted.of_place(code, facility)
        if found is None or code not in self._known.get(facility, ()):
            raise ValueError(f"{facility} of practice {code} is not surveyed")
        return found

    def standing(self, code: str, facility: str) -> FloatArray:
        """(draw or 1, year) 1 while a practice's own building is open; throughout where nothing closes it."""
        found = self._standing.of_place(code, facility)
        return np.ones((1, len(self._years))) if found is None else found

    def elsewhere(self, facility: str) -> list[Elsewhere]:
        """What else there is of a facility, and what schemes add, by place and neighbourhood."""
        listed = []
        for place, near in self._places.itertuples(index=False, name=None):
            here = None if pd.isna(near) else str(near)
            found = self._counted.of_place(_key(str(place), here), facility)
            if found is not None and found.any():
                listed.append(Elsewhere(str(place), here, found))
        return listed


def practice_rows(practices: pd.DataFrame, premises: pd.DataFrame) -> pd.DataFrame:
    """Rows of the register of general practice, each with its `owner`: the practice it is of, or None.

    The area that stands beside a site's rooms is a row of its own.
    """
    codes = practices["practice"].astype(str).tolist()
    own = premises[premises["provider"].isna() & premises["facility"].isin(FACILITIES)]
    own = pd.concat([own, _areas_beside_rooms(own)], ignore_index=True)
    owners = [_practice_of(str(code), codes) for code in own["site_code"]]
    return own.assign(owner=pd.array(owners, dtype="str"))


def _by_building(register: pd.DataFrame) -> pd.DataFrame:
    """A register whose rows are keyed by the practice they are of, or by where they stand, as their place."""
    owners = register["owner"] if "owner" in register else [None] * len(register)
    keys = [
        owner if isinstance(owner, str) else _key(str(place), None if pd.isna(near) else str(near))
        for owner, place, near in zip(owners, register["place"], register["neighbourhood"], strict=True)
    ]
    return register.assign(place=pd.array(keys, dtype="str"))


def _key(place: str, neighbourhood: str | None) -> str:
    return f"{_ELSEWHERE} {place} {neighbourhood or ''}"


def _register(rows: pd.DataFrame, schemes: pd.DataFrame, years: IntArray, settings: RunSettings) -> Existing:
    """`Existing` of what has a quantity, every building a place of its own whose register is complete."""
    rows = rows[rows["quantity"].notna()]
    pairs = [*zip(rows["place"], rows["facility"], strict=True)]
    wanted = [*zip(schemes["place"], schemes["facility"], strict=True)]
    # A scheme stands beside what there is: nothing, where no building is counted there.
    bare = [pair for pair in dict.fromkeys(wanted) if pair not in set(pairs)]
    empty = pd.DataFrame(bare, columns=["place", "facility"]).assign(quantity=0.0)
    empty["site_code"] = empty["place"]
    everything = pd.concat([rows, empty.reindex(columns=rows.columns)]) if bare else rows
    coverage = everything[["place", "facility"]].drop_duplicates()
    none = pd.DataFrame({"place": pd.array([], dtype="str"), "practice": pd.array([], dtype="str")})
    unlocated = {"provider": None, "neighbourhood": None}
    return Existing(
        everything.assign(**unlocated).reset_index(drop=True),
        schemes.assign(**unlocated).reset_index(drop=True),
        none,
        coverage,
        years,
        settings,
    )


def _areas_beside_rooms(own: pd.DataFrame) -> pd.DataFrame:
    """The area that stands beside a site's rooms, as a row of its own, of sites without one."""
    of_area = set(own.loc[own["facility"] == AREA, "site_code"])
    beside = own[own["gross_internal_area_m2"].notna() & ~own["site_code"].isin(of_area)]
    beside = beside.drop_duplicates("site_code")
    return beside.assign(
        facility=AREA,
        unit="m2",
        quantity=beside["gross_internal_area_m2"],
        planned_change=np.nan,
        planned_change_year=np.nan,
    )


def _practice_of(site: str, codes: list[str]) -> str | None:
    """The practice that a site is of: its own code, or that of a branch, which starts with its practice's."""
    if site in codes:
        return site
    return next((code for code in codes if site.startswith(code)), None)
