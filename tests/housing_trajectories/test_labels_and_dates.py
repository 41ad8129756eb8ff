"""Year headings and dates in the forms councils write them."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from housing_trajectories.headings.column_names import field_of
from housing_trajectories.headings.year_labels import is_built_before, year_label
from housing_trajectories.rows.cell_values import amount, read_date


@pytest.mark.parametrize(
    "label",
    [
        "2024/25",
        "2024-25",
        "24/25",
        "2024/2025",
        "FY2024/25",
        "FY25",
        "2024_25",
        "2024–25",
        "2024 / 25",
        "202425",
        "Apr 24 - Mar 25",
        "1 April 2024 – 31 March 2025",
        "31/03/2025",
        "Year ending March 2025",
        "y/e 2025",
        "Year 1 (2024/25)",
        "2024/25 (net)",
        "Phasing 2024/25",
        "'24/25",
        "2024-5",
        datetime(2025, 3, 31),
    ],
)
def test_a_financial_year_is_known_in_any_usual_form(label: object) -> None:
    found = year_label(label)
    assert found is not None
    assert (found.kind, found.first, found.last) == ("financial", 2024, 2024)


@pytest.mark.parametrize(
    ("label", "kind", "first", "last"),
    [
        ("2025", "bare", 2025, 2025),
        (2025.0, "bare", 2025, 2025),
        ("mid-2025", "mid-year", 2025, 2025),
        ("Calendar year 2025", "calendar", 2025, 2025),
        ("2030-35", "band", 2030, 2034),
        ("2030/31 - 2034/35", "band", 2030, 2034),
        ("2040/41 onwards", "beyond", 2040, 2040),
        ("Years 1-5", "relative", 1, 5),
    ],
)
def test_other_labels_say_what_they_are(label: object, kind: str, first: int, last: int) -> None:
    found = year_label(label)
    assert found is not None
    assert (found.kind, found.first, found.last) == (kind, first, last)


@pytest.mark.parametrize(
    "label", ["Total 2024-40", "50-60", "20/01234/OUT", "Capacity", "", None, "Plan 2015-2035"]
)
def test_what_is_no_year_is_not_taken_for_one(label: object) -> None:
    assert year_label(label) is None


@pytest.mark.parametrize(
    "label", ["Completions to 31 March 2024", "Built before 2024", "Net completions 2011/12 - 2023/24"]
)
def test_homes_built_before_are_no_year(label: str) -> None:
    assert is_built_before(label)
    assert year_label(label) is None


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-31",
        "31/03/2024",
        "31.03.2024",
        "31-03-24",
        "31 March 2024",
        "31st March 2024",
        "31 Mar 24",
        "31-Mar-24",
        "March 31, 2024",
        "2024/03/31",
        "20240331",
        "Sunday 31 March 2024",
        "2024-03-31T00:00:00",
        "31/03/2024 00:00",
        "03/31/2024",
        "45382",
        45382,
        datetime(2024, 3, 31),
        "31Mar2024",
        "2024-Mar-31",
        "31 of March 2024",
    ],
)
def test_a_date_is_read_in_any_usual_form(text: object) -> None:
    assert read_date(text).value == date(2024, 3, 31)


@pytest.mark.parametrize(
    "cell", ["forty", "5; 6", "12,5", "£5", "50%", "1e999", "inf", True, 45748, "=A1+1", "10 gross"]
)
def test_what_is_no_number_is_never_0(cell: object) -> None:
    found = amount(cell)
    assert found.state == "unreadable"
    assert found.severity == "error"
    assert found.value != found.value


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("MINHOMES", "capacity_low"),
        ("SHLAA_REF", "site_reference"),
        ("NetDwellingsRangeForm", "capacity_low"),
        ("netdwellin", "capacity_low"),
        ("netdwell_1", "capacity_high"),
        ("SiteReference\t", "site_reference"),
        ("sitenamead", "site_name"),
        ("planningst", "planning_status"),
        ("PlaningStatus", "planning_status"),
    ],
)
def test_misnamed_headings_are_known_and_said(heading: str, field: str) -> None:
    found = field_of(heading)
    assert found is not None
    assert found.field == field
    assert found.how
