"""Which field a column heading means: the project's names, the register's, and how councils write them.

Headings are compared without case, spaces and punctuation; then cut to ten characters, as shapefiles do; then
with a slip of the pen. Which columns are years is told by `year_labels`.
"""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_NAMES: dict[str, str] = json.loads(Path(__file__).with_name("column_names.json").read_text(encoding="utf-8"))
"""How councils write each field's heading, between semicolons."""

OFFICIAL = {
    *("organisationuri", "sitereference", "sitenameaddress", "geox", "geoy", "hectares"),
    *("planningstatus", "permissiontype", "permissiondate", "netdwellingsrangefrom"),
    *("netdwellingsrangeto", "deliverable", "notes", "siteplanurl", "ownershipstatus", "planninghistory"),
    *("firstaddeddate", "lastupdateddate", "enddate", "coordinatereferencesystem", "minnetdwellings"),
    *("maxnetdwellings", "reference", "name", "organisation", "siteaddress", "minimumnetdwellings"),
    *("maximumnetdwellings", "planningpermissionstatus", "planningpermissiontype"),
    *("planningpermissiondate", "planningpermissionhistory", "hazardoussubstances", "startdate"),
    *("entrydate", "point"),
}
"""The brownfield register's own names and those of the planning data platform, compared as headings are;
those without a field here are not used."""

_PLAIN = {
    "site_reference": {"sitereference", "siteref", "reference", "ref", "siteid"},
    "site_name": {"sitename", "sitenameaddress", "name", "site", "siteaddress", "address"},
    "planning_status": {"planningstatus", "status"},
    "capacity_dwellings": {
        *("capacity", "totalcapacity", "sitecapacity", "dwellings", "netdwellings", "netcapacity")
    },
    "place": {"gsscode", "place"},
    "note": {"note", "notes", "comments"},
    "year": {"year", "financialyear", "calendaryear", "monitoringyear"},
    "homes": {"homes", "netcompletions", "completions", "plannednetdwellings"},
    "geo_x": {"geox", "easting", "eastings"},
    "geo_y": {"geoy", "northing", "northings"},
    "row_total": {"total", "grandtotal"},
}


def key_of(heading: object) -> str:
    """A heading without case, spaces and punctuation; `+` and `&` in words."""
    text = str(heading if heading is not None else "")[:200].lower()
    text = text.replace("4+", "4 or more").replace("&", " and ")
    text = re.sub(
        r"\([^)]*\)$",
        lambda match: match.group(0) if re.search(r"ha|net|gross|c2|min|max", match.group(0)) else "",
        text,
    )
    return re.sub(r"[^a-z0-9]", "", text)


_BY_KEY: dict[str, str] = {}
for _field, _listed in _NAMES.items():
    _BY_KEY.setdefault(re.sub(r"[^a-z0-9]", "", _field), _field)
    for _name in _listed.split("; "):
        _BY_KEY.setdefault(re.sub(r"[^a-z0-9]", "", _name), _field)
_BY_KEY |= {"minnetdwellings": "capacity_low", "maxnetdwellings": "capacity_high"}


def is_plain(heading: str, field: str) -> bool:
    """Whether a heading is a plain name of the field, of which nothing need be said."""
    return heading == heading.strip() and key_of(heading) in _PLAIN.get(field, ())


@dataclass(frozen=True)
class NameRead:
    """The field a heading means; `how` is empty where it is written as expected."""

    field: str
    how: str = ""


@lru_cache(maxsize=4096)
def field_of(heading: str) -> NameRead | None:
    """The field a heading means, None where it means none that is known; never raises."""
    key = key_of(heading)
    if not key or len(key) > 60:
        return None
    field = _BY_KEY.get(key)
    if field is not None:
        own = heading.strip() == field
        expected = own or key in OFFICIAL or key in _PLAIN.get(field, ()) or key == field.replace("_", "")
        if expected and heading == heading.strip():
            return NameRead(field)
        return NameRead(field, "written with a blank or tab around it" if expected else "another name")
    if key in OFFICIAL:
        return None
    return _cut(key) or _misspelt(key)


def _cut(key: str) -> NameRead | None:
    """Ten characters of a longer name, the tenth and before maybe a number where two names were cut alike."""
    numbered = re.match(r"^([a-z0-9]{7,9}?)_?(\d)$", key)
    stem = key if len(key) == 10 else numbered.group(1) if numbered else ""
    if len(key) != 10 and not (numbered and len(key) in (9, 10)):
        return None
    number = 0
    matches = _starting_with(key) if len(key) == 10 else []
    if not matches and numbered:
        stem, number = numbered.group(1), int(numbered.group(2))
        matches = _starting_with(stem) if len(stem) >= 7 else []
    if not matches:
        return None
    return NameRead(matches[min(number, len(matches) - 1)], "cut to ten characters")


def _starting_with(stem: str) -> list[str]:
    """Fields whose official or own name starts with `stem`, the register's order."""
    order = ("sitereference", "sitenameaddress", "planningstatus", "permissiontype", "permissiondate")
    names = [*order, "netdwellingsrangefrom", "netdwellingsrangeto", "deliverable"]
    names += [name for name in _BY_KEY if name not in names]
    found: list[str] = []
    for name in names:
        if name.startswith(stem) and len(name) > len(stem) and _BY_KEY[name] not in found:
            found.append(_BY_KEY[name])
    return found


def _misspelt(key: str) -> NameRead | None:
    if len(key) < 5 or re.search(r"\d{2}", key):
        return None
    cutoff = 0.86 if len(key) < 10 else 0.88
    close = difflib.get_close_matches(key, _BY_KEY, n=2, cutoff=cutoff)
    if not close:
        return None
    fields = {_BY_KEY[name] for name in close}
    if len(fields) > 1:
        first, second = (difflib.SequenceMatcher(None, key, name).ratio() for name in close)
        if first - second < 0.02:
            return None
    return NameRead(_BY_KEY[close[0]], "misspelt")
