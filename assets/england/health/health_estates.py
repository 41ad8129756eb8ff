"""Sites and estates of NHS trusts: Estates Returns Information Collection as published.

Sites with floor area, age and backlog are of 2019/20, the last return by site there is here; the return of
2024/25 has trusts alone, with numbers of sites and investment. What a trust did not answer is NaN.
"""

from __future__ import annotations

import pandas as pd

from assets.england.published_files import PublishedFiles, numbers_of, refused_cell
from assets.england.register import NationalTable, Origin

SITES_FILE = "estates/ERIC_201920_SiteData_for_R.csv.gz"
TRUSTS_FILE = "estates/eric_2024_25_trust_data.csv"
SITES, TRUSTS = "nhs_england_eric_2019_20", "nhs_england_eric_2024_25"
_NONE = ("not applicable", "not reported", "n/a", "-")
_SITE = {
    "Trust Code": "trust",
    "Site Code": "site_code",
    "Site Name": "site_name",
    "Site Type": "site_type",
    "Tenure": "tenure",
    "Post Code": "postcode",
}
_AREA = "Gross internal floor area (m²)"
_SITE_NUMBERS = {
    _AREA: "gross_internal_area_m2",
    "NHS estate occupied floor area (%)": "nhs_occupied_per_cent",
    "Not functionally suitable - occupied floor area (%)": "not_functionally_suitable_per_cent",
    "Floor area - empty (%)": "empty_per_cent",
    "Floor area - under used (%)": "under_used_per_cent",
    "Cost to eradicate high risk backlog (£)": "backlog_high_risk_gbp",
    "Cost to eradicate significant risk backlog (£)": "backlog_significant_risk_gbp",
    "Cost to eradicate moderate risk backlog (£)": "backlog_moderate_risk_gbp",
    "Cost to eradicate low risk backlog (£)": "backlog_low_risk_gbp",
    "Age profile - 2015 to 2024 (%)": "built_2015_to_2024_per_cent",
    "Age profile - 2005 to 2014 (%)": "built_2005_to_2014_per_cent",
    "Age profile - 1995 to 2004 (%)": "built_1995_to_2004_per_cent",
    "Age profile - 1985 to 1994 (%)": "built_1985_to_1994_per_cent",
    "Age profile - 1975 to 1984 (%)": "built_1975_to_1984_per_cent",
    "Age profile - 1965 to 1974 (%)": "built_1965_to_1974_per_cent",
    "Age profile - 1955 to 1964 (%)": "built_1955_to_1964_per_cent",
    "Age profile - 1948 to 1954 (%)": "built_1948_to_1954_per_cent",
    "Age profile - pre 1948 (%)": "built_before_1948_per_cent",
}
RUNNING_COSTS = (
    "Leases and rent (£)",
    "Rates (£)",
    "Estates and property maintenance (£)",
    "Grounds and gardens maintenance (£)",
    "Electro Bio Medical Equipment maintenance (£)",
    "Other Hard FM (Estates) costs (£)",
    "Other Soft FM (Hotel Services) costs (£)",
    "Management (Hard and Soft FM) costs (£)",
    "Electricity costs (£)",
    "Gas costs (£)",
    "Oil costs (£)",
    "Coal costs (£)",
    "Electricity costs - green energy tariff (£)",
    "Electricity costs - third party owned renewable (£)",
    "Non-fossil fuel costs - renewable (£)",
    "Other energy costs (£)",
    "Water and sewerage cost (£)",
    "Other waste costs (£)",
    "Cleaning service cost (£)",
    "Inpatient food service cost (£)",
    "Laundry service cost (£)",
    "Linen service cost (£)",
    "Portering service cost (£)",
)
"""Running costs of a site: rent and rates, estates and hotel services, energy and water. Not depreciation,
interest, dividend, nor the charges of a private finance contract, which stand beside each service."""
_TRUST = {"Trust Code": "trust", "Trust Name": "trust_name", "Trust Type": "trust_type"}
_SITES_OF_TRUST = "Total number of sites (No.)"
_TRUST_NUMBERS = {
    "Number of sites - General acute hospital (No.)": "sites_general_acute",
    "Number of sites - Specialist hospital (acute only) (No.)": "sites_specialist",
    "Number of sites - Mixed service hospital (No.)": "sites_mixed",
    "Number of sites - Mental Health (including Specialist services) (No.)": "sites_mental_health",
    "Number of sites - Learning Disabilities (No.)": "sites_learning_disabilities",
    "Number of sites - Mental Health and Learning Disabilities (No.)": "sites_mental_health_and_learning",
    "Number of sites - Community hospital (with inpatient beds) (No.)": "sites_community_hospital",
    "Number of sites - Other inpatient (No.)": "sites_other_inpatient",
    "Number of sites - Non inpatient (No.)": "sites_non_inpatient",
    "Number of sites - Support facilities (No.)": "sites_support",
    "Number of sites - Unoccupied (No.)": "sites_unoccupied",
    _SITES_OF_TRUST: "sites",
    "Sites leased from NHS Property Services (No.)": "sites_leased_from_nhs_property_services",
    "Capital investment for new build (£)": "capital_new_build_gbp",
    "Capital investment for changing/improving existing buildings (£)": "capital_improving_gbp",
    "Capital investment for maintaining (lifecycle) existing buildings (£)": "capital_maintaining_gbp",
    "Capital investment for equipment (£)": "capital_equipment_gbp",
}
_KINDS_OF_SITE = [name for name in _TRUST_NUMBERS.values() if name.startswith("sites_")][:-1]


def build(published: PublishedFiles) -> list[NationalTable]:
    """`estates_sites` and `estates_trusts`; raises BadInput."""
    return [_sites(published), _trusts(published)]


def _answers(
    published: PublishedFiles, name: str, words: dict[str, str], numbers: dict[str, str], encoding: str
) -> pd.DataFrame:
    rows = published.table(name, (*words, *numbers), encoding=encoding)
    table = rows[list(words)].rename(columns=words)
    for column, new in numbers.items():
        answered = rows[column].mask(rows[column].str.lower().isin(_NONE), "")
        table[new] = numbers_of(name, column, answered)
    return table


def _sites(published: PublishedFiles) -> NationalTable:
    table = _answers(published, SITES_FILE, _SITE, _SITE_NUMBERS, "utf-8-sig").assign(
        year="2019/20", source_id=SITES
    )
    costs = _answers(published, SITES_FILE, {}, {name: name for name in RUNNING_COSTS}, "utf-8-sig")
    table.insert(list(table).index("year"), "running_cost_gbp", costs.sum(axis=1, min_count=1))
    area = table["gross_internal_area_m2"]
    if area.lt(0).any():
        raise refused_cell(SITES_FILE, area, area.lt(0), "an area of at least 0", _AREA)
    note = (
        f"{area.notna().sum():,} of {len(table):,} sites with an area, {area.sum() / 1e6:.1f} million m2; "
        f"backlog of {table.filter(like='backlog').sum().sum() / 1e9:.1f} billion GBP; no printed total"
    )
    origin = Origin(SITES_FILE, SITES, "2019-20", note=note)
    return NationalTable("estates_sites", table, (origin,), ("trust", "site_code"))


def _trusts(published: PublishedFiles) -> NationalTable:
    table = _answers(published, TRUSTS_FILE, _TRUST, _TRUST_NUMBERS, "cp1252").assign(
        year="2024/25", source_id=TRUSTS
    )
    added = table[_KINDS_OF_SITE].sum(axis=1)
    off = added.ne(table["sites"]) & table["sites"].notna()
    if off.any():
        raise refused_cell(TRUSTS_FILE, table["sites"], off, "the sum of the kinds of site", _SITES_OF_TRUST)
    proof = f"sites of each of {len(table)} trusts by kind add up to its total, {added.sum():,.0f} in all"
    origin = Origin(TRUSTS_FILE, TRUSTS, "2024-25", proof, "no floor area and no backlog in the file")
    return NationalTable("estates_trusts", table, (origin,), ("trust",))
