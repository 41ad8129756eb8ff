"""The report of a release opened in a real browser, for the tests that read it there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

CHROMIUM = os.environ.get("PLACECAST_CHROMIUM") or "/usr/bin/chromium"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DRAWN = "body[data-ready=yes]"
PATIENCE = 90_000


class Page:
    """The report as a reader has it open, and what it did that it must not do."""

    def __init__(self, browser: Any, folder: Path, width: int = 1280) -> None:
        self.page = browser.new_page(viewport={"width": width, "height": 900})
        self.asked: list[str] = []
        self.wrong: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.wrong.append(dialog.message), dialog.dismiss()))
        self.page.goto((folder / "report.html").as_uri())
        self.page.wait_for_selector(DRAWN, timeout=PATIENCE)

    def choose(self, control: str, value: str) -> None:
        self.page.select_option(f"#{control}", value)
        self.page.wait_for_selector(DRAWN, timeout=PATIENCE)

    def settle(self, figure: str) -> None:
        self.page.locator(f"#figure-{figure}").scroll_into_view_if_needed()
        self.page.wait_for_selector(f"#figure-{figure}[data-drawn=yes]", timeout=PATIENCE)

    def rows(self, figure: str) -> list[list[str]]:
        """The table of a figure, its heading row first."""
        self.settle(figure)
        script = "table => [...table.rows].map(row => [...row.cells].map(cell => cell.textContent))"
        found: list[list[str]] = self.page.locator(f"#figure-{figure} table").evaluate(script)
        return found
