"""Staff in post by trust, group and month: of files in the published layout, of trusts' totals, and of 2018.

Each reader gives rows of trust, staff_group, month and fte, trusts that merged under the one they are today.
Which forecasts are made of them, and how far they were out, belongs elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path

import pandas as pd

from assets.england.national_tables import england_table
from assets.official_files.staff_layouts.staff_months import DATE_FORMATS
from benchmarks.shipped import DATA
from housing_trajectories.findings import BadInput, Finding

ALL = "all"
COLUMNS = ["trust", "staff_group", "month", "fte"]
PUBLISHED = ("date", "org code", "staff group", "data type", "total")
_TOTALS = ("all staff groups", "total")
"""Published groups that hold everyone; the first that a trust and month has is taken."""
_TRUST_KINDS = ("Acute", "Mental Health", "Community Provider Trust", "Ambulance")
_MOST_FINDINGS = 5


def successors() -> dict[str, str]:
    """The trust that each closed one became part of; one that was divided has none."""
    trusts = england_table("trusts")
    closed = trusts[trusts["status"] == "closed"]
    nexts = {
        str(trust): str(successor)
        for trust, successor in zip(closed["trust"], closed["successor"], strict=True)
        if len(str(successor).split()) == 1
    }

    def last(trust: str) -> str:
        while trust in nexts:
            trust = nexts[trust]
        return trust

    return {trust: last(trust) for trust in nexts}


def merged(rows: pd.DataFrame, became: Mapping[str, str]) -> pd.DataFrame:
    """The rows with staff of trusts that merged added up, for all months alike."""
    today = rows.assign(trust=rows["trust"].replace(dict(became)))
    return today.groupby(COLUMNS[:-1], as_index=False)["fte"].sum()


def trust_totals() -> pd.DataFrame:
    """All staff of every trust of England by month of 2024/25: FTE days available over days of the month."""
    months = england_table("trust_staff")
    months = months[months["kind"].isin(_TRUST_KINDS)].rename(columns={"mean_fte": "fte"})
    rows = months.assign(staff_group=ALL, month=pd.PeriodIndex(months["month"], freq="M"))[COLUMNS]
    return merged(rows, successors())


def of_june_2018(path: Path) -> pd.DataFrame:
    """Staff of a table of month, provider, staff_group and fte, groups as published, and of everyone."""
    table = pd.read_csv(path)
    month = [datetime.strptime(text.title(), "%Y-%b").date() for text in table["month"]]
    rows = table.rename(columns={"provider": "trust"}).assign(month=pd.PeriodIndex(month, freq="M"))
    everyone = rows.assign(staff_group=ALL)
    groups = _modelled()
    own = rows.assign(staff_group=rows["staff_group"].str.lower().map(groups))
    own = own.dropna(subset=["staff_group"])
    return merged(pd.concat([own[COLUMNS], everyone[COLUMNS]]), successors())


def published(paths: Iterable[Path]) -> pd.DataFrame:
    """FTE of CSV files of NHS Workforce Statistics by staff group and organisation, all months of all files.

    Raises BadInput with file, row and column where a file has other columns, a date or number that cannot be
    read, a group that published_staff_groups.csv lacks, or a cell that stands twice.
    """
    groups, known = _modelled(), set(_published_groups()["published_staff_group"].str.lower())
    findings: list[Finding] = []
    cells: dict[tuple[str, str, date], tuple[float, str]] = {}
    for path in paths:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        frame.columns = frame.columns.str.strip().str.lower()
        missing = [name for name in PUBLISHED if name not in frame]
        if missing:
            findings.append(Finding(path.name, 1, None, "no " + ", ".join(missing), ", ".join(PUBLISHED)))
            continue
        rows = frame[frame["data type"].str.strip().str.upper() == "FTE"]
        for number, *row in rows[list(PUBLISHED)].itertuples(name=None):
            when, trust, group, _, total = (cell.strip() for cell in row)
            line, month, fte = int(number) + 2, _month(when), _number(total)
            if month is None:
                findings.append(Finding(path.name, line, "Date", when, "a date such as 2025-03-31"))
            if fte is None:
                findings.append(Finding(path.name, line, "Total", total, "a number of at least 0"))
            if group.lower() not in known:
                expected = "a staff group of published_staff_groups.csv"
                findings.append(Finding(path.name, line, "Staff Group", group, expected))
            if month is None or fte is None:
                continue
            key = (trust.upper(), group.lower(), month)
            if key in cells and cells[key] != (fte, path.name):
                expected = f"once a month: {cells[key][1]} has {cells[key][0]:g}"
                findings.append(Finding(path.name, line, "Total", f"{group} of {trust} again", expected))
            cells[key] = (fte, path.name)
    if findings:
        raise BadInput(findings[:_MOST_FINDINGS])
    rows = pd.DataFrame([(*key, fte) for key, (fte, _) in cells.items()], columns=COLUMNS)
    rows["month"] = pd.PeriodIndex(rows["month"], freq="M")
    whole = rows[rows["staff_group"].isin(_TOTALS)].sort_values("staff_group")
    whole = whole.drop_duplicates(["trust", "month"]).assign(staff_group=ALL)
    own = rows.assign(staff_group=rows["staff_group"].map(groups)).dropna(subset=["staff_group"])
    return merged(pd.concat([own, whole]), successors())


def _published_groups() -> pd.DataFrame:
    table = pd.read_csv(DATA / "published_staff_groups.csv")
    return table[table["publication"] == "nhs_workforce_statistics"]


def _modelled() -> dict[str, str]:
    """Staff group of the model by published name in lower case."""
    table = _published_groups()
    table = table[table["kind"] == "modelled"]
    return dict(zip(table["published_staff_group"].str.lower(), table["staff_group"], strict=True))


def _month(text: str) -> date | None:
    for pattern in DATE_FORMATS:
        try:
            return datetime.strptime(text, pattern).date().replace(day=1)
        except ValueError:
            continue
    return None


def _number(text: str) -> float | None:
    try:
        value = float(text.replace(",", ""))
    except ValueError:
        return None
    return value if 0 <= value < float("inf") else None
