"""The page of accuracy shows what the backtest of supply measured, and says what it did not."""

from __future__ import annotations

import pandas as pd

from assets.publication.report.supply_shown import supply
from tests.shipped import DATA


def test_a_row_a_case_with_each_method_s_errors_and_what_is_not_measured_named() -> None:
    frame = pd.read_csv(DATA / "supply_backtest.csv", dtype={"origin": "str", "target": "str"})
    (block,) = supply({"supply_backtest": frame})
    assert [row[:4] for row in block["rows"]] == [
        ["Trusts of June 2018", "2018-06", "2024/25", "All"],
        ["All staff of each trust of England", "2024-04", "2025-03", "All"],
        ["All staff of each trust of England", "2024-09", "2025-03", "All"],
    ]
    at = {heading["words"]: number for number, heading in enumerate(block["headings"])}
    assert all(len(row) == len(at) for row in block["rows"])
    by_measure = frame[frame["origin"] == "2024-09"].set_index(["method", "measure"])["value"]
    last = block["rows"][-1]
    assert last[at["own trend: median error, %"]] == f"{by_measure['linear_trend', 'medape']:,.1f}"
    assert last[at["In the 80 % interval, %"]] == f"{by_measure['placecast', 'coverage_80']:,.1f}"
    assert block["rows"][1][at["own trend: mean error, %"]] == "not measured"
    assert "general practice" in block["says"]
    assert supply({}) == supply({"supply_backtest": frame.head(0)}) == []
