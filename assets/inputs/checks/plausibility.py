"""Input figures held to the rules of plausible.yaml: beside their neighbours, other places, other tables.

A figure alone is checked as its file is read. Here a slip of the keyboard is seen by what stands around it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from assets.inputs.csv_reading import numbered, row_numbers
from assets.tables.declarations import INPUT_TABLES, loading
from housing_trajectories.findings import Finding
from models.evaluation.figures_compared import Floats, beside_neighbours, beside_others, times_apart

RULES = Path(loading.__file__).parent / "plausible.yaml"
LAST = "last"
"""In `where`: the latest year or month of the table."""
_OF_AREA = ("local", "partly_local")
Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Measured:
    """Figures of one rule with their bounds: a row a figure, columns of keys, then value, low and high.

    `row` is the row of the file, 0 where a figure is of several rows. `words` say what is compared. `over`
    is the table of what a figure is divided by.
    """

    file: str
    column: str
    words: str
    figures: pd.DataFrame
    over: str = ""

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables whose rows are compared."""
        return (self.file, self.over) if self.over else (self.file,)


@cache
def rules() -> Mapping[str, Any]:
    """The rules as plausible.yaml has them, by kind."""
    return loading.content(RULES)


def plausibility_findings(tables: Tables) -> list[Finding]:
    """A finding for each figure outside its bounds; of a series or a group the one furthest out."""
    findings = []
    levels = _levels(tables)
    for measured in every_measure(tables):
        figures = measured.figures
        outside = (figures["value"] < figures["low"]) | (figures["value"] > figures["high"])
        for row in figures[outside].to_dict("records"):
            number = int(row["row"]) or None
            told = dict(numbered(tables[measured.file]))[number] if number else row
            if not any(_is_of_area(levels.get(name, {}), told) for name in measured.tables):
                continue
            keys = [
                f"{name} {value}"
                for name, value in row.items()
                if name not in ("value", "low", "high", "row")
            ]
            found = _number(row["value"]) + (f" for {', '.join(keys)}" if keys else "")
            expected = f"{_number(row['low'])} to {_number(row['high'])}, {measured.words}"
            findings.append(Finding(f"{measured.file}.csv", number, measured.column, found, expected))
    return findings


def _levels(tables: Tables) -> dict[str, dict[str, str]]:
    """Of each table with rows of England's, the level of each unit (a place, a provider) as composed."""
    frame = tables.get("area_inputs", pd.DataFrame(columns=["input", "unit", "level"]))
    return {
        str(name): dict(zip(rows["unit"], rows["level"], strict=True))
        for name, rows in frame.groupby("input")
    }


def _is_of_area(levels: Mapping[str, str], row: Mapping[Any, Any]) -> bool:
    """Whether a row, or what it stands beside, is what the area brought along."""
    known = [levels[value] for value in row.values() if isinstance(value, str) and value in levels]
    return not levels or any(level in _OF_AREA for level in known or levels.values())


def every_measure(tables: Tables) -> list[Measured]:
    """What the rules measure in these tables, those of tables that could not be read left out."""
    tables = {name: frame.assign(row=row_numbers(frame)) for name, frame in tables.items()}
    found = [_assumptions(tables["assumptions"])] if "assumptions" in tables else []
    for kind, measure in (("rows", _rows), ("smooth", _smooth), ("alike", _alike), ("ratios", _ratio)):
        for rule in rules()[kind]:
            named = {
                str(rule[side]).partition(".")[0] for side in ("value", "over") if "." in rule.get(side, "")
            }
            if named <= tables.keys():
                found.append(measure(rule, tables))
    return found


def assumption_range(identifier: str) -> tuple[float, float] | None:
    """The plausible range of an assumption: that of the last pattern its id fits."""
    fitting = [
        bounds for pattern, bounds in rules()["assumptions"].items() if fnmatchcase(identifier, pattern)
    ]
    return (float(fitting[-1][0]), float(fitting[-1][1])) if fitting else None


def _assumptions(frame: pd.DataFrame) -> Measured:
    rows = []
    for row in frame[frame["low"].isna()].to_dict("records"):
        bounds = assumption_range(str(row["id"]))
        if bounds is not None:
            rows.append(
                {
                    "id": row["id"],
                    "value": row["value"],
                    "low": bounds[0],
                    "high": bounds[1],
                    "row": row["row"],
                }
            )
    figures = pd.DataFrame(rows, columns=["id", "value", "low", "high", "row"])
    return Measured("assumptions", "value", "the plausible range of plausible.yaml", figures)


def _picked(rule: Mapping[str, Any], tables: Tables, side: str) -> tuple[pd.DataFrame, str, str]:
    """Rows, table and column that one side of a rule names; the row's number of the file in `row`."""
    name, column = str(rule[side]).split(".")
    frame = tables[name]
    for key, wanted in rule.get("where", {}).items():
        if key in frame:
            any_of = wanted if isinstance(wanted, list) else [frame[key].max() if wanted == LAST else wanted]
            frame = frame[frame[key].isin(any_of)]
    return frame[frame[column].notna()], name, column


def _rows(rule: Mapping[str, Any], tables: Tables) -> Measured:
    frame, name, column = _picked(rule, tables, "value")
    low, high = rule["between"]
    values, words = frame[column].astype(float), "a plausible value"
    if "over" in rule:
        over = frame[rule["over"]].astype(float)
        known = over.notna()
        frame, values = frame[known], values[known]
        low, high = low * over[known], high * over[known]
        words = f"{rule['between'][0]:g} to {rule['between'][1]:g} times {rule['over']}"
    figures = pd.DataFrame({"value": values, "low": low, "high": high, "row": frame["row"]})
    return Measured(name, column, words, figures)


def _smooth(rule: Mapping[str, Any], tables: Tables) -> Measured:
    frame, name, column = _picked(rule, tables, "value")
    along, floor, factor = rule["along"], float(rule.get("floor", 0)), float(rule["factor"])
    width = (frame["age_to"] - frame["age_from"] + 1) if rule.get("per_width") else 1
    values = (frame[column] / width + floor).to_numpy(dtype=np.float64)
    series = _groups(frame, [key for key in _keys(name, frame) if key != along])
    position = np.array([_position(text) for text in frame[along]])
    values = _above_nought(values)
    expected, steps = beside_neighbours(values, position, series)
    words = f"at most {factor:g} times more or less than beside it along {along}"
    return _furthest(rule, frame, name, column, values, expected, factor**steps, series, words)


def _alike(rule: Mapping[str, Any], tables: Tables) -> Measured:
    frame, name, column = _picked(rule, tables, "value")
    across, floor, factor = rule["across"], float(rule.get("floor", 0)), float(rule["factor"])
    whole = frame[column].astype(float)
    scale = (
        whole.groupby([frame[key] for key in rule["share_of"]]).transform("sum")
        if "share_of" in rule
        else 1.0
    )
    values = np.asarray(whole / scale + floor, dtype=np.float64)
    group = _groups(frame, rule.get("within") or [key for key in _keys(name, frame) if key != across])
    values = _above_nought(values)
    expected = beside_others(values, group)
    words = f"at most {factor:g} times more or less than in the others by {across}"
    return _furthest(
        rule,
        frame.assign(scale=scale),
        name,
        column,
        values,
        expected,
        np.full(len(values), factor),
        group,
        words,
    )


def _above_nought(values: Floats) -> Floats:
    """The values, those of nought and below as a thousandth of the middle one: below whatever is beside."""
    above = values[values > 0]
    return np.maximum(values, 1e-3 * float(np.median(above))) if len(above) else np.ones(len(values))


def _furthest(
    rule: Mapping[str, Any],
    frame: pd.DataFrame,
    name: str,
    column: str,
    values: Floats,
    expected: Floats,
    factor: Floats,
    group: NDArray[np.int64],
    words: str,
) -> Measured:
    """Each group's figure that is furthest from what is expected, with its bounds in the unit of the file."""
    apart = np.nan_to_num(np.log(times_apart(values, expected)) / np.log(factor), nan=-1.0)
    order = np.lexsort((apart, group))
    at = order[np.append(np.diff(group[order]) > 0, True)] if len(order) else order
    at = at[apart[at] >= 0]
    rows, middle, factor = frame.iloc[at], expected[at], factor[at]
    floor = float(rule.get("floor", 0))
    unit = rows["scale"].to_numpy(dtype=np.float64) if "scale" in rows else np.ones(len(rows))
    if rule.get("per_width"):
        unit = (rows["age_to"] - rows["age_from"] + 1).to_numpy(dtype=np.float64)
    figures = rows[_keys(name, frame)].assign(
        value=rows[column].astype(float),
        low=(middle / factor - floor) * unit,
        high=(middle * factor - floor) * unit,
        row=rows["row"],
    )
    return Measured(name, column, words, figures)


def _ratio(rule: Mapping[str, Any], tables: Tables) -> Measured:
    frame, name, column = _picked(rule, tables, "value")
    by = list(rule["by"])
    sums = _sums(rule, frame, column, [*by, *rule.get("each", ())], "value")
    low, high = rule["between"]
    over = str(rule["over"]).partition(".")[0] if "over" in rule else ""
    if over:
        sums = sums.merge(_sums(rule, *_side(rule, tables), by, "over"), on=by)
        if "pooled" in rule:
            by = [key for key in by if key != rule["pooled"]]
            sums = sums.groupby(by, as_index=False)[["value", "over"]].sum()
        # A figure over none is as far out as can be; none over none says nothing, nor does a very small sum.
        sums = sums[sums["over"] >= rule.get("least", 0)]
        sums = sums.assign(value=sums["value"] / sums["over"]).drop(columns="over").dropna(subset="value")
    return Measured(name, column, str(rule["what"]), sums.assign(low=low, high=high, row=0), over)


def _side(rule: Mapping[str, Any], tables: Tables) -> tuple[pd.DataFrame, str]:
    frame, _, column = _picked(rule, tables, "over")
    return frame, column


def _sums(
    rule: Mapping[str, Any], frame: pd.DataFrame, column: str, by: Sequence[str], side: str
) -> pd.DataFrame:
    frame = frame.rename(columns=rule.get("rename", {}))
    sums = frame.groupby(list(by))[column].sum().rename(side).reset_index()
    if rule.get("steps") == side:
        others = [key for key in by if key != "year"]
        later = sums.assign(year=sums["year"] - 1)
        sums = sums.merge(later, on=list(by), suffixes=("_before", "_after"))
        sums = sums.assign(**{side: sums[f"{side}_after"] - sums[f"{side}_before"]})[[*others, "year", side]]
    return sums


def _keys(name: str, frame: pd.DataFrame) -> list[str]:
    return [key for key in INPUT_TABLES[name].keys if key in frame]


def _groups(frame: pd.DataFrame, keys: Sequence[str]) -> NDArray[np.int64]:
    if not keys:
        return np.zeros(len(frame), dtype=np.int64)
    return np.asarray(frame.groupby(list(keys), sort=False, dropna=False).ngroup(), dtype=np.int64)


def _position(value: object) -> float:
    """Where a year, a month, an age or the first age of a band stands along its series."""
    text = str(value)
    if text == "birth":
        return -1.0
    year, dash, month = text.partition("-")
    if dash and len(year) == 4:
        return float(year) * 12 + float(month)
    return float(year.removesuffix("+"))


def _number(value: float) -> str:
    return f"{value:,.6g}" if abs(value) < 1000 else f"{value:,.0f}"
