"""Care Quality Commission, care directory with filters: care homes by location, with beds and coordinates.

Workbook or CSV. Read by name: the published heading pads itself out with empty cells. Homes for older people
are those whose service user band says so; a location that is dormant is left out.
"""

from __future__ import annotations

import re

import pandas as pd

from assets.areas.postcode_places import placed_postcodes
from assets.england.national_tables import england_table
from assets.official_files.estate_layouts.named_columns import found_columns, plain, rows_below, text_of
from assets.official_files.file_content import Content
from assets.official_files.official_file import OPEN_LICENCE, Known, Publication, Reading
from assets.tables.declarations import INPUT_TABLES

FACILITY = "care_home_places"
_WANTED = (
    "location id",
    "location name",
    "care home?",
    "care homes beds",
    "location local authority",
    "location postal code",
    "service user band - older people",
)
_DORMANT = "dormant (y/n)"
_SERIES = "cqc_care_directory_"
_DAY = re.compile(r"(\d{1,2})[_ ]([A-Za-z]+)[_ ](20\d\d)")


def recognises(content: Content) -> bool:
    """Whether a table has the beds of care homes by location."""
    return found_columns(content, _WANTED) is not None


def read(content: Content, known: Known) -> Publication:
    """Rows of premises for care homes in our places, and that these are all; raises BadInput.

    A home is where its local authority is, of a county where its postcode is. A home that an earlier
    directory had and this one has not counts 0.
    """
    reading = Reading(content, known)
    at = found_columns(content, _WANTED)
    if at is None:
        raise reading.refuse(None, None, "no care homes", ", ".join(_WANTED))
    reading.sheet = at.sheet
    column = {name: at.names.index(name) for name in (*_WANTED, _DORMANT) if name in at.names}
    homes: list[dict[str, object]] = []
    seen: dict[str, int] = {}
    others = 0
    for number, cells in rows_below(reading, at):
        told = {name: text_of(cells[place]) for name, place in column.items()}
        if told["care home?"] != "Y" or told.get(_DORMANT) == "Y":
            continue
        if told["service user band - older people"] != "Y":
            others += 1
            continue
        code = told["location id"]
        if code in seen:
            reading.wrong(number, "location id", f"{code}, as in row {seen[code]}", "each location once")
        seen.setdefault(code, number)
        homes.append(
            {
                "site_code": code,
                "site_name": told["location name"],
                "authority": told["location local authority"],
                "postcode": told["location postal code"],
                "quantity": float(reading.whole(number, "care homes beds", told["care homes beds"])),
            }
        )
    reading.stop_if_wrong()
    day = _day(reading)
    rows = _in_places(
        pd.DataFrame(homes, columns=["site_code", "site_name", "authority", "postcode", "quantity"]), known
    )
    missing = sorted(set(known.councils) - set(rows["place"]))
    if missing:
        names = ", ".join(known.councils[code] for code in missing)
        raise reading.refuse(
            None, "location local authority", f"no care home in {names}", "homes of every council"
        )
    source = f"{_SERIES}{day.replace('-', '_')}"
    rows = rows.assign(
        facility=FACILITY, unit="places", surveyed=day, source_id=source, evidence_grade="A",
        note="Registered beds of a home for older people",
    )  # fmt: skip
    before = known.premises[
        (known.premises["facility"] == FACILITY)
        & known.premises["source_id"].astype(str).str.startswith(_SERIES)
        & ~known.premises["site_code"].isin(rows["site_code"])
    ]
    gone = before.assign(
        quantity=0.0, surveyed=day, source_id=source, evidence_grade="A",
        note=f"Not in the directory of {day}",
    )  # fmt: skip
    columns = INPUT_TABLES["premises"].column_names
    whole = pd.concat(
        [part.reindex(columns=columns) for part in (rows, gone) if len(part)], ignore_index=True
    )
    coverage = pd.DataFrame({"place": sorted(known.councils), "facility": FACILITY})
    coverage = coverage.assign(checked_by="Care Quality Commission", checked_against=f"care directory, {day}")
    for place, beds in rows.groupby("place")["quantity"].sum().items():
        reading.proofs.append(f"{known.councils[str(place)]}: {beds:,.0f} places; the file prints no total")
    reading.unused.append(f"{others:,} care homes without a service user band for older people")
    return Publication(
        publisher="Care Quality Commission",
        title="Care directory with filters",
        edition=day,
        tables={"premises": whole, "register_coverage": coverage},
        proofs=tuple(reading.proofs),
        unused=tuple(reading.unused),
        source={
            "id": source,
            "title": "Care directory with filters",
            "publisher": "Care Quality Commission",
            "series": "active locations, care homes beds",
            "release": day,
            "licence": OPEN_LICENCE,
            "coverage": "England",
            "note": "Registered beds, which are not all in use.",
        },
        dated_by={"premises": "surveyed"},
    )


def _in_places(homes: pd.DataFrame, known: Known) -> pd.DataFrame:
    """Homes of our councils, each with its place: by the authority's name, else by its postcode."""
    of_name = {plain(name): code for code, name in known.councils.items()}
    place = homes["authority"].map(lambda name: of_name.get(plain(name)))
    practices = england_table("practices")
    elsewhere = {plain(name) for name in england_table("authorities")["name"]} - set(of_name)
    county = place.isna() & ~homes["authority"].map(plain).isin(elsewhere)
    by_postcode = placed_postcodes(homes.loc[county, "postcode"], practices)["authority"]
    place = place.astype("str").mask(county, by_postcode.reindex(homes.index))
    return homes.assign(place=place)[place.isin(list(known.councils))].drop(columns=["authority", "postcode"])


def _day(reading: Reading) -> str:
    """Day of the directory: as the user gave it, else from the file's name."""
    text = reading.known.release or reading.content.name
    if found := re.search(r"20\d\d-\d\d-\d\d", text):
        return found[0]
    if found := _DAY.search(text):
        day = pd.to_datetime(" ".join(found.groups()), format="%d %B %Y", errors="coerce")
        if not pd.isna(day):
            return str(day.date())
    raise reading.refuse(
        None, None, f"no day in {text}", "a name as 01_October_2026_…, or --release 2026-10-01"
    )
