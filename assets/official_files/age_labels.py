"""Ages and sexes as publishers write them, and the bands of the project's tables they add up to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from assets.tables.declarations.named_values import ESTIMATE_BANDS

OLDEST = 90
"""The last age of the tables, which stands for itself and over."""
ALL = (0, None)
"""First and last age of everybody; the last is None where there is none."""
Ages = tuple[int, int | None]
SEXES = ("female", "male")

_RANGE = re.compile(r"(?:aged?\s*)?(\d{1,3})\s*(?:-|–|to)\s*(\d{1,3})(?:\s*years)?", re.IGNORECASE)
_OPEN = re.compile(r"(?:aged?\s*)?(\d{1,3})\s*(?:\+|and over|and above|or over)", re.IGNORECASE)
_SINGLE = re.compile(r"(?:aged?\s*)?(\d{1,3})(?:\s*years?)?", re.IGNORECASE)
_NAMED: dict[str, Ages] = {
    "all ages": ALL,
    "total": ALL,
    "all": ALL,
    "under 1": (0, 0),
    "aged under 1": (0, 0),
}


def ages_of(label: str) -> Ages | None:
    """First and last age of a label such as `Aged 5 to 9`, `90+` or `All ages`; None where it is no age."""
    text = " ".join(label.split()).strip(" :").lower()
    if text in _NAMED:
        return _NAMED[text]
    if found := _RANGE.fullmatch(text):
        return int(found[1]), int(found[2])
    if found := _OPEN.fullmatch(text):
        return int(found[1]), None
    if found := _SINGLE.fullmatch(text):
        return int(found[1]), int(found[1])
    return None


def band_ages(band: str) -> Ages:
    """First and last age of a band of the project's tables."""
    ages = ages_of(band)
    if ages is None:
        raise ValueError(f"{band} is no band of ages")
    return ages


def parts_of(wanted: Ages, there: Iterable[Ages]) -> list[Ages] | None:
    """Bands of `there` that make up `wanted` without gap or overlap; None where they do not."""
    last = wanted[1]
    first = wanted[0]
    parts = []
    within = sorted(
        (ages for ages in set(there) if ages != ALL and ages[0] >= first),
        key=lambda ages: (ages[0], 1_000 if ages[1] is None else ages[1]),
    )
    for ages in within:
        if ages[0] != first:
            continue
        if last is not None and (ages[1] is None or ages[1] > last):
            continue
        parts.append(ages)
        if ages[1] is None or ages[1] == last:
            return parts
        first = ages[1] + 1
    return None


def in_estimate_bands(people: Mapping[Ages, int]) -> dict[str, int] | None:
    """People by the bands of the published estimates; None where the ages given do not make them up."""
    found = {}
    for band in ESTIMATE_BANDS:
        parts = parts_of(band_ages(band), people)
        if parts is None:
            return None
        found[band] = sum(people[ages] for ages in parts)
    return found
