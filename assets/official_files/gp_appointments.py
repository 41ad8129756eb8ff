"""NHS England's Appointments in General Practice: counts by location, day or month, and whom they are with.

Layout: SUB_ICB_LOCATION_CODE, ICB_ONS_CODE (another one since boards were merged in April 2026),
Appointment_Date (`01DEC2021`, in the daily files) or APPOINTMENT_MONTH (`DEC2021`, in the regional ones),
APPT_STATUS, HCP_TYPE, APPT_MODE, TIME_BETWEEN_BOOK_AND_APPT, COUNT_OF_APPOINTMENTS. The file prints no total.
Files of before July 2022 have clinical commissioning groups in the place of boards, and those by practice no
board: neither is read.
"""

from __future__ import annotations

import calendar
from datetime import date, datetime

import pandas as pd

from assets.official_files.file_content import Content
from assets.official_files.official_file import OPEN_LICENCE, Known, Publication, Reading
from assets.tables.declarations import INPUT_TABLES

_ICB, _WITH, _COUNT, _STATUS = "ICB_ONS_CODE", "HCP_TYPE", "COUNT_OF_APPOINTMENTS", "APPT_STATUS"
_LOCATIONS = ("SUB_ICB_LOCATION_CODE", "SUB_ICB_LOCATION_ONS_CODE")
_DATES = ("Appointment_Date", "APPOINTMENT_MONTH")
_COLUMNS = {"gp": "gp", "other practice staff": "other_practice_staff", "unknown": "unknown"}
_STATUSES = ("attended", "dna", "unknown", "booked", "cancelled")
_A_YEAR = 12
_SOURCE = "nhs_england_gp_appointments"
_ENDS_WITHIN = 4
"""Days of no appointments that a month may start or end with: a weekend and a holiday on either side."""


def recognises(content: Content) -> bool:
    """Whether the first line has the counts, whom they are with, and the board."""
    header = {name.upper() for name in content.head[0]} if content.head else set()
    return {_ICB, _WITH, _COUNT, _STATUS} <= header


def read(content: Content, known: Known) -> Publication:
    """Appointments of our system's practices by month and whom they are with; raises BadInput."""
    reading = Reading(content, known)
    header = content.head[0]
    dated = next((name for name in _DATES if name.lower() in {cell.lower() for cell in header}), None)
    if dated is None:
        raise reading.refuse(1, None, ", ".join(header), "a column " + " or ".join(_DATES))
    at = reading.columns(header, 1, (_ICB, _WITH, _COUNT, _STATUS, dated))
    located = [number for number, name in enumerate(header) if name.upper() in _LOCATIONS]
    provider = _provider(reading)
    counts: dict[str, dict[str, int]] = {}
    days: dict[str, set[date]] = {}
    statuses: dict[str, int] = {}
    outcomes: dict[str, dict[str, int]] = {}
    others: set[str] = set()
    for number, cells in content.lines():
        if number == 1 or not any(cells):
            continue
        if len(cells) != len(header):
            reading.wrong(number, None, f"{len(cells)} cells", f"{len(header)} cells, one per column")
            continue
        ours = cells[at[_ICB]].upper() == known.system
        if not ours and not any(cells[number].upper() in known.sub_boards for number in located):
            others.add(cells[at[_ICB]])
            continue
        column = _COLUMNS.get(cells[at[_WITH]].lower())
        status = cells[at[_STATUS]].lower()
        if column is None:
            reading.wrong(number, _WITH, cells[at[_WITH]], "GP, Other Practice staff or Unknown")
        if status not in _STATUSES:
            reading.wrong(number, _STATUS, cells[at[_STATUS]], "Attended, DNA or Unknown")
        day = _day(reading, number, dated, cells[at[dated]])
        count = reading.whole(number, _COUNT, cells[at[_COUNT]])
        if column is None or day is None:
            continue
        month = f"{day:%Y-%m}"
        by = counts.setdefault(month, dict.fromkeys(_COLUMNS.values(), 0))
        by[column] += count
        days.setdefault(month, set()).add(day)
        statuses[status] = statuses.get(status, 0) + count
        outcome = outcomes.setdefault(month, {})
        outcome[status] = outcome.get(status, 0) + count
    reading.stop_if_wrong()
    if not counts:
        raise reading.refuse(
            None,
            _ICB,
            "none of our system",
            ", ".join(["rows of " + known.system, *sorted(known.sub_boards)]),
        )
    if dated == _DATES[0]:
        _whole_months(reading, days)
    reading.proofs.append(
        "not proved: the file prints no total; every cell of ours was read as a whole number"
    )
    reading.unused.append(f"{len(others)} other boards")
    reading.unused.append(
        "status, all counted: " + ", ".join(f"{name} {count:,}" for name, count in sorted(statuses.items()))
    )
    used = {name.lower() for name in (_ICB, _WITH, _COUNT, _STATUS, dated)}
    reading.unused += [f"column {name}" for name in header if name.lower() not in used]
    rows = [(provider, month, *by.values()) for month, by in sorted(counts.items())]
    tables = {
        "gp_appointments_monthly": pd.DataFrame(
            rows, columns=INPUT_TABLES["gp_appointments_monthly"].column_names
        )
    }
    if max(counts) >= known.renews_from:
        months = [month for month in sorted(counts)[-_A_YEAR:] if month >= known.renews_from]
        tables["assumptions"] = _renewed(months, counts, outcomes)
    return Publication(
        publisher="NHS England",
        title="Appointments in General Practice",
        edition=f"{min(counts)} to {max(counts)}",
        tables=tables,
        proofs=tuple(reading.proofs),
        unused=tuple(reading.unused),
        source={
            "id": _SOURCE,
            "title": "Appointments in General Practice",
            "publisher": "NHS England",
            "series": "appointments by month, by whom they are with",
            "release": max(counts),
            "licence": OPEN_LICENCE,
            "coverage": f"{known.system}, {min(counts)} to {max(counts)}",
            "note": "Counts what practice systems record.",
        },
    )


def _renewed(
    months: list[str], counts: dict[str, dict[str, int]], outcomes: dict[str, dict[str, int]]
) -> pd.DataFrame:
    """What GPs deliver of all appointments, and how many are missed, as rows of `assumptions`.

    Both are of the months together. Appointments whose outcome is not known are counted as kept.
    """
    by_gps = sum(counts[month]["gp"] for month in months)
    appointments = sum(sum(counts[month].values()) for month in months)
    missed = sum(outcomes[month].get("dna", 0) for month in months)
    past = sum(outcomes[month].get(name, 0) for month in months for name in ("attended", "dna", "unknown"))
    told = months[0] if len(months) == 1 else f"{months[0]} to {months[-1]}"
    shares = {
        "estates.gp_share_of_appointments": (100 * by_gps / appointments, 1, "% of appointments with a GP"),
        "estates.gp_not_attended": (missed / past, 4, "missed an appointment"),
    }
    concerns = {
        "estates.gp_share_of_appointments": "gp_consulting_rooms",
        "estates.gp_not_attended": "gp_consulting_rooms gp_treatment_rooms",
    }
    return pd.DataFrame(
        [
            {
                "id": name,
                "value": round(value, places),
                "low": None,
                "high": None,
                "unit": unit,
                "source_id": _SOURCE,
                "evidence_grade": "A",
                "tables": "estates",
                "concerns": concerns[name],
                "note": f"All recorded appointments of the system; {told}",
            }
            for name, (value, places, unit) in shares.items()
        ]
    )


def _provider(reading: Reading) -> str:
    systems = [code for code, kind in reading.known.providers.items() if kind == "system"]
    if len(systems) != 1:
        raise reading.refuse(None, None, f"{len(systems)} providers of kind system", "one in providers.csv")
    return systems[0]


def _day(reading: Reading, row: int, column: str, text: str) -> date | None:
    days = ("%d%b%Y", "%Y-%m-%d", "%d/%m/%Y")
    for pattern in days if column == _DATES[0] else (*days, "%b%Y", "%Y-%m", "%b-%y", "%B %Y"):
        try:
            return datetime.strptime(text, pattern).date()
        except ValueError:
            continue
    reading.wrong(row, column, text, "a day such as 01DEC2021, or a month such as DEC2021 in a regional file")
    return None


def _whole_months(reading: Reading, days: dict[str, set[date]]) -> None:
    """A daily file that was cut off would show a month with fewer appointments, and nothing wrong in it."""
    for month, there in days.items():
        last = calendar.monthrange(min(there).year, min(there).month)[1]
        if min(there).day > 1 + _ENDS_WITHIN or max(there).day < last - _ENDS_WITHIN:
            reading.wrong(
                None,
                _DATES[0],
                f"{month} from day {min(there).day} to day {max(there).day}",
                f"the whole month to day {last}",
            )
    reading.stop_if_wrong()
