"""The worked examples of the method's page, recomputed from England's assumptions."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from assets.estates.facility_parameters import recorded_beds
from models.estates.capacity_formulae import FACILITIES
from tests.conftest import ROOT
from tests.shipped import DATA

PAGE = (ROOT / "docs" / "method" / "estates.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^\| `(\w+)` \| ([^|]+) \| [^|]+ \| ([\d,.]+) \|$", PAGE, flags=re.MULTILINE)


def values(assumptions: Path, beds: Path) -> dict[str, float]:
    rows = pd.read_csv(assumptions).set_index("id")["value"]
    own = {
        name.removeprefix("estates."): float(value) for name, value in rows.items() if "estates." in str(name)
    }
    return own | recorded_beds(pd.read_csv(beds), int(rows["demand.base_year"]))


def test_every_facility_has_a_worked_example() -> None:
    assert {name for name, _, _ in EXAMPLES} == set(FACILITIES)
    facilities = pd.read_csv(DATA / "facilities.csv")
    assert set(facilities["facility"]) == set(FACILITIES)


@pytest.mark.parametrize(("name", "activity", "result"), EXAMPLES, ids=[name for name, _, _ in EXAMPLES])
def test_a_worked_example_comes_out(name: str, activity: str, result: str) -> None:
    known = values(ROOT / "data" / "assumptions.csv", DATA / "acute_beds_monthly.csv")
    coefficients = FACILITIES[name](lambda identifier: np.array([known[identifier]]))
    quantities = {}
    for part in activity.split(";"):
        service, quantity = part.split()
        quantities[service] = float(quantity.replace(",", ""))
    assert set(quantities) == set(coefficients)
    total = sum(quantities[service] * float(of_service[0]) for service, of_service in coefficients.items())
    assert total == pytest.approx(float(result.replace(",", "")), abs=0.006)


def test_rooms_used_more_fully_take_less_floor_and_cost_less() -> None:
    known = values(ROOT / "data" / "assumptions.csv", DATA / "acute_beds_monthly.csv")

    def floor(**changed: float) -> float:
        of_patient = FACILITIES["primary_care_gross_internal_area"](
            lambda name: np.array([{**known, **changed}[name]])
        )
        return 10_000 * float(of_patient["registered_patients"][0])

    # Seven rooms of 16 m2 and 29 % circulation in the norm of 10,000 patients.
    rooms = 7 * 16 * 1.29
    assert floor() - floor(gp_room_utilisation=70) == pytest.approx(rooms * (1 - 60 / 70))
    assert floor() - floor(gp_extended_hours=520) == pytest.approx(rooms * (1 - 2704 / 3120))
    assert floor(gp_room_utilisation=50) - floor() == pytest.approx(rooms * 0.2)
