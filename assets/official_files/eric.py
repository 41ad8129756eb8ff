"""NHS England's Estates Returns Information Collection: the CSV of sites.

Layout: Trust Code, Trust Name, Site Code, Site Name, Site Type and a column a question with its unit; encoded
in Windows-1252 for the ² and £ of the names, thousands separated by commas, `Not Applicable` where a site is
too small to answer. A file says no year and prints no total. Questions are told by their words and not by
their place: editions name some of them otherwise, add bands of age and leave columns out.
"""

from __future__ import annotations

import re

import pandas as pd

from assets.areas.postcode_places import placed_postcodes
from assets.england.health.health_estates import RUNNING_COSTS
from assets.england.national_tables import england_table
from assets.official_files.file_content import Content
from assets.official_files.official_file import OPEN_LICENCE, Known, Publication, Reading
from assets.tables.declarations import INPUT_TABLES

_TRUST, _SITE, _NAME = "trust code", "site code", "site name"
_AREA = re.compile(r"gross internal (?:site )?floor area \(m.{1,3}\)", re.IGNORECASE)
_RISKS = tuple(
    f"cost to eradicate {risk} risk backlog" for risk in ("high", "significant", "moderate", "low")
)
_DETAILS = {
    **{f"backlog_{risk.split()[3]}_risk_gbp": re.compile(risk) for risk in _RISKS},
    "not_suitable_percent": re.compile(r"not functionally suitable - occupied floor area"),
    "empty_percent": re.compile(r"floor area - empty"),
    "under_used_percent": re.compile(r"floor area - under ?used"),
}
"""Of each column of trust_sites, how a question begins in whatever edition."""
_COSTS = {name.lower() for name in RUNNING_COSTS}
_AGE = re.compile(r"age profile - (?:(pre) 1948|(\d{4}) to (\d{4}))")
_AGE_BANDS = (
    ("built_before_1948_percent", 1948),
    ("built_1948_to_1974_percent", 1975),
    ("built_1975_to_1994_percent", 1995),
    ("built_since_1995_percent", 9999),
)
"""Columns of ages, and the year before which each ends."""
_WORDS = {"site_type": ("site type",), "tenure_returned": ("tenure",), "postcode": ("post code", "postcode")}
_NOT_ANSWERED = ("not applicable", "", "-", "n/a", "not reported")
_YEARS = re.compile(r"(20\d{2})[-_/ ]?(?:20)?(\d{2})(?!\d)")
_SERIES = "nhs_england_eric_"
_NAMED = 8
"""Sites that are named where they are not used; of more the number is given."""


def recognises(content: Content) -> bool:
    """Whether the first line has sites of trusts and their floor area."""
    header = [name.lower() for name in content.head[0]] if content.head else []
    return {_TRUST, _SITE} <= set(header) and any(_AREA.fullmatch(name) for name in header)


def read(content: Content, known: Known) -> Publication:
    """Rows of trust_sites of our trusts, and of premises whose site the file has, with its area.

    What is in a building the file does not say, so a site that premises.csv has not is no row of it. Raises
    BadInput.
    """
    reading = Reading(content, known)
    header = [name.lower() for name in content.head[0]]
    areas = [name for name in header if _AREA.fullmatch(name)]
    at = reading.columns(header, 1, (_TRUST, _SITE, _NAME, areas[0]))
    edition = _edition(reading)
    sites: dict[str, tuple[float, str]] = {}
    strange: list[str] = []
    seen: set[str] = set()
    ours = set(known.premises["site_code"]) if len(known.premises) else set()
    listed = set(known.trust_sites["site_code"]) if len(known.trust_sites) else set()
    details = _details(header)
    of_trusts: list[dict[str, object]] = []
    for number, cells in content.lines():
        if number == 1 or not any(cells):
            continue
        if len(cells) != len(header):
            reading.wrong(number, None, f"{len(cells)} cells", f"{len(header)} cells, one per column")
            continue
        trust, site = cells[at[_TRUST]].upper(), cells[at[_SITE]].upper()
        if known.trusts.get(trust, trust) in known.providers or site in listed:
            told = {name: [cells[place] for place in places] for name, places in details.items()}
            told["gross_internal_area_m2"] = [cells[at[areas[0]]]]
            named = {"site_code": site, "trust": trust, "site_name": cells[at[_NAME]]}
            of_trusts.append({**named, **_site(reading, number, told, known.trusts.get(trust, trust))})
        if site not in ours:
            if known.trusts.get(trust, trust) in known.providers:
                strange.append(f"{cells[at[_NAME]]} ({site}, {cells[at[areas[0]]]} m2)")
            continue
        seen.add(site)
        if cells[at[areas[0]]].lower() in _NOT_ANSWERED:
            reading.unused.append(f"site {site}: area {cells[at[areas[0]]] or 'empty'}")
            continue
        if site in sites:
            reading.wrong(number, _SITE, f"{site} a second time", "each site once")
        sites[site] = reading.number(number, areas[0], cells[at[areas[0]]]), cells[at[_NAME]]
    reading.stop_if_wrong()
    if not sites and not of_trusts:
        raise reading.refuse(None, _SITE, "no site of premises.csv", "rows of " + ", ".join(sorted(ours)[:5]))
    source = f"{_SERIES}{edition.replace('/', '_')}"
    rows = known.premises[known.premises["site_code"].isin(sites)].copy()
    before = rows["gross_internal_area_m2"].notna()
    rows = rows[before].assign(
        gross_internal_area_m2=[sites[site][0] for site in rows.loc[before, "site_code"]], source_id=source
    )
    _name_missing(reading, seen)
    without = sorted(set(sites) - set(rows["site_code"]))
    if without:
        reading.unused.append("sites of premises.csv without an area of their own: " + ", ".join(without))
    _name_unused(reading, strange, header, areas)
    reading.proofs.append("not proved: the file prints no total; every area of ours was read as a number")
    return Publication(
        publisher="NHS England",
        title="Estates Returns Information Collection, sites",
        edition=edition,
        tables={
            **({"premises": rows[INPUT_TABLES["premises"].column_names]} if len(rows) else {}),
            **_trust_sites(reading, of_trusts, edition, source),
        },
        dated_by={"trust_sites": "as_of"},
        proofs=tuple(reading.proofs),
        unused=tuple(reading.unused),
        source={
            "id": source,
            "title": "Estates Returns Information Collection",
            "publisher": "NHS England",
            "series": "site level, gross internal floor area",
            "release": edition,
            "licence": OPEN_LICENCE,
            "coverage": "sites of NHS trusts in England",
            "note": f"Area of sites as they stood in {edition}.",
        },
    )


def _details(header: list[str]) -> dict[str, list[int]]:
    """Where the file has what trust_sites wants of a site beside its area."""
    found: dict[str, list[int]] = {}
    for place, name in enumerate(header):
        words = [column for column, pattern in _DETAILS.items() if pattern.match(name)]
        words += [column for column, names in _WORDS.items() if name in names]
        if name in _COSTS:
            words.append("running_cost_gbp")
        if age := _AGE.match(name):
            last = 1947 if age[1] else int(age[3])
            words.append(next(column for column, before in _AGE_BANDS if last < before))
        for column in words:
            found.setdefault(column, []).append(place)
    return found


def _site(reading: Reading, number: int, told: dict[str, list[str]], provider: str) -> dict[str, object]:
    """A site's cells: words as they are, numbers added up over the bands of a column; None: not answered."""
    row: dict[str, object] = {"provider": provider}
    for column, cells in told.items():
        if column in _WORDS:
            row[column] = re.sub(r"^\d+\.\s*", "", cells[0]) or None
            continue
        answered = [cell for cell in cells if cell.lower() not in _NOT_ANSWERED]
        row[column] = sum(reading.number(number, column, cell) for cell in answered) if answered else None
    return row


def _trust_sites(
    reading: Reading, sites: list[dict[str, object]], edition: str, source: str
) -> dict[str, pd.DataFrame]:
    """Rows of trust_sites; where a site stands is what is known of it, else told by its postcode."""
    if not sites:
        return {}
    table = pd.DataFrame(sites)
    names = england_table("trusts").set_index("trust")["trust_name"]
    codes = table["postcode"] if "postcode" in table else pd.Series("", index=table.index)
    at = placed_postcodes(codes.fillna(""), england_table("practices"))
    known = reading.known.trust_sites
    before = known.set_index("site_code") if len(known) else pd.DataFrame()
    columns = ["place", "placed_by", "latitude", "longitude"]
    found = at.rename(columns={"authority": "place"})[columns].round(4)
    found["place"] = found["place"].where(found["place"].isin(list(reading.known.councils)))
    for name in columns if len(before) else ():
        found[name] = found[name].where(found[name].notna(), table["site_code"].map(before[name]))
    rows = table.assign(
        trust_name=table["provider"].map(names).fillna(table["provider"]),
        **{name: found[name] for name in columns},
        as_of=edition,
        source_id=source,
        evidence_grade="A",
        note="As returned; running cost is the sum of its items in the file (B)",
    )
    return {"trust_sites": rows.reindex(columns=INPUT_TABLES["trust_sites"].column_names)}


def _name_missing(reading: Reading, seen: set[str]) -> None:
    """Sites with an area from an earlier return that this file has no row of: closed, or the file is cut."""
    premises = reading.known.premises
    of_return = premises["source_id"].astype(str).str.startswith(_SERIES)
    recorded = set(premises.loc[of_return, "site_code"])
    missing = sorted(recorded - seen)
    if missing:
        more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
        reading.unused.append(
            f"{len(missing)} of {len(recorded)} sites of earlier returns are not in the file and stay as "
            f"they are: {', '.join(missing[:_NAMED])}{more}"
        )


def _edition(reading: Reading) -> str:
    """Financial year of the return: as the user gave it, else from the file's name."""
    text = reading.known.release or reading.content.name
    for found in _YEARS.finditer(text):
        if (int(found[1]) + 1) % 100 == int(found[2]):
            return f"{found[1]}/{found[2]}"
    raise reading.refuse(
        None, None, f"no financial year in {text}", "a name with 2023-24 in it, or --release 2023-24"
    )


def _name_unused(reading: Reading, strange: list[str], header: list[str], areas: list[str]) -> None:
    if strange:
        more = f" and {len(strange) - _NAMED} more" if len(strange) > _NAMED else ""
        reading.unused.append(
            "sites of our providers that premises.csv has not (add a row with what is in them): "
            + ", ".join(strange[:_NAMED])
            + more
        )
    rest = [name for name in header if name not in (_TRUST, _SITE, _NAME, areas[0])]
    used = sum(len(places) for places in _details(header).values())
    reading.unused.append(f"{len(rest) - used} other columns")
