"""How far the report's what-ifs are from full runs: `python -m benchmarks.what_if_accuracy TABLES`.

It takes the tables of a run with the scenarios of benchmarks/what_if beside its own, answers each of them
from what the page holds, in the page's own formulas, and prints the largest error by kind of number: in % of
the level, of a gap in % of the requirement. `--write` keeps them for the report.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import numpy as np
import pandas as pd

from assets.inputs.scenarios import PRINCIPAL, Scenario, load_scenarios, read_scenarios
from assets.publication.report.ask.ask_data import MEASURED, ask_data, ask_setting, levels_of
from housing_trajectories.delivery.changed_homes import HomesChange, changed_homes
from models.estates.capital_costs import capacity_to_build, in_whole_buildings, openings, spent

SCENARIOS = Path(__file__).parent / "what_if"
YEARS = (2030, 2035, 2040)
KINDS = {
    "people": "People",
    "demand": "Services",
    "required": "Rooms and beds",
    "required_wte": "Staff required",
    "gap_wte": "Staff gap",
    "capital_gbp": "Capital",
    "contributions": "Contributions",
}
Key = tuple[str, str, str, str]
"""Area, response, sector and name."""


class Answers:
    """The principal run's levels as changes of homes and assumptions leave them, by the page's formulas."""

    def __init__(self, tables: Mapping[str, pd.DataFrame], scenario: Scenario) -> None:
        given = ask_data(tables)
        if given is None:
            raise ValueError("these tables hold no responses")
        self._given, self._tables, self._scenario = given, tables, scenario
        self._setting = ask_setting(tables, [])
        self.years: list[int] = given["years"]
        self.keys: list[Key] = [(key[0], key[1], key[2], key[3]) for key in given["keys"]]
        self._added = {place: self._homes_added(place) for place in given["homes_years"]}

    def _homes_added(self, place: str) -> np.ndarray:
        """(open year,) homes that the changes add."""
        rows = [row for row in self._given["homes"] if row[0] == place]
        homes = np.array([row[4] for row in rows]).T[None]
        changed = changed_homes(homes, [row[1] for row in rows], 0, self._scenario.homes_changes(place))
        return np.asarray((changed - homes)[0].sum(axis=1))

    def levels(self) -> Iterator[tuple[Key, np.ndarray]]:
        """Every level (year,) after the changes."""
        made = {
            key: np.array(values, dtype=float) / 10 ** self._given["level_decimals"]
            for key, values in zip(self.keys, self._given["levels"], strict=True)
        }
        for at, place, size, steps in self._given["responses"]:
            first, last = self._given["homes_years"][place]
            read = iter(steps)
            for homes_year in range(first, last + 1):
                level = 0
                for number, year in enumerate(self.years):
                    if year >= homes_year:
                        level += next(read)
                        added = self._added[place][homes_year - first]
                        made[self.keys[at]][number] += added * level * size
        for key, values in made.items():
            yield key, values * self._factor(key)

    def _factor(self, key: Key) -> Any:
        _, response, _, name = key
        if response == "required":
            return self.rooms(name)
        if response == "required_wte":
            then, now = self._values("workforce.productivity_change")
            return ((100 + then) / (100 + now)) ** (np.array(self.years) - self._setting["base_year"])
        return 1.0

    def _values(self, name: str) -> tuple[float, float]:
        """An assumption as the run has it, and as the scenario changes it."""
        then = float(self._setting["assumptions"][name]["value"])
        return then, self._scenario.assumptions.get(name, then)

    def rooms(self, facility: str) -> float:
        """What a requirement of rooms is multiplied by."""
        use = next((row for row in self._given["rooms"] if row["facility"] == facility), None)
        if use is None:
            return 1.0
        hours, used = (self._values(use[f"{name}_assumption"]) for name in ("hours", "utilisation"))
        then, now = ((hours[at] + use["added_hours"]) * used[at] for at in (0, 1))
        return float(use["fixed_share"] + (1 - use["fixed_share"]) * then / now)

    def gaps(self, levels: Mapping[Key, np.ndarray]) -> Iterator[tuple[Key, np.ndarray, np.ndarray]]:
        """Gap (year,) of each staff group of an area, and its requirement."""
        for area, sector, group, cover in self._given["cover"]:
            required = levels[area, "required_wte", sector, group]
            there = levels[area, "in_post_wte", sector, group]
            missing = required - there
            temporary = np.minimum(np.maximum(missing, 0.0), there * cover / 100)
            yield (area, "gap_wte", sector, group), missing - temporary, required

    def capital(self, levels: Mapping[Key, np.ndarray]) -> Iterator[tuple[str, str, np.ndarray]]:
        """Place, facility and pounds up to each year (year,)."""
        before = dict(zip(self.keys, self._given["levels"], strict=True))
        scale = 10 ** self._given["level_decimals"]
        for place, facility, growth, short, size, opens, building, cost in self._given["capital"]:
            key = (place, "required", "all", facility)
            more = levels[key] - np.array(before[key]) / scale
            needed = np.array(short) / scale + more - (more[0] if growth else 0.0)
            first = int(opens) - self.years[0]
            to_build = in_whole_buildings(capacity_to_build(needed, first), size or np.nan)
            paid = spent(openings(to_build, first), int(building))
            yield place, facility, np.cumsum(paid) * cost

    def contributions(self) -> dict[str, float]:
        """Pounds by place."""
        rows = self._tables["developer_contributions"]
        rows = rows[(rows["scenario"] == PRINCIPAL) & (rows["amount_gbp"] > 0)]
        found: dict[str, float] = {}
        for row in rows.to_dict("records"):
            place = str(row["place"])
            changes = {change.site: change for change in self._scenario.homes_changes(place)}
            times = 1 + changes.get(str(row["site_reference"]), HomesChange("")).homes_percent / 100
            hospital = row["item"] in self._setting["hospital_items"]
            then, now = self._values(f"estates.net_new_share_{'hospital' if hospital else 'practice'}")
            if row["binding_limit"] == "net_new_share":
                times *= now / then
            other = float(row["other_funding_gbp"])
            amount = max((float(row["amount_gbp"]) + other) * times - other, 0.0)
            found[place] = found.get(place, 0.0) + amount
        return found


def errors(tables: Mapping[str, pd.DataFrame], scenario: Scenario) -> pd.DataFrame:
    """Rows kind, area, name, year, answer, full run, and the error in % of the level or the requirement."""
    answers = Answers(tables, scenario)
    at = [answers.years.index(year) for year in YEARS]
    full = levels_of(tables, answers.years, scenario.name)
    answered = dict(answers.levels())
    rows = []

    def add(key: Key, ours: np.ndarray, theirs: np.ndarray, of: np.ndarray) -> None:
        for position, year in zip(at, YEARS, strict=True):
            error = 100 * abs(ours[position] - theirs[position]) / max(abs(of[position]), 1e-9)
            rows.append((key[1], key[0], f"{key[2]} {key[3]}", year, ours[position], theirs[position], error))

    for key, values in answered.items():
        if key[1] in KINDS and key in full:
            add(key, values, full[key], full[key])
    for (key, ours, _), (_, theirs, required) in zip(answers.gaps(answered), answers.gaps(full), strict=True):
        add(key, ours, theirs, required)
    paid = tables["capital_requirement"]
    paid = paid[paid["scenario"] == scenario.name]
    for place, facility, pounds in answers.capital(answered):
        rows_of = paid[(paid["place"] == place) & (paid["facility"] == facility)].sort_values("year")
        theirs = rows_of["principal"].cumsum().to_numpy()
        add((place, "capital_gbp", "", facility), pounds, theirs, theirs)
    table = tables["developer_contributions"]
    of_full = table[table["scenario"] == scenario.name].groupby("place")["amount_gbp"].sum()
    for place, pounds in answers.contributions().items():
        theirs = float(of_full.get(place, 0.0))
        error = 100 * abs(pounds - theirs) / max(theirs, 1e-9)
        rows.append(("contributions", place, "all sites", YEARS[-1], pounds, theirs, error))
    columns = ["kind", "area", "name", "year", "answer", "full_run", "error_percent"]
    return pd.DataFrame(rows, columns=columns)


def read_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """The tables of a run that the answers take."""
    names = (
        *("homes_responses", "room_use", "cover_capacity", "capital_terms", "capital_requirement"),
        "housing_delivery",
        *("population", "demand", "estates", "provider_estates", "workforce", "provider_workforce"),
        *("developer_contributions", "assumptions", "scenarios"),
    )
    return {name: pd.read_parquet(folder / f"{name}.parquet") for name in names}


@click.command()
@click.argument("tables", type=click.Path(path_type=Path))
@click.option("--worst", is_flag=True, help="Print the largest error of each kind of number.")
@click.option("--write", is_flag=True, help="Keep the errors for the report.")
def command(tables: Path, worst: bool, write: bool) -> None:
    """Largest error of each kind of number by scenario, in %."""
    given = read_tables(tables)
    titles = {each.name: each.title for each in load_scenarios(SCENARIOS, principal=False)}
    found = {}
    for scenario in read_scenarios(given["scenarios"]):
        if scenario.name in titles:
            of_scenario = errors(given, scenario)
            found[titles[scenario.name]] = of_scenario.groupby("kind")["error_percent"].max()
            if worst:
                click.echo(of_scenario.sort_values("error_percent").groupby("kind").tail(1).to_string())
    made = pd.DataFrame(found).T[list(KINDS)].rename(columns=KINDS).round(2).rename_axis("Change")
    click.echo(made.to_string())
    if write:
        made.to_csv(MEASURED)


if __name__ == "__main__":
    command()
