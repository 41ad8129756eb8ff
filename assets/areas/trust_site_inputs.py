"""Sites of an area's trusts in the input tables: area, age, backlog and running cost as returned."""

from __future__ import annotations

from assets.areas.hospital_inputs import hospitals_of, name_in_words
from assets.areas.national_rows import AreaOfEngland, NationalRows
from assets.areas.postcode_places import placed_postcodes

AGES = {
    "built_before_1948_percent": ("built_before_1948_per_cent",),
    "built_1948_to_1974_percent": (
        "built_1948_to_1954_per_cent",
        "built_1955_to_1964_per_cent",
        "built_1965_to_1974_per_cent",
    ),
    "built_1975_to_1994_percent": ("built_1975_to_1984_per_cent", "built_1985_to_1994_per_cent"),
    "built_since_1995_percent": (
        "built_1995_to_2004_per_cent",
        "built_2005_to_2014_per_cent",
        "built_2015_to_2024_per_cent",
    ),
}
"""Of each column of ages, those of the return that it adds up."""


def trust_site_rows(area: AreaOfEngland) -> NationalRows:
    """Sites of the trusts that treat the area's people, and of any trust within its councils.

    A site counts with the trust that its own became. Where it stands is told by the postcodes of practices.
    """
    from assets.tables.declarations import INPUT_TABLES

    sites = area.load("estates_sites")
    trusts = area.load("trusts").set_index("trust")
    closed = trusts[(trusts["status"] == "closed") & (trusts["successor"] != "")]
    successor = closed["successor"].str.split().str[0].to_dict()
    today = sites["trust"].map(lambda code: successor.get(code, code))
    at = placed_postcodes(sites["postcode"], area.load("practices"))
    ours = today.isin(hospitals_of(area).own) | at["authority"].isin(area.authorities)
    sites, at, today = sites[ours], at[ours], today[ours]
    rows = sites.rename(
        columns={
            "tenure": "tenure_returned",
            "not_functionally_suitable_per_cent": "not_suitable_percent",
            "empty_per_cent": "empty_percent",
            "under_used_per_cent": "under_used_percent",
            "year": "as_of",
        }
    ).assign(
        provider=today,
        trust_name=[name_in_words(str(trusts["trust_name"].get(code, code))) for code in today],
        site_name=sites["site_name"].map(name_in_words),
        site_type=sites["site_type"].str.replace(r"^\d+\.\s*", "", regex=True),
        place=at["authority"].where(at["authority"].isin(area.authorities)),
        latitude=at["latitude"].round(4),
        longitude=at["longitude"].round(4),
        placed_by=at["placed_by"],
        evidence_grade="A",
        note="As returned; running cost is the sum of its items (B)",
        **{name: sites[list(parts)].sum(axis=1, min_count=1) for name, parts in AGES.items()},
    )
    rows["tenure_returned"] = rows["tenure_returned"].str.replace(r"^\d+\.\s*", "", regex=True)
    text = [column.name for column in INPUT_TABLES["trust_sites"].columns if column.kind == "text"]
    rows = rows[list(INPUT_TABLES["trust_sites"].column_names)].sort_values("site_code")
    rows[text] = rows[text].mask(rows[text] == "")
    return NationalRows("trust_sites", rows, "published", "nhs_england_eric_2019_20", "2019/20", of="")
