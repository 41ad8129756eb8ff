"""Demand: speed of the yearly ensemble and of the monthly forecasts, and growth beside the Strategy Unit's.

Run by hand. The comparison needs the bulk official figures (PLACECAST_SHARED) and is left out without them.
"""

from __future__ import annotations

import os
import resource
import time
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from assets.demand.activity_rates import SEXES
from assets.demand.demand_run import DemandInputs, DemandRun, Residents
from assets.demand.monthly import activity_forecast
from assets.inputs.assumptions import Assumptions
from benchmarks.shipped import DATA
from models.demand.monthly.rolling_origin import fit_all

ROOT = Path(__file__).resolve().parents[2]

SHARED = Path(os.environ.get("PLACECAST_SHARED") or ROOT.parent / "shared")
GROUPS = {
    "emer_n": ("emergency admissions", "emergency_admissions"),
    "emer_bds": ("emergency bed days", "emergency_bed_days"),
    "ordelec_n": ("elective admissions", "elective_admissions"),
    "ordelec_bds": ("elective bed days", "elective_bed_days"),
    "daycase_n": ("day cases", "day_cases"),
    "amb": ("ambulance arrivals", "ae_ambulance_arrivals"),
    "walkin": ("walk-in arrivals", "ae_walk_in_arrivals"),
}
YEARS = (2025, 2030, 2035, 2040)
CANDIDATE_BASES = (2022, 2022.5, 2023, 2023.5, 2024)
ADULT = 18


def speed(console: Console, draws: int, scenarios: int) -> None:
    """All services switched on, four places, so many draws and scenarios, in this process."""
    from tests.assets.services_run import PEOPLE_2024, made_up_projection, services

    made = services()
    projection = made_up_projection(made, draws)
    names = list(made["scenarios"]["scenario"])[1 : scenarios + 1]
    inputs = {name: made[name] for name in DemandInputs.__dataclass_fields__}
    started = time.monotonic()
    run = DemandRun(DemandInputs(**inputs), made["settings"], draws)
    for place in PEOPLE_2024:
        people = projection[place]["population"].to_numpy()
        births = projection[place]["births"].to_numpy()
        mid_years = projection[place]["year"].to_numpy().tolist()
        for index, name in enumerate(names):
            run.demand(place, name, Residents(mid_years, people[index], births[index]))
    console.print(
        f"yearly: {len(run.services)} services, {len(PEOPLE_2024)} places, {draws} draws, {len(names)} "
        f"scenarios in {time.monotonic() - started:.1f} s"
    )
    known = Assumptions(made["assumptions"])
    series = activity_forecast.prepared(made["monthly_series"], known)
    trainings = [
        one.until(origin, 12)
        for one in series.values()
        if one.origins
        for origin in (*one.origins, *([len(one.training.logs)] if one.training.ahead else []))
    ]
    started, before = time.monotonic(), _children()
    fit_all(trainings)
    console.print(
        f"monthly: {len(trainings)} origins of {len(series)} series, all methods, imports included, in "
        f"{time.monotonic() - started:.1f} s, {_children() - before:.1f} s of processor"
    )


def _children() -> float:
    """Processor time of processes that have ended, in seconds: fits are made in processes of their own."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def published_growth(console: Console) -> pd.DataFrame | None:
    """Demographic growth of adults' activity on the ONS 2018-based population beside the published."""
    figures = SHARED / "figures"
    if not figures.exists():
        console.print("no bulk official figures (PLACECAST_SHARED): comparison left out")
        return None
    theirs = pd.read_csv(figures / "strategy_unit_projected_activity_change_percent.csv").set_index("group")
    people = _people(pd.read_csv(figures / "ons_2018_based_projection_by_age_band.csv"))
    rates = _system_rates(figures / "hospital_activity_rates_adults_by_age.csv")
    rows = []
    for base in CANDIDATE_BASES:
        for group, (label, _) in GROUPS.items():
            rate = rates[group]
            levels = {year: float((rate * _at(people, year)).sum()) for year in (base, *YEARS)}
            for year in YEARS:
                ours = 100 * (levels[year] / levels[base] - 1)
                rows.append((base, label, year, ours, float(theirs.loc[group, str(year)])))
    table = pd.DataFrame(rows, columns=["base", "group", "year", "ours", "theirs"])
    table["difference"] = table["ours"] - table["theirs"]
    return table


def _people(bands: pd.DataFrame) -> dict[int, np.ndarray]:
    """The system's people (sex, age) by mid-year; bands even over single years, sexes as at mid-2021."""
    census = pd.read_csv(DATA / "census_based_population.csv")
    census = census[census["year"] == 2021].copy()
    census["first"] = census["age_band"].str.extract(r"^(\d+)").astype(int)
    found = {}
    for year, rows in bands.groupby("year"):
        people = np.zeros((2, 91))
        for band, persons in rows.groupby("age_band")["population"].sum().items():
            first = int(str(band).split("-")[0].rstrip("+"))
            width = 1 if str(band).endswith("+") else 5
            inside = census[(census["first"] >= first) & (census["first"] < first + 5)]
            by_sex = inside.groupby("sex")["population"].sum()
            for sex, name in enumerate(SEXES):
                people[sex, first : first + width] = persons * by_sex[name] / by_sex.sum() / width
        found[int(str(year))] = people
    return found


def _at(people: dict[int, np.ndarray], year: float) -> np.ndarray:
    known = sorted(people)
    before = max(one for one in known if one <= year)
    after = min(one for one in known if one >= year)
    share = 0.0 if after == before else (year - before) / (after - before)
    return people[before] * (1 - share) + people[after] * share


def _system_rates(path: Path) -> dict[str, np.ndarray]:
    frame = pd.read_csv(path)
    frame = frame[frame["area"] == "Bedfordshire, Luton and Milton Keynes"]
    found = {}
    for group in GROUPS:
        rate = np.zeros((2, 91))
        for row in frame[frame["activity"] == group].to_dict("records"):
            first, _, last = str(row["age_band"]).replace("+", "-90").partition("-")
            ages = slice(int(first), int(last) + 1)
            rate[0, ages], rate[1, ages] = row["female_per_1000"], row["male_per_1000"]
        rate[:, :ADULT] = 0.0
        found[group] = rate
    return found


def print_growth(console: Console, growth: pd.DataFrame) -> None:
    """How well each base year fits, and the comparison for the one that fits best."""
    fit = growth.groupby("base")["difference"].agg(lambda values: float(np.sqrt((values**2).mean())))
    console.print("root mean square difference by base year:", fit.round(2).to_dict())
    best = fit.idxmin()
    table = Table(title=f"Growth of adults' activity, %, demographic only, base {best}")
    for heading in ("", *(f"{year} {what}" for year in YEARS for what in ("ours", "theirs"))):
        table.add_column(heading, justify="right" if heading else "left")
    for group, rows in growth[growth["base"] == best].groupby("group", sort=False):
        values = rows.set_index("year")
        cells = [f"{values.loc[year, what]:.1f}" for year in YEARS for what in ("ours", "theirs")]
        table.add_row(str(group), *cells)
    console.print(table)


def main() -> None:
    """Print all of it."""
    console = Console(width=140)
    growth = published_growth(console)
    if growth is not None:
        print_growth(console, growth)
    speed(console, draws=1000, scenarios=5)


if __name__ == "__main__":
    main()
