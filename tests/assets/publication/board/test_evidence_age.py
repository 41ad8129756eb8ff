"""How old the evidence is: which inputs count, how old each is, and what one line says of them."""

from __future__ import annotations

import pandas as pd
import pytest

from assets.publication.board.evidence_age import (
    BEHIND,
    BUILDINGS,
    PEOPLE,
    SERVICES,
    STAFF,
    dated_evidence,
    in_one_line,
    overdue_at,
)
from assets.stages import STAGES, assets_of
from tests.shipped import DATA

HEADLINES = {
    PEOPLE: ("population", "households"),
    SERVICES: ("demand", "provider_demand"),
    STAFF: ("workforce", "provider_workforce", "workforce_shortage"),
    BUILDINGS: ("estates", "provider_estates", "capacity_breach", "local_estates"),
}


def tables() -> dict[str, pd.DataFrame]:
    inputs = [
        ("A", "past_components_of_change", "components", "2018"),
        ("B", "past_components_of_change", "components", "2018"),
        ("A", "ae_attendances_monthly", "ae", "2026-05"),
        ("B", "ae_attendances_monthly", "ae", "2025-04"),
        ("A", "official_projections", "snpp", "1999-based"),
        ("A", "net_additional_dwellings", None, None),
        ("A", "system_totals", "placecast", "2001/02"),
    ]
    return {
        "area_inputs": pd.DataFrame(inputs, columns=["unit", "input", "source_id", "vintage"]),
        "input_files": pd.DataFrame(
            [
                ("net_additional_dwellings", "homes"),
                ("ae_attendances_monthly", "ae"),
                ("national_fertility", "unknown"),
                (None, "homes"),
            ],
            columns=["table", "source_id"],
        ),
        "sources": pd.DataFrame(
            {"id": ["components", "ae", "homes"], "title": ["Components", "A&E", "Homes"]}
        ),
        "source_freshness": pd.DataFrame(
            {
                "source_id": ["homes", "ae", "plans"],
                "released": ["2024-11", "2026-06", None],
                "next_release": ["2025-11", "2026-07", None],
            }
        ),
    }


def test_an_inputs_own_vintage_counts_before_its_sources_month() -> None:
    assert [(one.table, one.as_of, one.year, one.source) for one in dated_evidence(tables())] == [
        ("past_components_of_change", "2018", 2018, "Components"),
        ("net_additional_dwellings", "2024-11", 2024, "Homes"),
        ("ae_attendances_monthly", "2025-04", 2025, "A&E"),
        ("ae_attendances_monthly", "2026-05", 2026, "A&E"),
    ]


def test_one_line_names_the_newest_the_oldest_that_matters_and_what_it_is() -> None:
    assert in_one_line(dated_evidence(tables())) == "newest 2026, oldest that matters 2018 (Components)"
    assert in_one_line([]) == ""
    assert dated_evidence({}) == []


def test_a_month_late_is_a_month_that_has_gone_by() -> None:
    assert overdue_at(tables(), "2026-07") == (1, 2)
    assert overdue_at(tables(), "2026-08") == (2, 2)
    assert overdue_at({}, "2026-08") == (0, 0)


@pytest.fixture(scope="module")
def upstream() -> dict[str, set[str]]:
    """Every table with all tables before it."""
    before = {
        key.path[-1]: {dep.asset_key.path[-1] for dep in asset.get_asset_spec(key).deps}
        for asset in assets_of(STAGES)
        for key in asset.keys
    }

    def all_before(name: str, seen: set[str]) -> set[str]:
        for one in before.get(name, set()) - seen:
            seen.add(one)
            all_before(one, seen)
        return seen

    return {name: all_before(name, set()) for name in before}


def test_what_each_input_is_used_for_is_what_the_asset_graph_says(upstream: dict[str, set[str]]) -> None:
    for table, told in BEHIND.items():
        reached = tuple(
            headline for headline, made in HEADLINES.items() if any(table in upstream[one] for one in made)
        )
        assert told == ((PEOPLE,) if PEOPLE in reached else reached), table


def test_no_dated_input_behind_a_headline_is_left_out(upstream: dict[str, set[str]]) -> None:
    """Of the default area: inputs with a vintage, and those of a source with a month of publication."""
    inputs = pd.read_csv(DATA / "area_inputs.csv")
    months = pd.read_csv(DATA / "source_freshness.csv").dropna(subset="released")
    dated = set(inputs.dropna(subset="vintage")["input"])
    for path in DATA.glob("*.csv"):
        rows = pd.read_csv(path, dtype=str)
        if "source_id" in rows and set(rows["source_id"].dropna()) <= set(months["source_id"]):
            dated |= {path.stem} if len(rows) else set()
    behind = set().union(*(upstream[one] for made in HEADLINES.values() for one in made))
    assert len(dated & behind) > 20
    assert dated & behind <= set(BEHIND)
