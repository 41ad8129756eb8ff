"""Who lives where on the page: the whole area first, every number beside its share, or nothing at all."""

from __future__ import annotations

from itertools import product

import pandas as pd

from assets.publication.report.deprivation_shown import deprivation

NAMES = {"S": "System", "A": "Aplace", "B": "Bplace"}


def table() -> pd.DataFrame:
    keys = ["scenario", "place", "year", "quintile", "measure"]
    labels = (("local_plan", "trend"), "ABS", (2021, 2024, 2030, 2040, 2041), (1, 2, 3, 4, 5))
    rows = [
        (*row, measure)
        for row in product(*labels)
        for measure in ("people", "people_65_plus", "people_85_plus", "gp_appointments")
        if measure != "gp_appointments" or row[2] > 2021
    ]
    frame = pd.DataFrame(rows, columns=keys)
    return frame.assign(principal=range(1000, 1000 + len(frame)), share_percent=20.0 + frame["quintile"])


def test_the_most_deprived_fifth_of_each_place_and_every_fifth_of_the_area() -> None:
    frame = table()
    found = deprivation({"population_by_deprivation": frame}, NAMES, "S")
    assert found["headings"] == ["People", "65 and over", "GP appointments"]
    assert [row[:2] for row in found["core20"]] == [
        [name, year] for name in ("System", "Aplace", "Bplace") for year in ("2024", "2030", "2040")
    ]
    cell = frame.query(
        "scenario == 'local_plan' and place == 'B' and year == 2030 and quintile == 1 "
        "and measure == 'people_65_plus'"
    )["principal"].item()
    assert found["core20"][7][3] == f"{cell:,} (21 %)"
    assert found["of"] == "System"
    assert [row[0] for row in found["quintiles"]][::3] == [
        "1, most deprived (Core20)", "2", "3", "4", "5, least deprived",
    ]  # fmt: skip
    assert found["quintiles"][-1][1:3] == ["2040", f"{_of('S', 2040, 5):,} (25 %)"]


def _of(place: str, year: int, quintile: int) -> int:
    where = f"scenario == 'local_plan' and place == '{place}' and year == {year} and quintile == {quintile}"
    return int(table().query(f"{where} and measure == 'people'")["principal"].item())


def test_a_release_without_people_by_deprivation_shows_none() -> None:
    assert deprivation({}, NAMES, "S") == {}
    assert deprivation({"population_by_deprivation": table().iloc[:0]}, NAMES, "S") == {}
