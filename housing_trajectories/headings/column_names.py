"""Which field a column heading means: the project's names, the brownfield register's, and how
councils write them.

Headings are compared without case, spaces and punctuation; then cut to ten characters, as shapefiles do; then
with a slip of the pen. Which columns are years is told by `year_labels`.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import lru_cache

_NAMES: dict[str, str] = {
    "place": (
        "place; gss code; gss; ons code; lad code; lacode; la code; area code; council code; "
        "gsscode; local authority code; lpa code; district code; authority code; lad23cd; "
        "lad22cd; lad21cd; ladcd; oslaua"
    ),
    "place_name": (
        "place name; local authority; council; lpa; district; authority; organisation label; lad name"
    ),
    "plan": ("plan; plan name; local plan; development plan"),
    "plan_status": ("plan status; status of plan"),
    "site_reference": (
        "site reference; la ref; council ref; site ref; ref; reference; ref no; reference number; "
        "site id; site no; site number; site code; shlaa ref; shlaa reference; shlaa; helaa ref; "
        "helaa reference; shelaa ref; hlaa ref; policy ref; policy reference; allocation ref; "
        "allocation reference; local plan ref; unique ref; unique id; id; unique reference; site "
        "ref no; lp ref; policy; hela ref; site reference number; trajectory ref; site refno; "
        "monitoring ref; housing ref; allocation; policy number"
    ),
    "permission_reference": (
        "permission reference; planning application; app ref; application number; planning ref; "
        "planning reference; application reference; permission ref; application ref; app no; "
        "application no; planning application number; planning app ref; planning permission "
        "reference; planning application ref; pa ref; planning permission"
    ),
    "site_name": (
        "site name; site name address; site name and address; name; address; site address; "
        "location; site; development; scheme; site location; name of site; site name location; "
        "scheme name; development name; site description; name address; address of site; site "
        "details; settlement and site; source of supply; source; supply source; component; "
        "category of supply"
    ),
    "planning_status": (
        "planning status; status; site status; planning position; current status; stage; "
        "permission status; planning stage; development status; planning permission status; "
        "category; site type; supply type; type of site; construction status; build status"
    ),
    "permission_type": (
        "permission type; type of permission; application type; consent type; type of consent; "
        "planning permission type"
    ),
    "permission_date": (
        "permission date; date of permission; decision date; date granted; approval date; date "
        "permission granted; granted; date of decision; date approved; planning permission date"
    ),
    "end_date": ("end date"),
    "phasing_basis": ("phasing basis; basis of phasing"),
    "capacity_dwellings": (
        "capacity dwellings; capacity; total capacity; site capacity; net capacity; total "
        "dwellings; dwellings; total units; units; no of dwellings; number of dwellings; total "
        "homes; net dwellings; no dwellings; total net dwellings; net gain; estimated capacity; "
        "yield; indicative capacity; site total; total net; net units; total site capacity; no "
        "units; no of units; number of units; number of homes; homes; capacity net; dwellings "
        "net; total net capacity; units net; total number of dwellings; total no of dwellings; "
        "allocated capacity; indicative yield; total no of units; permitted dwellings; total "
        "permitted; net no of dwellings; max capacity; overall capacity; net homes; total yield; "
        "net number of dwellings; proposed dwellings; allocation capacity"
    ),
    "capacity_low": (
        "net dwellings range from; min homes; min dwellings; minimum dwellings; min capacity; "
        "minimum capacity; min net dwellings; net dwellings from; capacity low; low capacity; "
        "dwellings from; minimum net dwellings; min units; capacity min; min no homes; minimum "
        "homes"
    ),
    "capacity_high": (
        "net dwellings range to; max homes; max dwellings; maximum dwellings; maximum capacity; "
        "max net dwellings; net dwellings to; capacity high; high capacity; dwellings to; maximum "
        "net dwellings; max units; capacity max; maximum homes"
    ),
    "gross_capacity": (
        "gross capacity; gross dwellings; gross units; gross; total gross; gross homes; capacity "
        "gross; dwellings gross; units gross; gross total; gross no of dwellings; gross gain; "
        "proposed gross"
    ),
    "losses": (
        "losses; loss; demolitions; demolished; dwellings lost; existing dwellings; existing "
        "dwellings lost; units lost; demolition; homes lost; loss of dwellings; existing units; "
        "total losses; net loss"
    ),
    "built_before": (
        "built before; built; completed; completions to date; built to date; dwellings completed; "
        "complete; built before base date; previous completions; completed to date; past "
        "completions; total completions; units built; completed at base date; delivered to date; "
        "dwellings built; units completed; homes built; completed units; completions before base "
        "date; already built; complete to date; completed dwellings; net completions to date"
    ),
    "remaining": (
        "remaining; outstanding; left to build; net outstanding; remaining capacity; balance; "
        "units remaining; remaining dwellings; dwellings remaining; outstanding dwellings; total "
        "outstanding; homes left; units outstanding; dwellings outstanding; net remaining; "
        "remaining units; to be built; capacity remaining; total remaining"
    ),
    "under_construction_homes": (
        "under construction; uc; u c; units under construction; dwellings under construction"
    ),
    "not_started_homes": ("not started; units not started; dwellings not started"),
    "geo_x": (
        "geo x; easting; eastings; x; longitude; lon; lng; long; x coord; x coordinate; point x; "
        "coord x; east"
    ),
    "geo_y": ("geo y; northing; northings; y; latitude; lat; y coord; y coordinate; point y; coord y; north"),
    "point": ("point"),
    "hectares": (
        "hectares; area ha; site area; site area ha; size ha; area; ha; site size; site size ha; "
        "gross area ha; net area ha; developable area; hectare"
    ),
    "deliverable": ("deliverable; is deliverable; deliverable y n; deliverable within 5 years"),
    "note": (
        "note; notes; comments; comment; remarks; commentary; additional information; "
        "justification; evidence; description; trajectory notes; officer comments; notes on "
        "delivery; delivery notes; development description; description of development; proposal; "
        "proposed development; description of proposal; description of proposed housing development"
    ),
    "use_class": ("use class; use; class; type of accommodation; accommodation type; use class order; c2 c3"),
    "communal_bedrooms": (
        "communal bedrooms; c2 bedrooms; c2 bedspaces; care home bedrooms; care bedrooms; c2 "
        "beds; care home beds; c2 units; bedspaces; bed spaces; care home bedspaces; c2 bed "
        "spaces"
    ),
    "student_bedrooms": (
        "student bedrooms; student beds; student bedspaces; pbsa beds; pbsa bedrooms; student "
        "rooms; student units; pbsa bedspaces; student accommodation bedrooms"
    ),
    "homes_1_bedroom": (
        "homes 1 bedroom; 1 bed; 1 bedroom; one bed; 1 beds; beds 1; one bedroom; 1bed dwellings; 1 bed homes"
    ),
    "homes_2_bedrooms": (
        "homes 2 bedrooms; 2 bed; 2 bedroom; two bed; 2 beds; beds 2; two bedroom; 2 bedrooms; 2 bed homes"
    ),
    "homes_3_bedrooms": (
        "homes 3 bedrooms; 3 bed; 3 bedroom; three bed; 3 beds; beds 3; 3 bedrooms; three "
        "bedroom; 3 bed homes"
    ),
    "homes_4_or_more_bedrooms": (
        "homes 4 or more bedrooms; 4 bed; 4 bedroom; four bed; 4 beds; 4 or more bedrooms; 4 "
        "bedrooms; 4 bed or more; 4 or more bed; 4 plus bed; beds 4; four or more bedrooms; 4 bed "
        "homes; 4 or more beds; 4 bed plus; 4 beds plus"
    ),
    "market_homes": (
        "market homes; market; market dwellings; open market; private; market housing; market units"
    ),
    "affordable_homes": (
        "affordable homes; affordable; affordable dwellings; affordable housing; affordable "
        "units; no affordable; number of affordable; affordable homes total; net affordable"
    ),
    "base_date": ("base date; monitoring date; trajectory base date; date of trajectory"),
    "year": (
        "year; year ending 31 march; year end; year ending march; financial year; monitoring "
        "year; fy; period; completion year; delivery year; year of completion; calendar year; mid "
        "year; year ending; plan year; trajectory year"
    ),
    "homes": (
        "planned net dwellings; net; number; completions; net completions; expected completions; "
        "forecast; projected completions; net additional dwellings; forecast completions; "
        "dwellings per year; homes per year; annual completions; value; delivery; phased "
        "dwellings; units in year; homes in year; planned homes; planned dwellings; count; "
        "planned completions; net homes in year; dwellings in year; expected delivery; projected "
        "delivery; projection"
    ),
    "homes_beyond": ("homes beyond; homes after the last year"),
    "planned_low": ("planned low"),
    "planned_high": ("planned high"),
    "row_total": (
        "total; grand total; plan period total; sum; row total; total phasing; total in plan "
        "period; total plan period; total phased; trajectory total; total supply; check; total "
        "check; total delivery; total trajectory; total completions plan period; overall total; "
        "total homes phased"
    ),
}
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
