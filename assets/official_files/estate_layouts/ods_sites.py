"""Organisation Data Service, sites of NHS trusts (ets.csv): 27 columns without headings, one line a site.

Code, name, two national groupings, five lines of address, postcode, opening and closing day (20250401),
status, sub-type and the organisation it belongs to are read by position; the day of the file is in its name.
"""

from __future__ import annotations

import re

import pandas as pd

from assets.areas.postcode_places import placed_postcodes
from assets.england.national_tables import england_table
from assets.official_files.file_content import Content
from assets.official_files.official_file import OPEN_LICENCE, Known, Publication, Reading
from assets.tables.declarations import INPUT_TABLES

_COLUMNS = 27
_CODE, _NAME, _POSTCODE, _OPENED, _CLOSED = 0, 1, 9, 10, 11
_SITE = re.compile(r"[A-Z0-9]{5,9}")
_DATE = re.compile(r"(?:19|20)\d{6}|")
_TRUST = 3
"""Letters of a site's code that are its trust's."""


def recognises(content: Content) -> bool:
    """Whether every line of the head has the columns of a site and a code longer than a trust's."""
    lines = [cells for cells in content.head if any(cells)]
    return bool(lines) and all(
        len(cells) == _COLUMNS
        and _SITE.fullmatch(cells[_CODE])
        and not re.fullmatch(r"[A-Z]\d{5}", cells[_CODE])
        and _DATE.fullmatch(cells[_OPENED])
        and _DATE.fullmatch(cells[_CLOSED])
        for cells in lines
    )


def read(content: Content, known: Known) -> Publication:
    """Rows of trust_sites for open sites of our trusts that it lacks; raises BadInput.

    What a return of estates says of a site is not touched.
    """
    reading = Reading(content, known)
    day = known.release or (re.search(r"20\d\d-\d\d-\d\d", content.name) or [""])[0]
    there = set(known.trust_sites["site_code"]) if len(known.trust_sites) else set()
    found: dict[str, dict[str, object]] = {}
    closed = 0
    for number, cells in content.lines():
        if not any(cells):
            continue
        if len(cells) != _COLUMNS:
            reading.wrong(number, None, f"{len(cells)} cells", f"{_COLUMNS} cells")
            continue
        code = cells[_CODE].upper()
        for place, what in ((_OPENED, "opening day"), (_CLOSED, "closing day")):
            if not _DATE.fullmatch(cells[place]):
                reading.wrong(number, what, cells[place], "a day as 20250401, or an empty cell")
        provider = known.trusts.get(code[:_TRUST], code[:_TRUST])
        if provider not in known.providers or code in there:
            continue
        if cells[_CLOSED]:
            closed += 1
            continue
        if code in found:
            reading.wrong(number, "code", f"{code} a second time", "each site once")
        found[code] = {
            "site_code": code,
            "site_name": cells[_NAME],
            "trust": code[:_TRUST],
            "provider": provider,
            "postcode": cells[_POSTCODE],
        }
    reading.stop_if_wrong()
    if not found:
        raise reading.refuse(None, "code", "no site of our trusts that is not known", "sites to be added")
    rows = pd.DataFrame(list(found.values()))
    at = placed_postcodes(rows["postcode"], england_table("practices"))
    names = england_table("trusts").set_index("trust")["trust_name"]
    source = "ods_trust_sites" + (f"_{day.replace('-', '_')}" if day else "")
    rows = rows.assign(
        trust_name=rows["provider"].map(names).fillna(rows["provider"]),
        place=at["authority"].where(at["authority"].isin(list(known.councils))),
        placed_by=at["placed_by"],
        latitude=at["latitude"].round(4),
        longitude=at["longitude"].round(4),
        as_of=day or "not stated",
        source_id=source,
        evidence_grade="A",
        note="On the list of sites; no area is returned of it",
    )
    reading.unused.append(f"{closed:,} closed sites of our trusts")
    reading.proofs.append("not proved: the file prints no total")
    return Publication(
        publisher="NHS England",
        title="Organisation Data Service, sites of NHS trusts",
        edition=day or "not stated",
        tables={"trust_sites": rows.reindex(columns=INPUT_TABLES["trust_sites"].column_names)},
        proofs=tuple(reading.proofs),
        unused=tuple(reading.unused),
        source={
            "id": source,
            "title": "Organisation Data Service",
            "publisher": "NHS England",
            "series": "sites of NHS trusts",
            "release": day or "not stated",
            "licence": OPEN_LICENCE,
            "coverage": "England",
            "note": "Code, name, postcode and days of opening and closing.",
        },
    )
