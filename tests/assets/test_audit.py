"""A release in which something does not add up, is empty or is out of order is not published."""

from __future__ import annotations

import pandas as pd
import pytest

from assets.publication.audit import audit, principal_outside

SYSTEM = "E54000024"
VALUES = ["principal", "p10", "p50", "p90"]


def components(**changes: float) -> pd.DataFrame:
    rows = []
    for place in ("E06000032", "E06000055", SYSTEM):
        double = 2.0 if place == SYSTEM else 1.0
        for component, value in (("births", 10.0), ("deaths", 4.0), ("net_migration", 3.0), ("other", 0.0)):
            value = changes.get(component, value) if place == "E06000032" else value
            rows.append(
                {"scenario": "local_plan", "place": place, "place_name": place, "year": 2022}
                | {"component": component}
                | dict.fromkeys(VALUES, value * double)
            )
    frame = pd.DataFrame(rows).sort_values(["scenario", "place", "year", "component"], ignore_index=True)
    return frame


def population(bump: float = 0.0, sexes: float = 0.5) -> pd.DataFrame:
    rows = []
    for place in ("E06000032", "E06000055", SYSTEM):
        double = 2.0 if place == SYSTEM else 1.0
        for year, total in ((2021, 90.0), (2022, 99.0)):
            for sex, share in (("persons", 1.0), ("female", sexes), ("male", 0.5)):
                for band, part in (("all", 3), ("0-15", 1), ("16-64", 1), ("65+", 1)):
                    value = total * double * share * part / 3
                    if place == SYSTEM and band == "65+" and sex == "persons":
                        value += bump
                    rows.append(
                        {"scenario": "local_plan", "place": place, "place_name": place, "year": year}
                        | {"sex": sex, "age_band": band}
                        | dict.fromkeys(VALUES, value)
                    )
    keys = ["scenario", "place", "year", "sex", "age_band"]
    return pd.DataFrame(rows).sort_values(keys, ignore_index=True)


def test_tables_that_add_up_pass() -> None:
    assert audit({"population": population(), "components_of_change": components()}, SYSTEM) == []


def test_a_component_that_does_not_explain_the_change_is_named_with_its_place() -> None:
    wrong = audit({"population": population(), "components_of_change": components(births=11.0)}, SYSTEM)
    assert any("is not the change in population by 1.0" in line and "E06000032" in line for line in wrong)
    assert any("places do not add up to the system" in line for line in wrong)


@pytest.mark.parametrize("bump", [0.01, -5.0])
def test_a_band_that_does_not_add_up_is_named(bump: float) -> None:
    wrong = audit({"population": population(bump=bump)}, SYSTEM)
    assert any("broad age bands do not add up to all ages" in line for line in wrong)
    assert any("places do not add up" in line for line in wrong)


def test_sexes_that_do_not_add_up_are_named() -> None:
    assert any("sexes do not add up" in line for line in audit({"population": population(sexes=0.4)}, SYSTEM))


def test_a_place_dropped_from_the_total_is_seen() -> None:
    frame = population()
    frame = frame[frame["place"] != "E06000055"].reset_index(drop=True)
    assert any("places do not add up to the system" in line for line in audit({"population": frame}, SYSTEM))


def test_an_empty_an_all_zero_and_an_unsorted_table_are_named() -> None:
    frame = population()
    assert any("has no rows" in line for line in audit({"population": frame.iloc[:0]}, SYSTEM))
    zero = frame.assign(**dict.fromkeys(VALUES, 0.0))
    assert "population is zero in every row" in audit({"population": zero}, SYSTEM)
    turned = frame.iloc[::-1].reset_index(drop=True)
    assert any("is not sorted by" in line for line in audit({"population": turned}, SYSTEM))


def test_rows_whose_principal_run_stands_outside_its_interval_are_counted_by_table() -> None:
    columns = ["principal", "p10", "p50", "p90"]
    skewed = pd.DataFrame(
        [[120.0, 0.0, 74.0, 119.75], [-1.0, 0.0, 1.0, 2.0], [1.0, 1.0, 1.0, 1.0]], columns=columns
    )
    skewed.loc[3] = [float("nan")] * 4
    tables = {
        "housing_delivery": skewed,
        "population": population(),
        "places": pd.DataFrame({"place": ["X"]}),
    }
    assert principal_outside(tables) == {"housing_delivery": 2, "population": 0}
