"""The numbers a release is first judged by are one row each, and of the scenario that was asked for."""

from __future__ import annotations

import pandas as pd
import pytest

from assets.publication.headlines import HEADLINES, first_full, headline_rows
from assets.tables.declarations import TABLES


@pytest.mark.parametrize("headline", HEADLINES, ids=lambda headline: headline.name)
def test_a_headline_names_columns_and_values_its_table_declares(headline) -> None:
    table = TABLES[headline.table]
    columns = {column.name: column for column in table.columns}
    for column, value in headline.where.items():
        assert columns[column].allowed is None or value in columns[column].allowed
    assert {"scenario", "place", "year"} <= set(table.keys)


def population(**changes: object) -> pd.DataFrame:
    row = {"scenario": "local_plan", "place": "E06000032", "year": 2030, "sex": "persons", "age_band": "all"}
    return pd.DataFrame([{**row, "principal": 1.0, "p10": 0.5, "p50": 1.0, "p90": 2.0, **changes}])


def test_rows_of_other_scenarios_years_and_bands_stay_out() -> None:
    tables = {
        "population": pd.concat(
            [
                population(),
                population(scenario="trend"),
                population(year=2031),
                population(age_band="65+"),
            ]
        )
    }
    rows = headline_rows(tables)
    assert rows[["headline", "place", "year", "unit", "principal"]].to_dict("records") == [
        {"headline": "population", "place": "E06000032", "year": 2030, "unit": "persons", "principal": 1.0}
    ]


def test_two_rows_for_one_number_are_refused() -> None:
    with pytest.raises(ValueError, match="more than one row"):
        headline_rows({"population": pd.concat([population(), population(principal=2.0)])})


def test_a_building_is_full_when_half_the_draws_need_more_than_exists() -> None:
    shares = {2025: 0.05, 2026: 0.2, 2027: 0.5, 2028: 0.4, 2029: 0.8}
    breach = pd.DataFrame(
        [
            {
                "scenario": "local_plan",
                "area": "RC9",
                "area_kind": "provider",
                "facility": "theatres",
                "year": year,
                "probability": share,
            }
            for year, share in shares.items()
        ]
    )
    row = first_full(breach).iloc[0]
    assert (row["early"], row["central"]) == (2026, 2027)
    assert pd.isna(row["late"])
