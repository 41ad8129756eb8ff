"""What a reader waits for: the report's size, its first view and all its charts in headless Chromium.

`python -m benchmarks.speed.report_speed [RELEASE_FOLDER]`, without it `outputs/current`; PLACECAST_CHROMIUM
names a browser other than /usr/bin/chromium. Prints the median of some openings at a desktop's and a
phone's width.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

OPENINGS = 5
WIDTHS = (1280, 390)
PATIENCE = 120_000
_FIRST = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"


def main(release: Path) -> None:
    """Open the report of a release and print what it took."""
    report = release / "report.html"
    print(f"{report}: {report.stat().st_size / 1e6:.2f} MB (at most 5)")
    chromium = os.environ.get("PLACECAST_CHROMIUM") or "/usr/bin/chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for width in WIDTHS:
            first, whole = [], []
            for _ in range(OPENINGS):
                page = browser.new_page(viewport={"width": width, "height": 900})
                started = time.monotonic()
                page.goto(report.resolve().as_uri())
                page.wait_for_selector("body[data-ready=yes]", timeout=PATIENCE)
                whole.append(time.monotonic() - started)
                first.append(float(page.evaluate(_FIRST)) / 1000)
                page.close()
            print(
                f"{width:>5} px: first view {statistics.median(first):.2f} s "
                f"(at most 2; worst {max(first):.2f}), every chart drawn {statistics.median(whole):.2f} s"
            )
        browser.close()


if __name__ == "__main__":
    root = Path(__file__).resolve().parents[2]
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else root / "outputs" / "current")
