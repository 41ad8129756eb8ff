"""What areas cost to run, and whether their figures are believable a head.

    python -m benchmarks.speed.areas E06000031 E07000008,E07000012 [--draws 24] [--outputs DIR]

Each area is run by itself in a process of its own; without a name, twelve that differ. Printed are seconds,
peak memory, the people of 2024 beside the estimate (they must be equal) and figures for 1,000 residents
beside bounds. A figure outside is explained by what the release itself says of it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table

TWELVE = (
    "E09000030",
    "E07000178",
    "E07000145",
    "E06000031",
    "E54000059",
    "E06000063",
    "E07000008,E07000012",
    "E06000035",
    "E06000053",
    "E09000001",
    "E08000035",
    "E06000046",
)
"""A London borough, a student city, a coastal district, a city, an ICB, a place merged in 2023, one with a
specialist trust, one without a plan, two very small ones, a northern borough and an island."""
ESTIMATED, YEAR = 2024, 2025


@dataclass(frozen=True)
class Bounds:
    """England's figure for 1,000 people, and how many times less or more a place may have of it."""

    england: float
    least: float
    most: float
    basis: str

    @property
    def low(self) -> float:
        """The least for 1,000 people."""
        return self.england * self.least

    @property
    def high(self) -> float:
        """The most for 1,000 people."""
        return self.england * self.most


BOUNDS = {
    "GP appointments": Bounds(6200, 0.7, 1.4, "patients registered, not residents"),
    "A&E attendances": Bounds(467, 0.6, 1.6, "recorded 2024/25, 0.57 to 1.56 over authorities"),
    "emergency admissions": Bounds(112, 0.55, 1.7, "recorded 2024/25, 0.28 to 1.81 over authorities"),
    "occupied beds": Bounds(1.62, 0.6, 1.6, "recorded 2024/25, 0.57 to 1.66 over authorities"),
    "hospital staff": Bounds(17.8, 0.5, 1.6, "acute trusts, staff in post 2024/25"),
    "GPs": Bounds(0.66, 0.65, 1.5, "fully qualified and in training, by patients registered"),
    "consulting rooms": Bounds(0.46, 0.65, 1.6, "what the norm asks of England's appointments"),
}
"""Bounds hold most authorities of England, not all: one outside is to be explained, not to be hidden."""
_RECORDED = {
    "GP appointments": "gp_appointments",
    "A&E attendances": "ae_attendances",
    "emergency admissions": "emergency_admissions",
    "occupied beds": "emergency_bed_days",
    "hospital staff": "emergency_bed_days",
    "GPs": "gp_appointments",
    "consulting rooms": "gp_appointments",
}
"""The service whose calibration tells why a figure is what it is."""


@dataclass(frozen=True)
class Figure:
    """A figure for 1,000 residents, its bounds, and where it is outside why."""

    name: str
    value: float
    bounds: Bounds
    factor: float
    says: str

    @property
    def is_outside(self) -> bool:
        """Whether it is outside its bounds."""
        return not self.bounds.low <= self.value <= self.bounds.high

    @property
    def is_explained(self) -> bool:
        """Whether it would be inside at England's rates by need: then the record is what is unusual."""
        return self.bounds.low <= self.value / self.factor <= self.bounds.high


def people_of_estimate(tables: Path) -> tuple[float, float]:
    """People of 2024 in a run's first scenario, and as estimated."""
    people = _read(tables, "population")
    people = people[(people["scenario"] == _scenario(tables)) & people["place"].isin(_councils(tables))]
    people = people[people["sex"].eq("persons") & people["age_band"].eq("all")]
    estimates = _read(tables, "population_estimates")
    return (
        float(people.loc[people["year"] == ESTIMATED, "principal"].sum()),
        float(estimates.loc[estimates["year"] == ESTIMATED, "population"].sum()),
    )


def figures(tables: Path) -> list[Figure]:
    """Figures of 2025/26 of the councils of an area together; `tables` is the folder that a run keeps."""
    scenario, councils = _scenario(tables), _councils(tables)

    def total(name: str, column: str, wanted: Sequence[str], **where: str) -> float:
        rows = _read(tables, name)
        rows = rows[(rows["scenario"] == scenario) & (rows["year"] == YEAR) & rows[column].isin(wanted)]
        for key, value in where.items():
            rows = rows[rows[key] == value]
        return float(rows.loc[rows["place"].isin(councils), "principal"].sum())

    people = total("population", "sex", ["persons"], age_band="all") / 1000
    beds = total("demand", "service", ["emergency_bed_days", "elective_bed_days"]) / 365
    found = {
        "GP appointments": total("demand", "service", ["gp_appointments"]),
        "A&E attendances": total("demand", "service", ["ae_attendances"]),
        "emergency admissions": total("demand", "service", ["emergency_admissions"]),
        "occupied beds": beds,
        "hospital staff": total("workforce", "sector", ["acute"], measure="required_wte"),
        "GPs": total("workforce", "staff_group", ["gps", "gps_in_training"], measure="supply_wte"),
        "consulting rooms": total("estates", "facility", ["gp_consulting_rooms"], measure="required"),
    }
    return [
        Figure(name, value / people, BOUNDS[name], *_why(tables, _RECORDED[name]))
        for name, value in found.items()
    ]


def _why(tables: Path, service: str) -> tuple[float, str]:
    """What the release says of the level of a service: by how much it is calibrated, and on what."""
    rows = _read(tables, "activity_calibration")
    rows = rows[rows["service"] == service]
    factor = float(rows["calibrated"].sum() / rows["expected"].sum())
    return factor, f"{factor:.2f} times England’s rate by need: {'; '.join(dict.fromkeys(rows['basis']))}"


def _councils(tables: Path) -> list[str]:
    places = _read(tables, "places")
    return [str(place) for place in places.loc[places["kind"] == "place", "place"]]


def _scenario(tables: Path) -> str:
    scenarios = _read(tables, "scenarios")
    return str(scenarios["scenario"].iloc[0])


def _read(tables: Path, name: str) -> pd.DataFrame:
    return pd.read_parquet(tables / f"{name}.parquet")


def run(area: str, outputs: Path, draws: int) -> tuple[int, float, float]:
    """Run an area's forecast in a process of its own: exit code, seconds, peak memory in GB."""
    began = time.monotonic()
    with (outputs.parent / f"{outputs.name}.log").open("wb") as log:
        child = subprocess.Popen(
            [
                *(sys.executable, "-m", "pipelines", "forecast", "--area", area),
                *("--outputs", str(outputs), "--draws", str(draws)),
            ],
            stdout=log,
            stderr=log,
        )
        _, status, used = os.wait4(child.pid, 0)
    return os.waitstatus_to_exitcode(status), time.monotonic() - began, used.ru_maxrss / 1024**2


def main() -> int:
    """Run the areas and print; 1 where one fails or its people are not the estimate's."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("areas", nargs="*", default=list(TWELVE))
    parser.add_argument("--draws", type=int, default=24)
    parser.add_argument("--outputs", type=Path)
    told = parser.parse_args()
    console = Console(width=200)
    console.print(_bounds())
    failed = False
    with tempfile.TemporaryDirectory(prefix="placecast-areas-") as temporary:
        for number, area in enumerate(told.areas):
            outputs = (told.outputs or Path(temporary)) / str(number)
            outputs.parent.mkdir(parents=True, exist_ok=True)
            code, seconds, memory = run(area, outputs, told.draws)
            console.print(f"{area}: {seconds:.0f} s, {memory:.1f} GB, exit code {code}")
            folders = sorted(outputs.rglob("tables/population.parquet"))
            if code or not folders:
                failed = True
                continue
            failed |= not _told(console, folders[0].parent)
    return int(failed)


def _told(console: Console, tables: Path) -> bool:
    people, estimate = people_of_estimate(tables)
    console.print(f"  people of {ESTIMATED}: {people:,.0f}, estimated {estimate:,.0f}")
    for figure in figures(tables):
        why = f"explained by {figure.says}" if figure.is_explained else "NOT EXPLAINED"
        console.print(
            f"  {figure.name}: {figure.value:,.2f}{f'  OUTSIDE, {why}' if figure.is_outside else ''}"
        )
    return abs(people - estimate) < 1


def _bounds() -> Table:
    table = Table("figure for 1,000 people", "England", "least", "most", "basis")
    for name, bounds in BOUNDS.items():
        cells = (f"{value:,.2f}" for value in (bounds.england, bounds.low, bounds.high))
        table.add_row(name, *cells, bounds.basis)
    return table


if __name__ == "__main__":
    sys.exit(main())
