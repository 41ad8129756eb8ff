"""NHS trusts: names, dates, who succeeded whom, and where each trust's admitted patients live.

The register of trusts is the Organisation Data Service's; it has neither care trusts nor those that closed
before 2024, whose codes come with the list of predecessors and with the returns of staff. Mergers the list
does not have are in trust_mergers.csv, each with what shows it. The catchments are the Office for Health
Improvement and Disparities': shares of a **trust's** admissions by authority.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd

from assets.england.authorities import authority_codes
from assets.england.published_files import PublishedFiles, numbers_of, proved, refused, refused_cell
from assets.england.register import NationalTable, Origin

REGISTER_FILE = "health/etr.csv"
SUCCESSORS_FILE = "places/lookup_trust_trust.csv.gz"
SYSTEMS_FILE = "health/System-Mapping.csv"
CATCHMENTS_FILE = "places/lookup_nhs_trusts22_ltla21.csv.gz"
BEDS_FILE = "health/acute_beds_kh03_quarterly_trust.csv.gz"
STAFF_FILES = tuple(f"health/sickness/nhs_sickness_absence_{month}.csv" for month in ("2025-03", "2024-04"))
MERGERS_FILE = Path(__file__).with_name("trust_mergers.csv")
MAP_FILE, MAP_MEMBER = "gp/gp-reg-pat-prac-map.zip", "gp-reg-pat-prac-map.csv"
ODS, OHID, PRACTICES = "ods_trusts", "ohid_trust_catchments", "nhs_england_registered_patients"
_REGISTER_COLUMNS = (
    *("trust", "trust_name", "region", "icb_2024", "_1", "_2", "_3", "_4", "_5", "postcode"),
    *("opened", "closed", *(f"_{at}" for at in range(6, 21))),
)
_TRUST = r"R[0-9A-Z]{2}|T[A-Z]{2}|[A-Z][0-9][A-Z][0-9][A-Z]"
"""Trusts and care trusts as they were coded until 2023, and as they are since."""
_ENGLAND = "Y"
"""First letter of a region in England: the register has trusts of Wales too."""
_EARLIEST = "2018-04-01"
"""Nothing in the tables is older, so no earlier merger is needed."""
_KINDS = {
    "Acute": "acute",
    "Mental Health": "mental health",
    "Community Provider Trust": "community",
    "Ambulance": "ambulance",
}
_STAFF_COLUMNS = {
    "ORG_CODE": "trust",
    "ORG_NAME": "trust_name",
    "NHSE_REGION_CODE": "region",
    "ICS_CODE": "icb_2024",
}
_MOST_MERGERS = 10
_CATCHMENT_YEAR = "2021-22"
_COLUMNS = (
    *("trust", "trust_name", "kind", "status", "opened", "closed", "successor", "postcode", "region"),
    *("icb_2024", "icb_2026", "source_id"),
)


def mergers(published: PublishedFiles) -> pd.DataFrame:
    """trust, successor, on (the day), since 2018; a trust that was divided has a row a successor."""
    listed = published.table(SUCCESSORS_FILE, ("old_code", "new_code", "date"))
    ours = listed[listed["old_code"].str.fullmatch(_TRUST) & listed["new_code"].str.fullmatch(_TRUST)]
    days = numbers_of(SUCCESSORS_FILE, "date", ours["date"])
    if days.isna().any():
        raise refused_cell(SUCCESSORS_FILE, ours["date"], days.isna(), "a day", "date")
    start = datetime(1970, 1, 1, tzinfo=UTC)
    on = [f"{start + timedelta(days=int(day)):%Y-%m-%d}" for day in days]
    steps = pd.DataFrame({"trust": ours["old_code"], "successor": ours["new_code"], "on": on})
    later = pd.read_csv(MERGERS_FILE, dtype=str)[["trust", "successor", "on"]]
    return pd.concat([steps[steps["on"].ge(_EARLIEST)], later]).sort_values(
        ["trust", "successor"], ignore_index=True
    )


def successors(steps: pd.DataFrame) -> dict[str, list[str]]:
    """Each trust that ended, with the trusts of today that succeeded it; raises ValueError in a circle."""
    direct: dict[str, list[str]] = {}
    for trust, successor in zip(steps["trust"], steps["successor"], strict=True):
        direct.setdefault(trust, []).append(successor)

    def last(trust: str, left: int) -> list[str]:
        if not left:
            raise ValueError(f"the mergers of {trust} come back to it")
        if trust not in direct:
            return [trust]
        return [end for following in direct[trust] for end in last(following, left - 1)]

    return {trust: sorted(set(last(trust, _MOST_MERGERS))) for trust in direct}


def build(published: PublishedFiles) -> list[NationalTable]:
    """`trusts` and `trust_catchments`; raises BadInput."""
    steps = mergers(published)
    return [_trusts(published, steps), _catchments(published, successors(steps))]


def _trusts(published: PublishedFiles, steps: pd.DataFrame) -> NationalTable:
    register = published.table(REGISTER_FILE, _REGISTER_COLUMNS[:12], unnamed=_REGISTER_COLUMNS)
    register = register[register["region"].str.startswith(_ENGLAND)].copy()
    for column in ("opened", "closed"):
        register[column] = _days(register[column], column)
    register["kind"] = ""
    for name in STAFF_FILES:
        staff = published.table(name, (*_STAFF_COLUMNS, "ORG_TYPE"))
        ours = staff["ORG_TYPE"].isin(_KINDS) & staff["ORG_CODE"].str.fullmatch(_TRUST)
        staff = staff[ours].rename(columns=_STAFF_COLUMNS)
        staff["kind"] = staff.pop("ORG_TYPE").map(_KINDS)
        kinds = register["trust"].map(dict(zip(staff["trust"], staff["kind"], strict=True))).fillna("")
        register["kind"] = register["kind"].where(register["kind"].ne(""), kinds)
        register = pd.concat([register, staff[~staff["trust"].isin(register["trust"])]])
    earlier = sorted(set(steps["trust"]) - set(register["trust"]))
    rows = pd.concat([register, pd.DataFrame({"trust": earlier})]).fillna("").reset_index(drop=True)
    beds = published.table(BEDS_FILE, ("org_code", "org_name"))
    names = rows["trust"].map(dict(zip(beds["org_code"], beds["org_name"], strict=True))).fillna("")
    rows["trust_name"] = rows["trust_name"].where(rows["trust_name"].ne(""), names)
    ends = successors(steps)
    day_before = {
        trust: f"{datetime.fromisoformat(on) - timedelta(days=1):%Y-%m-%d}"
        for trust, on in steps.groupby("trust")["on"].max().items()
    }
    ended = rows["trust"].map(day_before).fillna("")
    rows["closed"] = rows["closed"].where(rows["closed"].ne(""), ended)
    rows["successor"] = [" ".join(ends.get(trust, [])) for trust in rows["trust"]]
    rows["status"] = rows["closed"].eq("").map({True: "open", False: "closed"})
    double = rows["trust"].duplicated()
    if double.any():
        raise refused(REGISTER_FILE, f"{rows.loc[double, 'trust'].iloc[0]} a second time", "each trust once")
    lost = rows[rows["closed"].ne("") & rows["successor"].eq("")]
    if len(lost):
        found = f"{lost['trust'].iloc[0]} closed on {lost['closed'].iloc[0]}"
        raise refused(
            REGISTER_FILE, found, f"its successor in {MERGERS_FILE.name} or in the list of successors"
        )
    systems = published.table(SYSTEMS_FILE, ("Code", "ICB Code"))
    of_system = dict(zip(systems["Code"], systems["ICB Code"], strict=True))
    rows["icb_2024"] = [
        of_system.get(trust, icb) for trust, icb in zip(rows["trust"], rows["icb_2024"], strict=True)
    ]
    rows["icb_2026"] = _boards_of_2026(published, rows)
    rows["source_id"] = ODS
    origins = (
        Origin(
            REGISTER_FILE, ODS, "2024-11", note="NHS trusts; care trusts and closed ones by the files below"
        ),
        Origin(
            SUCCESSORS_FILE, ODS, "2022-04", note=f"mergers since are in {MERGERS_FILE.name} with evidence"
        ),
        Origin(SYSTEMS_FILE, ODS, "2024", note="integrated care board up to March 2026"),
        Origin(
            MAP_FILE, PRACTICES, "2026-07", note="board since April 2026: that of practices near the trust"
        ),
        *(
            Origin(name, "nhs_england_sickness_absence", name[-11:-4], note="kinds and names")
            for name in STAFF_FILES
        ),
        Origin(BEDS_FILE, "nhs_england_kh03", "2025-03", note="names of trusts that closed before 2024"),
    )
    return NationalTable("trusts", rows[list(_COLUMNS)], origins, ("trust",))


def _days(cells: pd.Series, column: str) -> pd.Series:
    wrong = ~cells.str.fullmatch(r"(?:\d{8})?")
    if wrong.any():
        raise refused_cell(REGISTER_FILE, cells, wrong, "a day such as 20241101 or nothing", column)
    return cells.str.replace(r"(\d{4})(\d{2})(\d{2})", r"\1-\2-\3", regex=True)


def _boards_of_2026(published: PublishedFiles, trusts: pd.DataFrame) -> pd.Series:
    """The board of most practices in the postcode's district, else that of 2024 if it is still there."""
    practices = published.table(MAP_FILE, ("PRACTICE_POSTCODE", "ICB_CODE"), member=MAP_MEMBER)
    boards = set(practices["ICB_CODE"])
    found = trusts["icb_2024"].where(trusts["icb_2024"].isin(boards), "")
    for pattern in (r"^([A-Z]+)", r"^(\S+)\s"):
        near = practices.assign(near=practices["PRACTICE_POSTCODE"].str.extract(pattern)[0])
        counts = near.groupby(["near", "ICB_CODE"]).size().reset_index(name="practices")
        counts = counts.sort_values(["practices", "ICB_CODE"], ascending=[False, True], kind="stable")
        most = counts.drop_duplicates("near").set_index("near")["ICB_CODE"]
        there = trusts["postcode"].str.extract(pattern)[0].map(most)
        found = there.where(there.notna(), found)
    return found.where(trusts["status"].eq("open"), "")


def _catchments(published: PublishedFiles, ends: dict[str, list[str]]) -> NationalTable:
    """Share of a trust's admissions by authority; trusts that merged weighted by their occupied beds."""
    share = "proportion_trust_came_from_ltla"
    rows = published.table(CATCHMENTS_FILE, ("nhs_trust22_code", "ltla21_code", share), (share,))
    wrong = ~rows[share].between(0, 1)
    if wrong.any():
        raise refused_cell(CATCHMENTS_FILE, rows[share], wrong, "a share from 0 to 1", share)
    whole = rows.groupby("nhs_trust22_code")[share].sum()
    off = float((whole - 1).abs().max())
    proof = proved(CATCHMENTS_FILE, f"largest distance from 1 of {len(whole)} trusts' shares", off, 0, 1e-6)
    authority = authority_codes(published).mapped(CATCHMENTS_FILE, "ltla21_code", rows["ltla21_code"])
    today = rows["nhs_trust22_code"].map(lambda trust: ends.get(trust, [trust]))
    several = today.map(len).gt(1)
    if several.any():
        trusts = rows["nhs_trust22_code"]
        raise refused_cell(CATCHMENTS_FILE, trusts, several, "a trust with one successor", "nhs_trust22_code")
    rows = pd.DataFrame(
        {
            "was": rows["nhs_trust22_code"],
            "trust": today.str[0],
            "authority": authority,
            "share": rows[share],
        }
    )
    shares, parts = merged_shares(rows, _occupied_beds(published))
    table = shares[shares["share_of_trust"].gt(0)].assign(source_id=OHID)
    now = len(set(rows["trust"]))
    note = (
        f"{len(whole)} trusts of 2022 are {now} of today, merged ones weighted by occupied general and acute "
        f"beds of {_CATCHMENT_YEAR}: {', '.join(parts)}; all admissions, no split by kind"
    )
    origins = (
        Origin(CATCHMENTS_FILE, OHID, "2022", proof, note),
        Origin(BEDS_FILE, "nhs_england_kh03", _CATCHMENT_YEAR, note="weights of merged trusts alone"),
    )
    return NationalTable("trust_catchments", table, origins, ("trust", "authority"))


def merged_shares(rows: pd.DataFrame, beds: Mapping[str, float]) -> tuple[pd.DataFrame, list[str]]:
    """Shares of trusts of today by authority, and the trusts that were merged into one, weighted by beds.

    rows: was, trust, authority, share, the last adding up to 1 by `was`. The shares of each trust of today
    add up to 1. Raises BadInput where a trust that merged has no beds.
    """
    of_today = rows.groupby("trust")["was"].transform("nunique")
    parts = sorted(set(rows.loc[of_today.gt(1), "was"]))
    for trust in parts:
        if not beds.get(trust, 0) > 0:
            raise refused(BEDS_FILE, f"no occupied beds of {trust}", "those of each trust that merged")
    weight = rows["was"].map({trust: beds[trust] for trust in parts}).fillna(1.0)
    added = (rows["share"] * weight).groupby([rows["trust"], rows["authority"]]).sum()
    shares = added / added.groupby("trust").transform("sum")
    return shares.rename("share_of_trust").reset_index(), parts


def _occupied_beds(published: PublishedFiles) -> dict[str, float]:
    occupied = "kh03_occ_ga_avg_beds"
    beds = published.table(BEDS_FILE, ("org_code", "financial_year", occupied), (occupied,))
    means = beds[beds["financial_year"].eq(_CATCHMENT_YEAR)].groupby("org_code")[occupied].mean()
    return {str(code): float(value) for code, value in means.items()}
