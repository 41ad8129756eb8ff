"""General practices of England: who is registered, where they are, what need and premises they have.

The list of practices and their patients are NHS England's of one day; coordinates, authorities and weighted
populations are of its allocations of 2025/26, which give a practice's own location: patients are not placed
by where they live, since no flow from neighbourhoods to practices comes with the files.
"""

from __future__ import annotations

from datetime import datetime

import pandas as pd

from assets.england.authorities import AuthorityCodes, authority_codes
from assets.england.health.practice_locations import BOUNDARIES_FILE, NEIGHBOURHOODS_FILE, located
from assets.england.published_files import PublishedFiles, proved, refused, refused_cell
from assets.england.register import NationalTable, Origin

MAP_FILE, MAP_MEMBER = "gp/gp-reg-pat-prac-map.zip", "gp-reg-pat-prac-map.csv"
AGES_FILE, AGES_MEMBER = "gp/gp-reg-pat-prac-quin-age.zip", "gp-reg-pat-prac-quin-age.csv"
ALLOCATIONS_FILE = "gp/icb_allocations_practices_2025_26.csv.gz"
PAYMENTS_FILE = "gp/payments_22-23.csv.gz"
PATIENTS, ALLOCATIONS = "nhs_england_registered_patients", "nhs_england_allocations_2025_26"
PAYMENTS, BOUNDARIES = "gp_payments_2022_23", "ons_msoa_boundaries_2021"
_MAP = {
    "PRACTICE_CODE": "practice",
    "PRACTICE_NAME": "practice_name",
    "PRACTICE_POSTCODE": "postcode",
    "PCN_CODE": "pcn",
    "PCN_NAME": "pcn_name",
    "SUB_ICB_LOCATION_CODE": "sub_icb",
    "ONS_SUB_ICB_LOCATION_CODE": "sub_icb_gss",
    "ICB_CODE": "icb",
    "ONS_ICB_CODE": "icb_gss",
}
_ALL = "ALL"
_SEXES = {"FEMALE": "female", "MALE": "male"}
OLDEST = 95
_NEED = {
    "Population": "registered_population",
    "G&A WP": "general_and_acute",
    "CS WP": "community",
    "MH WP": "mental_health",
    "Mat WP": "maternity",
    "Health Ineq WP": "avoidable_mortality",
    "Prescr WP": "prescribing",
    "Primary Medical Care WP": "primary_medical",
}
FINAL_COLUMN = "Final WP"
"""Weighted with the place's costs in it: read for what those costs are, and kept nowhere."""


def build(published: PublishedFiles) -> list[NationalTable]:
    """`practices`, `practice_ages`, `practice_need` and `practice_premises`; raises BadInput."""
    codes = authority_codes(published)
    ages, patients, day, proofs = patients_by_age(published)
    allocations = allocated(published, codes)
    return [
        _practices(published, codes, allocations, patients, day, proofs),
        NationalTable(
            "practice_ages",
            ages.assign(source_id=PATIENTS),
            (Origin(AGES_FILE, PATIENTS, day[:7], "; ".join(proofs)),),
            ("practice", "sex", "age_from"),
        ),
        _need(allocations),
        _premises(published),
    ]


def patients_by_age(published: PublishedFiles) -> tuple[pd.DataFrame, pd.Series, str, list[str]]:
    """Patients by practice, sex and five-year age; patients by practice; the day; totals proved.

    The ages are rows practice, sex, age_from, age_to, patients. Raises BadInput.
    """
    columns = ("EXTRACT_DATE", "ORG_TYPE", "ORG_CODE", "SEX", "AGE_GROUP_5", "NUMBER_OF_PATIENTS")
    rows = published.table(AGES_FILE, columns, columns[-1:], member=AGES_MEMBER)
    days = sorted(set(rows["EXTRACT_DATE"]))
    if len(days) != 1:
        raise refused(AGES_FILE, ", ".join(days) or "no row", "rows of one day", column="EXTRACT_DATE")
    day = _day(days[0])
    everyone = rows["SEX"].eq(_ALL) & rows["AGE_GROUP_5"].eq(_ALL)
    own = rows["ORG_TYPE"].eq("GP")
    patients = rows[everyone & own].set_index("ORG_CODE")["NUMBER_OF_PATIENTS"]
    regions = rows[everyone & rows["ORG_TYPE"].eq("Comm Region")]["NUMBER_OF_PATIENTS"].sum()
    parts = rows[own & rows["SEX"].isin(_SEXES) & rows["AGE_GROUP_5"].ne(_ALL)]
    ages = pd.DataFrame(
        {
            "practice": parts["ORG_CODE"],
            "sex": parts["SEX"].map(_SEXES),
            "age_from": _lower_ages(parts["AGE_GROUP_5"]),
            "patients": parts["NUMBER_OF_PATIENTS"].astype("int64"),
        }
    )
    ages.insert(3, "age_to", (ages["age_from"] + 4).where(ages["age_from"].lt(OLDEST), OLDEST))
    off = (ages.groupby("practice")["patients"].sum() - patients).abs().max()
    proofs = [
        proved(AGES_FILE, "registered patients of England, practices and regions", patients.sum(), regions),
        proved(AGES_FILE, "largest distance of a practice's ages from its patients", float(off), 0),
    ]
    return ages, patients, day, proofs


def _day(text: str) -> str:
    for form in ("%Y-%m-%d", "%d%b%Y"):
        try:
            return f"{datetime.strptime(text, form):%Y-%m-%d}"
        except ValueError:
            continue
    raise refused(AGES_FILE, text, "a day such as 2026-07-01", column="EXTRACT_DATE")


def _lower_ages(cells: pd.Series) -> pd.Series:
    lower = cells.str.extract(r"^(\d+)(?:_\d+|\+)$")[0]
    if lower.isna().any():
        raise refused_cell(AGES_FILE, cells, lower.isna(), "ages such as 10_14 or 95+", "AGE_GROUP_5")
    return lower.astype("int64")


def allocated(published: PublishedFiles, codes: AuthorityCodes) -> pd.DataFrame:
    """Practices of the allocations: practice, postcode, latitude, longitude, authority and populations."""
    numbers = ("Latitude", "Longitude", *_NEED, FINAL_COLUMN)
    rows = published.table(ALLOCATIONS_FILE, ("Practice_Code", "Practice_Postcode", "LAD", *numbers), numbers)
    gaps = rows[list(numbers)].isna().any(axis=1) | rows["Practice_Code"].duplicated()
    if gaps.any():
        expected = "each practice once with all its numbers"
        raise refused_cell(ALLOCATIONS_FILE, rows["Practice_Code"], gaps, expected, "Practice_Code")
    rows["authority"] = codes.mapped(ALLOCATIONS_FILE, "LAD", rows["LAD"])
    names = {"Practice_Code": "practice", "Practice_Postcode": "postcode", **_NEED}
    return rows.drop(columns="LAD").rename(
        columns={**names, "Latitude": "latitude", "Longitude": "longitude", FINAL_COLUMN: "final"}
    )


def _practices(
    published: PublishedFiles,
    codes: AuthorityCodes,
    allocations: pd.DataFrame,
    patients: pd.Series,
    day: str,
    proofs: list[str],
) -> NationalTable:
    rows = published.table(MAP_FILE, tuple(_MAP), member=MAP_MEMBER).rename(columns=_MAP)
    strangers = set(rows["practice"]) ^ set(patients.index)
    if strangers:
        raise refused(
            MAP_FILE,
            f"{len(strangers)} practices in one file alone, such as {min(strangers)}",
            f"those of {AGES_FILE}",
        )
    table, moved = located(published, codes, rows, allocations)
    table["patients"] = table["practice"].map(patients).astype("int64")
    table = table.assign(day=day, source_id=PATIENTS)
    placed = ", ".join(f"{count:,} by {how}" for how, count in table["placed_by"].value_counts().items())
    unnamed = table["pcn"].isin(["", "U"]).sum()
    outside = table["msoa_by"].ne("inside").sum()
    origins = (
        Origin(MAP_FILE, PATIENTS, day[:7], proofs[0], f"{unnamed} practices are in no network"),
        Origin(AGES_FILE, PATIENTS, day[:7], proofs[0]),
        Origin(
            ALLOCATIONS_FILE,
            ALLOCATIONS,
            "2025-26",
            note=f"coordinates and authority: {placed}; {moved} have another postcode there than now",
        ),
        Origin(NEIGHBOURHOODS_FILE, BOUNDARIES, "2023", note="neighbourhoods of an authority"),
        Origin(
            BOUNDARIES_FILE,
            BOUNDARIES,
            "2021",
            note=f"neighbourhood in the authority; {outside} by the nearest, boundaries are generalised",
        ),
    )
    return NationalTable("practices", table, origins, ("practice",))


def _need(allocations: pd.DataFrame) -> NationalTable:
    table = allocations[["practice", "authority", *_NEED.values()]].assign(source_id=ALLOCATIONS)
    people = table["registered_population"].sum()
    proof = "; ".join(
        proved(
            ALLOCATIONS_FILE,
            f"{name} against registered people",
            float(table[name].sum()),
            float(people),
            1.0,
        )
        for name in list(_NEED.values())[1:]
    )
    note = (
        "populations weighted for need of each service; the final columns are left out: they carry costs of "
        "the place (market forces, ambulances) and, in primary care, an adjustment for inequalities"
    )
    origin = Origin(ALLOCATIONS_FILE, ALLOCATIONS, "2025-26", proof, note)
    return NationalTable("practice_need", table, (origin,), ("practice",))


def _premises(published: PublishedFiles) -> NationalTable:
    words = ("Practice Code", "Practice Name", "Practice Postcode")
    numbers = ("Number of Registered Patients (Last Known Figure)", "Premises Payments")
    rows = published.table(PAYMENTS_FILE, (*words, *numbers), numbers)
    names = ("practice", "practice_name", "postcode", "registered_patients", "premises_payments_gbp")
    table = rows.rename(columns=dict(zip((*words, *numbers), names, strict=True)))
    table = table.assign(year="2022/23", source_id=PAYMENTS)
    paid = table["premises_payments_gbp"]
    note = (
        f"{paid.sum() / 1e6:,.0f} million GBP, {paid.eq(0).mean():.1%} nil, {paid.lt(0).sum()} negative; "
        "rent that NHS Property Services bills may not be in it; no printed total"
    )
    return NationalTable(
        "practice_premises", table, (Origin(PAYMENTS_FILE, PAYMENTS, "2022-23", note=note),), ("practice",)
    )
