"""How far the supply of staff in post would have been out: beside no change and each trust's own trend.

    python -m benchmarks.validation.supply_backtest --june-2018 FILE --save data/supply_backtest.csv
    python -m benchmarks.validation.supply_backtest FILE [FILE ...]

Without files: totals of all English trusts of 2024/25, April to March and from six months on the next six,
and, with a table of June 2018, from it to the mean of 2024/25. With files of NHS Workforce Statistics by
staff group and organisation (Date, Org Code, Staff Group, Data Type, Total): every staff group, from each
month to the same month one, two, three and five years later.

The model is the project's own stock and flow at England's rates, on the staff of the month it starts from.
None of its rates is fitted here. Its 80 % interval is also widened to what half of the trusts show, and
scored on the other half. Descriptive: its rates are of years that partly lie after the month it starts from.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from assets.inputs.settings import RunSettings
from assets.inputs.shared_assumptions import shared_value
from assets.tables.declarations.named_values import AGE_BANDS
from assets.workforce.posts_and_staff import profiles
from assets.workforce.supplied_staff import supply_base, supply_draws
from assets.workforce.workforce_inputs import StaffingTables
from benchmarks.speed.workforce_speed import made_up
from benchmarks.validation.staff_history import ALL, of_june_2018, published, trust_totals
from models.arrays import FloatArray
from models.uncertainty.ensemble import summarise
from models.workforce.supply_outlook import Variant, no_policy, outlook

DRAWS = 500
SEED = 1
GROUPS = (
    "doctors",
    "midwives",
    "nurses",
    "scientific_therapeutic_and_technical",
    "support_to_clinical_staff",
)
HORIZONS = (1, 2, 3, 5)
"""Years ahead that are scored of a supplied history."""
LEAST_TREND = 6
"""Months of history from which a trust's own trend is drawn."""
MONTHS = 12
KEYS = ["series", "origin", "target", "staff_group", "method", "measure"]
METHODS = ("placecast", "no_change", "linear_trend")


@cache
def _shipped() -> dict[str, Any]:
    """The shipped tables, of which rates, ages and the rest are England's."""
    return made_up(2)


def staff_at(history: pd.DataFrame, month: pd.Period) -> pd.DataFrame:
    """FTE by trust (rows) and modelled group of a month; England's split where a trust has only its total."""
    rows = history[history["month"] == month]
    now = rows.pivot_table(index="trust", columns="staff_group", values="fte", aggfunc="sum")
    groups = now.reindex(columns=list(GROUPS))
    shares = np.array([shared_value(f"england.share_{group}") for group in GROUPS]) / 100
    if ALL in now:
        alone = groups.isna().all(axis=1)
        groups.loc[alone] = now.loc[alone, [ALL]].to_numpy() * shares
    return groups.dropna(how="all").fillna(0.0)


def projected(staff: pd.DataFrame, years: int, draws: int = DRAWS) -> FloatArray:
    """FTE in post (trust, group, year, draw) from `staff` (trust by group), the first year as it is."""
    made = _shipped()
    units = [(str(trust), "acute", group) for trust in staff.index for group in GROUPS]
    described = made["staff_groups"].set_index("staff_group")
    known = made["assumptions"].set_index("id")["value"]
    participation = np.array([known[f"workforce.participation_{group}"] for group in GROUPS])
    shapes = profiles(made["staff_age_profiles"], "staff").loc[described.loc[list(GROUPS), "age_profile"]]
    # A group that a trust does not have is given next to nobody: rates are of heads.
    heads = np.maximum(staff[list(GROUPS)].to_numpy(), 1e-6) / participation
    ages = heads[..., None] * shapes.to_numpy()
    names = pd.DataFrame(units, columns=["area", "sector", "staff_group"])
    by_age = names.loc[names.index.repeat(len(AGE_BANDS))].reset_index(drop=True)
    changed = {
        # No file is in it: staff start from what stands in the history.
        "staffing_base": names.assign(
            participation=np.tile(participation, len(staff)), recorded="figures", staff_at=""
        ),
        "recorded_staff": pd.DataFrame(columns=["area", "staff_group", "month", "headcount", "wte"]),
        "staff_in_post": by_age.assign(age_band=list(AGE_BANDS) * len(units), headcount=ages.ravel()),
        "recorded_staff_flows": pd.DataFrame(),
    }
    given = {field.name: changed.get(field.name, made.get(field.name)) for field in fields(StaffingTables)}
    tables = StaffingTables(**given)
    settings = RunSettings(draws=draws, seed=SEED)
    drawn = supply_draws(tables, units, "provider", years + 1, settings)
    # What was in post is on record here.
    drawn = replace(drawn, level=np.ones_like(drawn.level))
    usual = Variant(np.ones((years + 1, len(units))), no_policy(years + 1, len(units)))
    wte = outlook(supply_base(tables, units, tables.base_year + np.arange(years + 1)), drawn, [usual]).wte[0]
    return wte.transpose(2, 1, 0).reshape(len(staff), len(GROUPS), years + 1, draws + 1)


def forecast(history: pd.DataFrame, origin: pd.Period, target: pd.Period, draws: int = DRAWS) -> pd.DataFrame:
    """Rows of trust and group: fte at the origin, actual, forecasts of METHODS, and the model's interval.

    Groups that are not modelled go with the modelled ones in a trust's total.
    """
    ahead = (target - origin).n / MONTHS
    staff = staff_at(history, origin)
    run = projected(staff, int(np.ceil(ahead)), draws)
    whole = int(min(np.floor(ahead), run.shape[2] - 2))
    at = run[:, :, whole] + (run[:, :, whole + 1] - run[:, :, whole]) * (ahead - whole)
    ratio = {group: at[:, number] / run[:, number, 0] for number, group in enumerate(GROUPS)}
    ratio[ALL] = at.sum(axis=1) / run[:, :, 0].sum(axis=1)
    wide = history.pivot_table(index=["trust", "staff_group"], columns="month", values="fte")
    pairs = wide[[origin, target]].dropna()
    pairs = pairs[pairs.min(axis=1) > 0]
    rows = []
    for (trust, group), (now, then) in zip(pairs.index, pairs.to_numpy(), strict=True):
        if group not in ratio or trust not in staff.index:
            continue
        summary = summarise(now * ratio[group][staff.index.get_loc(trust)])
        trend = _trend(wide.loc[(trust, group)], origin, target)
        rows.append(
            (trust, group, then, float(summary.principal), now, trend, float(summary.p10), float(summary.p90))
        )
    return pd.DataFrame(rows, columns=["trust", "staff_group", "actual", *METHODS, "p10", "p90"])


def _trend(series: pd.Series, origin: pd.Period, target: pd.Period) -> float:
    """A straight line through a trust's own months up to the origin; NaN where they are too few."""
    past = series[series.index <= origin].dropna()
    if len(past) < LEAST_TREND:
        return float("nan")
    months = np.array([(month - origin).n for month in past.index], dtype=float)
    slope, level = np.polyfit(months, past.to_numpy(float), 1)
    return float(level + slope * (target - origin).n)


def scored(series: str, origin: str, target: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Errors of each method by group in per cent, the share of outcomes in the interval, and their number."""
    found = []
    for group, own in rows.groupby("staff_group"):
        values: list[tuple[str, str, float]] = [("placecast", "trusts", float(len(own)))]
        for method in METHODS:
            told = own.dropna(subset=[method])
            if told.empty:
                continue
            errors = 100 * (told[method] / told["actual"] - 1)
            values += [
                (method, "mape", float(errors.abs().mean())),
                (method, "medape", float(errors.abs().median())),
                (method, "bias", float(100 * (told[method].sum() / told["actual"].sum() - 1))),
            ]
        values.append(("placecast", "coverage_80", 100 * _held(own, 1.0)))
        widened = _widened(own)
        if widened is not None:
            values += [("placecast_widened", "widened_by", widened[0])]
            values += [("placecast_widened", "coverage_80", 100 * widened[1])]
        found += [(series, origin, target, group, *each) for each in values]
    return pd.DataFrame(found, columns=[*KEYS, "value"])


def _held(rows: pd.DataFrame, wider: float) -> float:
    """Share of outcomes in the interval, its ends `wider` times as far from the forecast."""
    centre = rows["placecast"]
    low, high = (centre + wider * (rows[end] - centre) for end in ("p10", "p90"))
    return float(((rows["actual"] >= low) & (rows["actual"] <= high)).mean())


def _widened(rows: pd.DataFrame) -> tuple[float, float] | None:
    """How much wider half of the trusts want the interval for 80 %, and the share that then holds of the
    others; None for fewer than twenty trusts."""
    half = 10
    trusts = sorted(rows["trust"])
    if len(trusts) < 2 * half:
        return None
    fitted = rows["trust"].isin(trusts[::2])
    one = rows[fitted]
    away = one["actual"] - one["placecast"]
    reach = np.where(away > 0, one["p90"] - one["placecast"], one["placecast"] - one["p10"])
    wider = float(np.quantile(away.abs() / reach, 0.8))
    return wider, _held(rows[~fitted], wider)


def of_trust_totals(draws: int = DRAWS) -> pd.DataFrame:
    """All trusts of England in 2024/25: eleven months ahead, and six months ahead of six that are known."""
    return pd.concat([from_month(first, draws) for first in ("2024-04", "2024-09")], ignore_index=True)


def from_month(first: str, draws: int = DRAWS) -> pd.DataFrame:
    """All trusts of England from one month of 2024/25 to its last."""
    rows = forecast(trust_totals(), pd.Period(first, "M"), pd.Period("2025-03", "M"), draws)
    return scored("trust_totals_2024_25", first, "2025-03", rows)


def since_june_2018(path: Path, draws: int = DRAWS) -> pd.DataFrame:
    """Trusts of June 2018 to their mean of 2024/25, taken for the month in its middle."""
    then = of_june_2018(path)
    target = pd.Period("2024-10", "M")
    totals = trust_totals().groupby("trust", as_index=False)["fte"].mean()
    now = totals[totals["trust"].isin(then["trust"])].assign(staff_group=ALL, month=target)
    rows = forecast(pd.concat([then, now]), pd.Period("2018-06", "M"), target, draws)
    return scored("june_2018_to_2024_25", "2018-06", "2024/25", rows)


def of_supplied(paths: Iterable[Path], draws: int = DRAWS) -> pd.DataFrame:
    """A history of published files: from each month to the same month HORIZONS later, pooled by horizon."""
    history = published(paths)
    months = sorted(set(history["month"]))
    parts = []
    for years in HORIZONS:
        pairs = [(month, month + years * MONTHS) for month in months if month + years * MONTHS in months]
        made = [forecast(history, origin, target, draws) for origin, target in pairs]
        if made:
            whole = pd.concat(made, ignore_index=True)
            parts.append(scored("supplied", f"{len(pairs)} months", f"{years} years later", whole))
    if not parts:
        raise SystemExit("no month of these files has the same month one, two, three or five years later")
    return pd.concat(parts, ignore_index=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the scores, and save them where asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--june-2018", type=Path)
    parser.add_argument("--save", type=Path)
    parser.add_argument("--draws", type=int, default=DRAWS)
    given = parser.parse_args(arguments)
    if given.files:
        scores = of_supplied(given.files, given.draws)
    else:
        parts = [of_trust_totals(given.draws)]
        if given.june_2018:
            parts.append(since_june_2018(given.june_2018, given.draws))
        scores = pd.concat(parts, ignore_index=True)
    scores = scores.round({"value": 2}).sort_values(KEYS, ignore_index=True)
    if given.save:
        scores.to_csv(given.save, index=False)
    table = Table(title="supply of staff in post: backtest")
    for heading in (*KEYS, "value"):
        table.add_column(heading)
    for row in scores.itertuples(index=False):
        table.add_row(*(str(value) for value in row))
    Console().print(table)


if __name__ == "__main__":
    main()
