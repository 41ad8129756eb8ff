"""What new models of care change, from services to money: the released table `mitigation_effects`."""

from __future__ import annotations

import dagster as dg
import pandas as pd
import xarray as xr

from assets.inputs.csv_reading import without_rows
from assets.inputs.scenarios import PRINCIPAL, read_scenarios
from assets.inputs.system_totals import system_code
from assets.tables.by_place import ByPlace
from assets.tables.declarations import TABLES
from assets.tables.uncertain_table import released, uncertain_rows
from models.demand.mitigation import difference_made

YEARS = (2030, 2035, 2040)
_KEYS = ["place", "year", "sector", "subject"]


@dg.asset(
    group_name="mitigation",
    kinds={"pandas"},
    ins={"demand_draws": dg.AssetIn(metadata={"variables": ["demand"]})},
)
def mitigation_effects(
    demand: pd.DataFrame,
    demand_draws: ByPlace,
    workforce: pd.DataFrame,
    estates: pd.DataFrame,
    capital_requirement: pd.DataFrame,
    scenarios: pd.DataFrame,
    places: pd.DataFrame,
) -> pd.DataFrame:
    """Each scenario with mitigation against local_plan: services, staff, rooms and money of a place."""
    named = [one.name for one in read_scenarios(scenarios) if one.mitigation != "none"]
    stages = {
        "service": demand.assign(sector=demand["setting"], subject=demand["service"]),
        "staff": workforce[workforce["measure"] == "required_wte"].assign(subject=workforce["staff_group"]),
        "rooms_and_beds": estates[estates["measure"] == "required"].assign(
            sector="estates", subject=estates["facility"]
        ),
        "money": _money(capital_requirement),
    }
    ranges = _ranges(demand_draws, system_code(places), named)
    made = [
        _against(of_stage, name).assign(subject_kind=kind)
        for name in named
        for kind, of_stage in stages.items()
    ]
    if not made:
        return without_rows(TABLES["mitigation_effects"])
    table = pd.concat(made, ignore_index=True)
    keys = ["scenario", "place", "year", "subject_kind", "subject"]
    return released("mitigation_effects", [table.merge(ranges, on=keys, how="left")])


def _against(rows: pd.DataFrame, scenario: str) -> pd.DataFrame:
    """Rows of a scenario and of local_plan side by side, in the years shown."""
    chosen = rows[rows["year"].isin(YEARS)]
    columns = [*_KEYS, "unit", "principal"]
    with_measures = chosen.loc[chosen["scenario"] == scenario, columns]
    without = chosen.loc[chosen["scenario"] == PRINCIPAL, [*_KEYS, "principal"]]
    table = with_measures.merge(without, on=_KEYS, suffixes=("_with", "_without"), validate="one_to_one")
    changed, unchanged = (table.pop(f"principal_{name}").to_numpy(float) for name in ("with", "without"))
    difference, percent = difference_made(changed, unchanged)
    return table.assign(
        scenario=scenario,
        with_measures=changed,
        without_measures=unchanged,
        difference=difference,
        difference_percent=percent,
    )


def _money(capital: pd.DataFrame) -> pd.DataFrame:
    """Capital spent up to a year, and the running cost of what is open in it, of all facilities together."""
    by = ["scenario", "place", "year"]
    sums = capital.groupby(by)[["principal", "running_cost_gbp"]].sum().sort_index()
    spent = sums.groupby(level=["scenario", "place"])["principal"].cumsum()
    subjects = {
        "capital_spent_to_date": spent,
        "running_cost_a_year": sums["running_cost_gbp"],
    }
    return pd.concat(
        [
            values.rename("principal").reset_index().assign(sector="estates", subject=subject, unit="GBP")
            for subject, values in subjects.items()
        ],
        ignore_index=True,
    )


def _ranges(demand_draws: ByPlace, system: str, scenarios: list[str]) -> pd.DataFrame:
    """80 % ranges of what changes in services, from the draws that both scenarios have in common."""
    rows: list[pd.DataFrame] = []
    for name in scenarios:
        total: xr.DataArray | None = None
        for place in demand_draws:
            draws = demand_draws[place]["demand"]
            chosen = draws.sel(year=[year for year in YEARS if year in draws["year"]])
            change = chosen.sel(scenario=name, drop=True) - chosen.sel(scenario=PRINCIPAL, drop=True)
            total = change if total is None else total + change
            rows.append(uncertain_rows(change, {"scenario": name, "place": place}))
        if total is not None:
            rows.append(uncertain_rows(total, {"scenario": name, "place": system}))
    columns = ["scenario", "place", "year", "subject_kind", "subject", "p10", "p90"]
    made = [frame.rename(columns={"service": "subject"}).assign(subject_kind="service") for frame in rows]
    return pd.concat(made)[columns] if made else pd.DataFrame(columns=columns)
