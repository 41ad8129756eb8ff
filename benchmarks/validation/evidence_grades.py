"""How many assumptions that carry weight are published or derived, and what working assumptions move most.

    python -m benchmarks.validation.evidence_grades --outputs DIR [--write]

DIR holds a release of the inputs as they are (`make forecast`). An assumption carries weight where a
principal run asks for it and it is no choice of method. Each working assumption (C) is moved to the farther
end of its range, or by a tenth where it has none, the others as they are; what the run's figures do then is
its effect. --write puts the page into docs/evidence.md. Takes minutes.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
from rich.console import Console

from assets.inputs.settings import RunSettings
from assets.inputs.system_totals import system_code
from assets.release_history.replay import Change, Replay, first_scenario
from assets.stages import MODELLED, assets_of
from assets.tables.declarations import TABLES
from assets.tables.parquet import read_frame
from benchmarks.population.backtest_people import england_assumptions
from benchmarks.shipped import DATA, TRAJECTORIES

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "evidence.md"
HELD = ("monthly_series", "activity_forecast")
YEAR = 2035
TENTH = 0.1
CHOICES = {
    "demand.calibration_factor_": "bounds of a check",
    "demand.monthly_": "how monthly forecasts are compared",
    "demand.suppressed_": "what is not shown",
    "history.": "how a chart is drawn",
    "demography.children_ages": "ages taken together",
    "demography.first_adult_age": "ages taken together",
    "demography.flow_averaging_years": "years taken together",
    "demography.past_rate_years": "years taken together",
    "demography.size_drift_years": "years taken together",
    "demography.spread_horizon_years": "years taken together",
    "demography.structure_prior_people": "how figures of few people are smoothed",
    "demography.structure_window": "ages taken together",
    "housing.delivery_spread_pooling_years": "how short records are smoothed",
    "workforce.catch_up_years": "the question of a table",
    "workforce.lever_": "the question of a table",
    "workforce.shortage_tolerance": "the question of a table",
    "workforce.ten_years_before_retirement": "the question of a table",
}
"""Beginnings of ids that state no fact of the world, and what they are instead."""
DATES = ("financial year", "year")
"""Units of assumptions that say from when to when a run goes."""
FIGURES = {
    "population": {"sex": "persons", "age_band": "all"},
    "households": {"measure": "dwellings"},
    "demand": {},
    "workforce": {"measure": ("required_wte", "supply_wte")},
    "estates": {"measure": "required"},
}
"""Tables whose figures of the whole area are compared, and which of their rows."""

LABELS = ("sector", "service", "staff_group", "facility", "measure")
"""Columns that tell such figures apart."""


def is_choice(identifier: str, unit: str) -> bool:
    """Whether an assumption chooses a method and states nothing that could be measured."""
    return unit in DATES or identifier.startswith(tuple(CHOICES))


def graded(assumptions: pd.DataFrame, asked: Iterable[str]) -> pd.DataFrame:
    """The assumptions that carry weight."""
    choice = [
        is_choice(str(identifier), str(unit))
        for identifier, unit in zip(assumptions["id"], assumptions["unit"], strict=True)
    ]
    return assumptions[~pd.Series(choice, index=assumptions.index) & assumptions["id"].isin(set(asked))]


class Effects:
    """Replays of the principal run with one assumption moved."""

    def __init__(self, outputs: Path) -> None:
        self._settings = RunSettings(
            data_directory=str(DATA),
            trajectories_directory=str(TRAJECTORIES),
            outputs_directory=str(outputs),
            draws=2,
            seed=0,
            code_version="",
        )
        folder = outputs / "tables"
        self._replay = Replay(
            assets_of(MODELLED), held={name: read_frame(folder / f"{name}.parquet") for name in HELD}
        )
        self._system = system_code(read_frame(folder / "places.parquet"))
        self.assumptions: pd.DataFrame = self._tables(["assumptions"], {})["assumptions"]

    def asked(self) -> set[str]:
        """Ids a principal run asks for, whatever table it is for."""
        made = {key.path[-1] for asset in assets_of(MODELLED) for key in asset.keys}
        self._tables([name for name in TABLES if name in made and name not in HELD], {})
        return self._replay.asked()

    def figures(self, moved: pd.DataFrame) -> pd.Series:
        """Principal figures of the whole area by table, row and YEAR."""
        tables = self._tables(FIGURES, {"assumptions": lambda _: moved})
        parts = []
        for name, where in FIGURES.items():
            table = tables[name]
            rows = table[(table["place"] == self._system) & (table["year"] == YEAR)]
            for column, wanted in where.items():
                rows = rows[rows[column].isin([wanted] if isinstance(wanted, str) else wanted)]
            labels = rows[[each for each in LABELS if each in rows]].astype(str).agg(" ".join, axis=1)
            parts.append(pd.Series(rows["principal"].to_numpy(), index=f"{name} " + labels))
        return pd.concat(parts)

    def _tables(self, wanted: Iterable[str], changes: dict[str, Change]) -> dict[str, pd.DataFrame]:
        return self._replay.tables(wanted, self._settings, {"scenarios": first_scenario, **changes})


def moved(assumptions: pd.DataFrame, row: pd.Series) -> pd.DataFrame:
    """The assumptions with one at the farther end of its range, or a tenth higher where it has none."""
    value, low, high = (float(row[each]) for each in ("value", "low", "high"))
    to = value * (1 + TENTH) if pd.isna(low) else max((low, high), key=lambda end: abs(end - value))
    return assumptions.assign(value=assumptions["value"].mask(assumptions["id"] == row["id"], to))


def ranking(effects: Effects, working: pd.DataFrame, console: Console) -> pd.DataFrame:
    """Each working assumption with the figure it moves most and by how much, the largest first."""
    base = effects.figures(effects.assumptions)
    base = base[base.abs() > 0]
    rows = []
    for number, (_, row) in enumerate(working.iterrows(), start=1):
        try:
            figures = effects.figures(moved(effects.assumptions, row))
        except Exception as error:
            rows.append((row["id"], float("nan"), f"cannot be moved: {type(error).__name__}"))
            continue
        change = (figures.reindex(base.index) / base - 1).abs().mul(100)
        rows.append((row["id"], float(change.max()), str(change.idxmax()) if change.max() > 0 else ""))
        console.print(f"{number} of {len(working)}  {row['id']}: {change.max():.2f} %", highlight=False)
    found = pd.DataFrame(rows, columns=["id", "effect", "figure"])
    return found.sort_values(["effect", "id"], ascending=[False, True], na_position="last", ignore_index=True)


def page(weighty: pd.DataFrame, ranked: pd.DataFrame, unasked: Iterable[str]) -> str:
    """The page of the method that says how assumptions are graded and what is left to evidence."""
    grades = weighty["evidence_grade"].value_counts()
    published, derived, working = (int(grades.get(grade, 0)) for grade in "ABC")
    share = (published + derived) / len(weighty)
    lines = [
        "# Evidence behind the assumptions",
        "",
        "Printed by `python -m benchmarks.validation.evidence_grades --write`; not written by hand.",
        "",
        f"{len(weighty)} assumptions of `data/assumptions.csv` carry weight: a principal run asks for them",
        f"and they are no choice of method. {published} are published (A), {derived} are derived or read",
        f"second-hand (B): {share:.1%} together. {working} are working assumptions (C).",
        "",
        f"The working assumptions, by how far one moves any figure of the whole area in {YEAR} (demand by",
        "service, staff required and supplied, rooms and beds, people, homes) when it goes to the farther",
        f"end of its range, or up by {TENTH:.0%} where it has none:",
        "",
        "| assumption | effect, % | on |",
        "|---|---:|---|",
    ]
    for row in ranked.itertuples():
        effect = "" if pd.isna(row.effect) else f"{row.effect:.2f}"
        lines.append(f"| `{row.id}` | {effect} | {row.figure} |")
    lines += [
        "",
        "No principal run asks for these; scenarios, checks, services that are switched off or the inputs of",
        "areas without figures of their own do:",
        ", ".join(f"`{identifier}`" for identifier in unasked) + ".",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print the grades and the ranking, or write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--outputs", type=Path, required=True)
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    console = Console(soft_wrap=True)
    effects = Effects(chosen.outputs.resolve())
    asked = effects.asked()
    england = england_assumptions()
    weighty = graded(england, asked)
    unasked = sorted(set(england["id"]) - asked)
    console.print(weighty["evidence_grade"].value_counts().to_string())
    working = weighty.loc[weighty["evidence_grade"] == "C", "id"]
    working = effects.assumptions[effects.assumptions["id"].isin(set(working))]
    text = page(weighty, ranking(effects, working, console), unasked)
    if chosen.write:
        PAGE.write_text(text, encoding="utf-8")
    else:
        console.print(text, highlight=False, markup=False)


if __name__ == "__main__":
    main()
