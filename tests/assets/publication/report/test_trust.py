"""How far to trust a release: who and what each line of the trials on the past is of."""

from __future__ import annotations

import pandas as pd

from assets.publication.report.trust import accuracy, weaknesses


def test_all_says_all_of_what_in_the_column_it_stands_in() -> None:
    columns = ["subject", "measure", "model", "horizon", "wape", "bias", "coverage_80", "relative_mase"]
    rows = [
        ["all", "all", "selected", "1-3 months", 0.05, 0.0, 0.8, 0.9],
        ["RC9", "ae_attendances", "selected", "1-3 months", 0.05, 0.0, 0.8, 0.9],
    ]
    [_, monthly] = accuracy(
        {"forecast_accuracy": pd.DataFrame(rows, columns=columns)}, {"RC9": "Bedfordshire"}
    )
    assert [row[:3] for row in monthly["rows"]] == [
        ["All trusts", "All activity", "selected"],
        ["Bedfordshire", "A&E attendances", "selected"],
    ]


def test_weaknesses_are_shown_by_page_in_the_order_of_the_table() -> None:
    rows = [
        ("workforce", "Gap", "It is wide.", "Trusts."),
        ("trajectory_files", "Years", "Bare years.", "Councils."),
        ("workforce", "Norms", "They are assumed.", "Everyone."),
    ]
    table = pd.DataFrame(rows, columns=["page", "topic", "weakness", "effect"])
    assert weaknesses({"weaknesses": table}) == [
        ("Workforce", [("Gap", "It is wide.", "Trusts."), ("Norms", "They are assumed.", "Everyone.")]),
        ("Trajectory files", [("Years", "Bare years.", "Councils.")]),
    ]
    assert weaknesses({}) == []
