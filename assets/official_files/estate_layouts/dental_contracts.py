"""NHS Business Services Authority, dental activity by contract: CSV, a row a contract, with UDAs.

Contracted, delivered and paid units of dental activity. How many surgeries a contract has the file does not
say, so dental surgeries stay unknown and the contract is a volume of its own.
"""

from __future__ import annotations

import re

import pandas as pd

from assets.areas.postcode_places import placed_postcodes
from assets.england.national_tables import england_table
from assets.official_files.estate_layouts.named_columns import found_columns, rows_below, text_of
from assets.official_files.file_content import Content
from assets.official_files.official_file import OPEN_LICENCE, Known, Publication, Reading
from assets.tables.declarations import INPUT_TABLES

_WANTED = ("contract_number", "provider_name", "latest_ppc_address_postcode", "uda_delivered")
_TARGETS = ("uda_perf_target", "uda_perf_targ")
_VALUES = ("uda_fin_val", "uda_financial_value")
_PERIOD = re.compile(r"(20\d\d)[-_ /]?(\d\d)(?!\d)")


def recognises(content: Content) -> bool:
    """Whether the file has units of dental activity by contract."""
    return found_columns(content, _WANTED) is not None


def read(content: Content, known: Known) -> Publication:
    """Rows of dental_contracts in our places; raises BadInput."""
    reading = Reading(content, known)
    at = found_columns(content, _WANTED)
    target = next((name for name in _TARGETS if at and name in at.names), None)
    value = next((name for name in _VALUES if at and name in at.names), None)
    if at is None or target is None or value is None:
        expected = f"{_TARGETS[0]} and {_VALUES[0]}"
        raise reading.refuse(1, None, "no contracted units or value", expected)
    reading.sheet = at.sheet
    column = {name: at.names.index(name) for name in (*_WANTED, target, value)}
    rows: list[dict[str, object]] = []
    seen: dict[str, int] = {}
    for number, cells in rows_below(reading, at):
        told = {name: text_of(cells[place]) for name, place in column.items()}
        code = told["contract_number"]
        if code in seen:
            reading.wrong(number, "contract_number", f"{code}, as in row {seen[code]}", "a row a contract")
        seen.setdefault(code, number)
        numbers = {
            name: reading.number(number, of, told[of] or "0")
            for name, of in (
                ("udas_contracted", target),
                ("udas_delivered", "uda_delivered"),
                ("contract_value_gbp", value),
            )
        }
        rows.append(
            {
                "contract": code,
                "provider_name": told["provider_name"],
                "postcode": told["latest_ppc_address_postcode"],
                **numbers,
            }
        )
    reading.stop_if_wrong()
    period = _period(reading)
    table = pd.DataFrame(rows)
    at_practices = placed_postcodes(table["postcode"], england_table("practices"))
    ours = at_practices["authority"].isin(list(known.councils))
    if not ours.any():
        councils = ", ".join(known.councils.values())
        raise reading.refuse(None, _WANTED[2], "no contract in our places", councils)
    source = f"nhsbsa_dental_contracts_{period.replace('/', '_').replace('-', '_')}"
    table = table[ours].assign(
        place=at_practices.loc[ours, "authority"],
        placed_by=at_practices.loc[ours, "placed_by"],
        as_of=period,
        source_id=source,
        evidence_grade="A",
        note="Volume of a contract; its surgeries are not published",
    )
    reading.unused.append(f"{(~ours).sum():,} contracts elsewhere or of a postcode that no practice is near")
    reading.proofs.append(
        f"{table['udas_contracted'].sum():,.0f} units contracted, "
        f"{table['udas_delivered'].sum():,.0f} delivered; the file prints no total"
    )
    return Publication(
        publisher="NHS Business Services Authority",
        title="Dental activity by contract",
        edition=period,
        tables={"dental_contracts": table[INPUT_TABLES["dental_contracts"].column_names]},
        proofs=tuple(reading.proofs),
        unused=tuple(reading.unused),
        source={
            "id": source,
            "title": "Dental activity by contract",
            "publisher": "NHS Business Services Authority",
            "series": "units of dental activity by contract",
            "release": period,
            "licence": OPEN_LICENCE,
            "coverage": "England",
            "note": "Contracted and delivered units of dental activity.",
        },
        dated_by={"dental_contracts": "as_of"},
    )


def _period(reading: Reading) -> str:
    """Year or month of the file: as the user gave it, else from its name."""
    text = reading.known.release or reading.content.name
    if found := _PERIOD.search(text):
        year, rest = found.groups()
        return f"{year}/{rest}" if (int(year) + 1) % 100 == int(rest) else f"{year}-{rest}"
    raise reading.refuse(
        None, None, f"no period in {text}", "a name with 2025-26 or 2026-03, or --release 2025-26"
    )
