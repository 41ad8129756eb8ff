"""A source whose next release was due is a warning in the report, on the day it is read and not made."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from assets.inputs.settings import RunSettings
from assets.publication.release_stage import publish
from assets.publication.report.chart_library import keep, kept_at
from assets.publication.report.report_data import awaited
from tests.assets.publication.made_releases import SCRIPT, documents, tables
from tests.journeys.report_page import ARGUMENTS, CHROMIUM

FRESHNESS = pd.DataFrame(
    {
        "source_id": ["ons", "plans"],
        "released": ["2025-07", None],
        "rhythm_months": [12, None],
        "next_release": ["2026-07", None],
        "newer_release": [f"mid-2025 {SCRIPT}", "a plan"],
        "note": [None, None],
    }
)


def test_only_sources_with_a_month_are_awaited() -> None:
    [found] = awaited({**tables(), "source_freshness": FRESHNESS})
    assert (found["month"], found["title"]) == ("2026-07", f"Estimates {SCRIPT}")
    assert awaited(tables()) == []


@pytest.fixture
def report(tmp_path: Path) -> str:
    keep("window.vegaEmbed = null;", kept_at(tmp_path))
    release = publish(
        {**tables(), "source_freshness": FRESHNESS},
        RunSettings(outputs_directory=str(tmp_path), code_version="abc"),
        run_id="run",
        checks=[],
        documents=documents(),
        now=datetime(2026, 6, 1, tzinfo=UTC),
    )
    return (release / "report.html").as_uri()


@pytest.fixture
def page() -> Iterator[Any]:
    if not Path(CHROMIUM).exists():
        pytest.skip("needs a Chromium (PLACECAST_CHROMIUM), which is not here")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser.new_page()
        browser.close()


def test_the_warning_comes_once_the_month_has_gone_by_and_not_before(report: str, page: Any) -> None:
    page.clock.set_fixed_time(datetime(2026, 7, 31, 12, tzinfo=UTC))
    page.goto(report)
    assert page.locator("#overdue").is_hidden()
    assert page.locator("#overdue-list").is_hidden()
    page.clock.set_fixed_time(datetime(2026, 8, 1, 12, tzinfo=UTC))
    page.goto(report)
    assert page.locator("#overdue").is_visible()
    assert "1 of 1 sources past due" in page.locator("#overdue").inner_text()
    listed = page.locator("#overdue-list")
    assert listed.locator("li").is_hidden()
    listed.locator("summary").click()
    assert f"mid-2025 {SCRIPT}, expected 2026-07" in listed.locator("li").inner_text()
