"""The project's own figures that a trajectory is held against: codes, plan requirements, rates and ratios.

Read from the folder of published figures. Nothing here judges a trajectory.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from housing_trajectories.delivery.phasing import LocalPlan
from housing_trajectories.delivery.selection import in_force, plans_of

_SHARED = Path(__file__).resolve().parents[2] / "data"
DATA = _SHARED / "areas" / "blmk"
"""The default area's."""


@dataclass(frozen=True)
class ReferenceFigures:
    """`authorities`: name and status of every English local authority district by GSS code.

    `plans` are each place's plans, `build_out` the homes a year by size class, the two `bedrooms_per_home`
    how many bedrooms of communal and of student accommodation the Housing Delivery Test counts as one home,
    `place_files` each place's trajectory by name, `last_year` the last financial year of the forecast.
    """

    authorities: Mapping[str, tuple[str, str]]
    plans: Mapping[str, tuple[LocalPlan, ...]]
    build_out: Mapping[str, float]
    communal_bedrooms_per_home: float
    student_bedrooms_per_home: float
    place_files: Mapping[str, str]
    last_year: int

    def plan(self, place: str, status: str) -> LocalPlan | None:
        """The place's plan of that status that is in force."""
        return in_force(self.plans.get(place, ()), status)


def reference_figures(data: Path | None = None) -> ReferenceFigures:
    """The figures in `data`, else the default area's; what holds for every area where it has no such file."""
    return _read((data or DATA).resolve())


@lru_cache(maxsize=8)
def _read(data: Path) -> ReferenceFigures:
    requirements = figures_of(data, "local_plan_requirements.csv")
    assumptions = {row["id"]: row for row in figures_of(data, "assumptions.csv")}
    places = sorted({row["place"] for row in requirements})
    return ReferenceFigures(
        authorities={
            row["code"]: (row["name"], row["status"]) for row in figures_of(data, "local_authorities.csv")
        },
        plans={place: tuple(plans_of(place, requirements)) for place in places},
        build_out={
            name: float(row["value"])
            for name, row in assumptions.items()
            if name.startswith("housing.build_out_") and row["unit"] == "homes a year"
        },
        communal_bedrooms_per_home=float(assumptions["housing.communal_bedrooms_per_home"]["value"]),
        student_bedrooms_per_home=float(assumptions["housing.student_bedrooms_per_home"]["value"]),
        place_files={
            row["place"]: row["trajectory_file"]
            for row in figures_of(data, "places.csv")
            if row["trajectory_file"]
        },
        last_year=int(assumptions["housing.last_financial_year"]["value"]),
    )


def figures_of(data: Path, name: str) -> list[dict[str, str]]:
    """The rows of a table in `data`, after those that hold for every area; none where neither is."""
    return [row for folder in dict.fromkeys((_SHARED, data)) for row in _rows(folder / name)]


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
