"""Assumptions graded B that follow from England's published files, worked out from the files again.

    python -m benchmarks.validation.derived_assumptions --data DIR

DIR holds England-wide files as published (england/health, england/gp, england/housing, figures). Prints each
assumption beside its value in `data/assumptions.csv`; it changes nothing. A file that is not in DIR leaves
its assumptions out.
"""

from __future__ import annotations

import argparse
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from rich.console import Console
from rich.table import Table
from scipy.optimize import nnls

from benchmarks.population.backtest_people import read_assumptions
from models.uncertainty.ensemble import NORMAL_P90

Range = tuple[float, float, float]
"""Value, P10 and P90; the ends are NaN where only the value follows."""

DAYS = 365
DELIVERIES_2024_25 = 542_235
"""In NHS hospitals of England, 2024/25 (NHS Maternity Statistics)."""
FEWEST_ATTENDANCES = 20_000
"""A&E attendances a year; smaller providers are walk-in centres that open and close."""
FEWEST_HOMES = 100
"""Mean net additions a year; in smaller authorities a single site is a year."""
_QUARTILE = 0.6745
_NAN = float("nan")


def sickness_absence(data: Path) -> dict[str, Range]:
    """Days lost over days available of all staff, April 2024 to March 2025."""
    files = sorted((data / "england" / "health" / "sickness").glob("nhs_sickness_absence_*.csv"))
    if len(files) != 12:
        raise FileNotFoundError(f"{len(files)} months of sickness absence, not 12")
    rows = pd.concat([pd.read_csv(file) for file in files])
    lost, available = rows["FTE_DAYS_LOST"].sum(), rows["FTE_DAYS_AVAILABLE"].sum()
    return {"workforce.sickness_absence": (lost / available * 100, _NAN, _NAN)}


def maternity_beds(data: Path) -> dict[str, Range]:
    """Occupied maternity bed days of the four quarters of 2024/25 for each delivery."""
    beds = pd.read_csv(data / "england" / "health" / "acute_beds_kh03_quarterly_trust.csv.gz")
    england = beds[(beds["org_name"] == "England") & (beds["financial_year"] == "2024-25")]
    days = england["kh03_occ_mat_avg_beds"] * DAYS / DELIVERIES_2024_25
    return {"estates.maternity_bed_days": (float(days.mean()), _NAN, _NAN)}


def drift_of_attendances(data: Path) -> dict[str, Range]:
    """Yearly changes of A&E attendances by trust less the year's median; 80 % range from the quartiles.

    Trusts that merge, open or close a department make tails that are no drift, so the ends are read off the
    quartiles as of a normal distribution.
    """
    rows = pd.read_csv(data / "england" / "health" / "england_trust_accidents_emergency.csv.gz")
    month = pd.to_datetime(rows["date"], format="%B %Y")
    rows = rows.assign(year=month.dt.year - (month.dt.month < 4))
    years = rows.pivot_table(
        index="nhs_trust22_code", columns="year", values="total_attendances", aggfunc=["sum", "count"]
    )
    whole = years["sum"].where(years["count"] == 12).dropna(axis=1, how="all").dropna()
    whole = whole[(whole >= FEWEST_ATTENDANCES).all(axis=1)]
    changes = np.log(whole).diff(axis=1).iloc[:, 1:]
    around = (changes - changes.median()).to_numpy()
    low, high = np.quantile(around, [0.25, 0.75])
    end = 100 * float(high - low) / 2 * NORMAL_P90 / _QUARTILE
    return {"demand.annual_drift_hospital": (0.0, -end, end)}


def record_of_delivery(data: Path) -> dict[str, Range]:
    """What net additions of authorities 2001/02 to 2020/21 say of slow years and of what places share."""
    rows = pd.read_csv(data / "england" / "housing" / "net_additional_dwellings.csv.gz")
    homes = rows.pivot_table(
        index="place_code", columns="financial_year", values="net_additional_dwellings"
    ).dropna()
    homes = homes[homes.mean(axis=1) >= FEWEST_HOMES]
    relative = homes.div(homes.mean(axis=1), axis=0).to_numpy()
    runs = np.lib.stride_tricks.sliding_window_view(relative, 5, axis=1).mean(axis=2)
    pairs = np.corrcoef(relative)[np.triu_indices(len(relative), 1)]
    return {
        "housing.slow_delivery_relative": (float(np.median(runs.min(axis=1))), _NAN, _NAN),
        "housing.delivery_shared_variance": (float(pairs.mean()), _NAN, _NAN),
    }


def drift_of_stays(data: Path) -> dict[str, Range]:
    """Yearly changes of England's overnight emergency stay outside 2020/21 to 2023/24: their 80 % range."""
    rows = pd.read_csv(data / "figures" / "england_spells_and_length_of_stay_2013_2025.csv")
    overnight = rows[(rows["admimeth"] == "non-elec") & (rows["same_day"] == 0)].set_index("fyear")
    changes = np.log(overnight["los_days"]).diff()
    changes = changes.drop([202021, 202122, 202223, 202324], errors="ignore").dropna()
    end = 100 * float(changes.std()) * NORMAL_P90
    return {"demand.annual_drift_stay": (0.0, -end, end)}


def spread_of_need(data: Path) -> dict[str, Range]:
    """How far an authority's need lies from what its patients' ages alone make of it, P10 and P90.

    NHS England's weighted populations of practices are laid on patients by age; what an authority has over or
    under that is need that England's rate by age does not see.
    """
    practices = pd.read_csv(data / "england" / "gp" / "icb_allocations_practices_2025_26.csv.gz").set_index(
        "Practice_Code"
    )
    with zipfile.ZipFile(data / "england" / "gp" / "gp-reg-pat-prac-quin-age.zip") as archive:
        patients = pd.read_csv(archive.open(archive.namelist()[0]), low_memory=False)
    patients = patients[(patients["ORG_TYPE"] == "GP") & (patients["AGE_GROUP_5"] != "ALL")]
    ages = patients.pivot_table(
        index="ORG_CODE",
        columns=["SEX", "AGE_GROUP_5"],
        values="NUMBER_OF_PATIENTS",
        aggfunc="sum",
        fill_value=0,
    )
    both = ages.index.intersection(practices.index)
    shares = ages.loc[both].div(ages.loc[both].sum(axis=1), axis=0).to_numpy(dtype=np.float64)
    practices = practices.loc[both]
    people = practices["Population"].to_numpy(dtype=np.float64)
    found = {}
    for column, service in NEEDS.items():
        weighted = practices[column].to_numpy(dtype=np.float64)
        index = _need_beside_age(shares, people, weighted, practices["LAD"])
        low, high = np.quantile(index, [0.1, 0.9])
        found[f"demand.level_{service}"] = (1.0, float(low), float(high))
    return found


NEEDS = {
    "MH WP": "mental_health_people_in_contact",
    "G&A WP": "outpatient_attendances",
}
"""Columns of the allocations' weighted populations, and the service whose level each speaks of.

General practice and community services are not among them: what is delivered there varies by more than need.
"""


def _need_beside_age(
    shares: npt.NDArray[np.float64],
    people: npt.NDArray[np.float64],
    weighted: npt.NDArray[np.float64],
    authority: pd.Series,
) -> npt.NDArray[np.float64]:
    """Weighted population of each authority over what its ages explain, England = 1.

    shares (practice, sex and age) of patients; people and weighted (practice,).
    """
    root = np.sqrt(people)
    rates, _ = nnls(shares * root[:, None], weighted / people * root)
    sums = (
        pd.DataFrame({"need": weighted, "by_age": shares @ rates * people})
        .groupby(authority.to_numpy())
        .sum()
        .to_numpy()
    )
    index: npt.NDArray[np.float64] = sums[:, 0] / sums[:, 1] / (weighted.sum() / sums[:, 1].sum())
    return index


DERIVATIONS: tuple[Callable[[Path], dict[str, Range]], ...] = (
    sickness_absence,
    maternity_beds,
    drift_of_attendances,
    drift_of_stays,
    record_of_delivery,
    spread_of_need,
)


def main() -> None:
    """Print what the files give beside what is assumed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    data = parser.parse_args().data
    known = read_assumptions()
    table = Table("assumption", "from the files", "in assumptions.csv")
    console = Console(soft_wrap=True)
    for derive in DERIVATIONS:
        try:
            found = derive(data)
        except FileNotFoundError as missing:
            console.print(f"{derive.__name__}: left out, {missing}")
            continue
        for identifier, numbers in found.items():
            table.add_row(
                identifier, _words(numbers), _words((known.value(identifier), *known.ends(identifier)))
            )
    console.print(table)


def _words(numbers: Range) -> str:
    value, low, high = numbers
    return f"{value:.4g}" if np.isnan(low) else f"{value:.4g} ({low:.4g} to {high:.4g})"


if __name__ == "__main__":
    main()
