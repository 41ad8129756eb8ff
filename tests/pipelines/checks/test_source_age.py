"""A source whose next release was due is a warning people see, and no number rests on what day it is."""

from __future__ import annotations

from datetime import date

import dagster as dg
import pandas as pd
import pytest

from assets.inputs.source_freshness import AWAITED, NO_RHYTHM, PAST_DUE, month_findings, past_due, state
from pipelines.__main__ import main
from pipelines.checks import source_age
from pipelines.definitions import build_definitions

FRAME = pd.DataFrame(
    {
        "source_id": ["late", "later", "fine", "plans"],
        "released": ["2025-07", "2024-11", "2026-01", None],
        "rhythm_months": [12.0, 12.0, 12.0, None],
        "next_release": ["2026-07", "2025-11", "2027-01", None],
        "newer_release": ["mid-2025", "2024/25", "next", "a plan"],
        "note": [None] * 4,
    }
)

DEFS = build_definitions()


def test_a_source_is_past_due_once_the_month_of_its_next_release_has_gone_by() -> None:
    assert state("2026-07", date(2026, 7, 31)) == AWAITED
    assert state("2026-07", date(2026, 8, 1)) == PAST_DUE
    assert state(None, date(2026, 8, 1)) == NO_RHYTHM
    assert past_due(FRAME, date(2026, 11, 22))["source_id"].tolist() == ["later", "late"]


def test_the_warning_names_what_is_due_and_stops_nothing() -> None:
    result = source_age.no_newer_release_is_out(FRAME)
    assert isinstance(result, dg.AssetCheckResult)
    assert result.severity == dg.AssetCheckSeverity.WARN
    assert "2024/25, expected 2025-11" in (result.description or "")
    key = next(iter(source_age.no_newer_release_is_out.check_keys))
    assert key in DEFS.resolve_asset_graph().asset_check_keys
    assert key not in DEFS.resolve_job_def("refresh").asset_layer.asset_graph.asset_check_keys


def test_an_input_warns_after_its_publishers_rhythm() -> None:
    specs = {spec.key.path[-1]: spec for spec in DEFS.resolve_all_asset_specs()}
    assert specs["net_additional_dwellings"].freshness_policy is not None
    assert specs["places"].freshness_policy is None


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [("next_release", "July 2026", "a month such as 2026-07"), ("next_release", "2025-07", "after 2025-07")],
)
def test_a_month_that_is_none_or_comes_too_early_is_refused(column: str, value: str, words: str) -> None:
    wrong = FRAME.head(1).assign(**{column: value})
    assert any(words in str(finding) for finding in month_findings(wrong))
    assert month_findings(FRAME) == []


def test_inputs_status_says_what_would_replace_each_source(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inputs-status"]) == 0
    screen = " ".join(capsys.readouterr().out.split())
    for words in ("Live Table 122 with", "past due", "up to date", "no rhythm", "source_freshness.csv"):
        assert words in screen, words
