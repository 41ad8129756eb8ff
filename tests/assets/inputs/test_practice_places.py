"""Where general practices are, held to what NHS England publishes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from tests.shipped import DATA


def test_no_practice_is_in_another_place_than_nhs_england_has_it(
    root: Path, shared: Callable[[str], Path]
) -> None:
    file = shared("england/gp/icb_allocations_practices_2025_26.csv.gz")
    published = pd.read_csv(file, dtype=str, encoding="utf-8-sig").set_index("Practice_Code")["LAD"]
    ours = pd.read_csv(DATA / "practice_places.csv").set_index("practice")["place"]
    there = published.reindex(ours.index).dropna()
    assert len(there) > 80
    assert ours[there.index].compare(there, result_names=("ours", "published")).empty
    assert ours["E81069"] == "E06000056"


def test_a_practice_is_in_the_same_place_in_both_tables(root: Path) -> None:
    places = pd.read_csv(DATA / "practice_places.csv").set_index("practice")["place"]
    premises = pd.read_csv(DATA / "premises.csv").set_index("site_code")["place"]
    both = premises[premises.index.isin(places.index)]
    assert len(both) > 80
    assert (places[both.index].to_numpy() == both.to_numpy()).all()
