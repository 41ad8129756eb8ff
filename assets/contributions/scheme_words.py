"""Schemes of the register for the need of an item, in words: what is funded, and what would serve a site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from housing_trajectories.schema import financial_year_label

_LOCAL = {
    "general_practice_premises": ("gp_", "primary_care_"),
    "general_practice_equipment": ("gp_", "primary_care_"),
    "community_premises": ("community_",),
    "mental_health_capital": ("mental_health_",),
}
"""By item how the facilities begin whose schemes at a site's place are for the same need."""


_MEASURE = {
    "general_practice_premises": "primary_care_gross_internal_area",
    "community_premises": "community_clinic_rooms",
    "hospital_capital": "general_acute_beds",
    "mental_health_capital": "mental_health_beds",
}
"""By item the facility in whose unit its share of a scheme is told."""
_NONE = "no scheme or option is named yet: one must be, before the request is made"


class Schemes:
    """Rows of `estate_schemes`, one of a hospital by its trust and any other by its place."""

    def __init__(self, table: pd.DataFrame, hubs: pd.DataFrame | None = None) -> None:
        """hubs: `hub_catchments`, the small areas that a hub is the nearest to."""
        rows = table.to_dict("records")
        pairs = () if hubs is None else zip(hubs["hub"], hubs["msoa"], strict=True)
        self._served: dict[str, set[str]] = {}
        for hub, msoa in pairs:
            self._served.setdefault(str(hub), set()).add(str(msoa))
        self._rows = [{str(name): value for name, value in row.items()} for row in rows]

    def of(
        self, place: str, item: str, trusts: Sequence[str], msoa: str | None = None
    ) -> list[list[dict[str, Any]]]:
        """The schemes for an item's need by their rows; of a hospital item every scheme of its trusts.

        msoa: the site's small area, where known: a hub of another catchment does not serve it.
        """
        found: dict[str, list[dict[str, Any]]] = {}
        for row in self._rows:
            if item in _LOCAL:
                serves = row["place"] == place and str(row["facility"]).startswith(_LOCAL[item])
                serves = serves and self._near(str(row["scheme"]), msoa)
            else:
                serves = _known(row["provider"]) and str(row["provider"]) in trusts
            if serves:
                found.setdefault(str(row["scheme"]), []).append(row)
        return list(found.values())

    def _near(self, scheme: str, msoa: str | None) -> bool:
        return msoa is None or scheme not in self._served or msoa in self._served[scheme]

    def words(self, place: str, item: str, trusts: Sequence[str], msoa: str | None = None) -> str:
        """What the register has for the need and does to the request; never that nothing is known."""
        schemes = self.of(place, item, trusts, msoa)
        if not schemes:
            return "the register has no scheme for this need"
        return "on the register for this need: " + "; ".join(_words(rows) for rows in schemes)

    def project(
        self, place: str, item: str, unserved: Mapping[str, float], msoa: str | None = None
    ) -> tuple[str, bool]:
        """The scheme a contribution would go to, one that is not funded, and what share of it is asked.

        unserved: the unserved need of each catchment; of a hospital item by trust, each with its own scheme.
        """
        if item in _LOCAL:
            return self._project(place, item, [], sum(unserved.values()), msoa)
        parts = {
            trust: self._project(place, item, [trust], need) for trust, need in unserved.items() if need > 0
        }
        if len(parts) == 1:
            return next(iter(parts.values()))
        words = "; ".join(f"at {trust} {text}" for trust, (text, _) in parts.items())
        return words or _NONE, bool(parts) and all(known for _, known in parts.values())

    def _project(
        self, place: str, item: str, trusts: Sequence[str], need: float, msoa: str | None = None
    ) -> tuple[str, bool]:
        open_ones = [rows for rows in self.of(place, item, trusts, msoa) if rows[0]["funded"] != "yes"]
        if not open_ones:
            return _NONE, False
        names = " or ".join(str(rows[0]["scheme_name"]) for rows in open_ones)
        if len(open_ones) > 1:
            return f"{names}: which of them serves the site is to be confirmed", False
        of = next((row for row in open_ones[0] if row["facility"] == _MEASURE.get(item)), None)
        share = "" if of is None else f", {need:,.4f} of its {of['quantity']:,.0f} {of['unit']}"
        return f"{names}{share}", True


def _words(rows: list[dict[str, Any]]) -> str:
    first = rows[0]
    sizes = ", ".join(_size(row) for row in rows)
    funded = "funded, so nothing of its cost is requested" if first["funded"] == "yes" else "not funded"
    year = financial_year_label(int(first["opening_year"]))
    counted = "counted as capacity" if first["switch"] == "on" else "not counted as capacity"
    return f"{first['scheme_name']} ({sizes}; {funded}; {year}; {counted})"


def _known(value: Any) -> bool:
    return value is not None and not pd.isna(value)


def _size(row: dict[str, Any]) -> str:
    """`12 gp consulting rooms`; the unit is told where the facility's name does not end in it."""
    facility, unit = str(row["facility"]).replace("_", " "), str(row["unit"])
    of = facility if facility.endswith(unit) else f"{unit.replace('m2', 'm²')} of {facility}"
    return f"{row['quantity']:,.0f} {of}"
