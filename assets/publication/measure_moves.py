"""Every released measure of a place or provider against the last release, held to its own interval.

A move of more than half the last release's interval is told with what changed; one of more than the whole
interval needs an acceptance. The comparison is made in models.evaluation.reconciliation.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from assets.inputs.scenarios import PRINCIPAL
from assets.publication.headlines import HEADLINE_YEARS
from assets.tables.declarations import PROMISED, TABLES
from assets.tables.parquet import read_frame
from models.evaluation.reconciliation import shares_of_interval

TOLD, REFUSED = 0.5, 1.0
"""Shares of the last release's interval from which a move is told, and from which it needs an acceptance."""
EVERY_TABLE = "all"
"""In an acceptance: every table of an area."""
LEAST_SHARE = 0.1
"""An interval counts as at least this share of the figure."""
SMALLEST_OF_LARGEST = 0.01
"""A figure below this share of its measure's largest is too small to be compared."""
_VALUES = ["principal", "p10", "p90"]
_AREAS = ("place", "provider")
_FINER = {"neighbourhood", "site_reference", "age", "driver", "part", "origin", "length_of_stay"}
"""Keys of parts of a measure: what moves them by more than their share moves the measure too."""


@dataclass(frozen=True)
class Move:
    """The largest move of a table's measures in one area."""

    table: str
    area: str
    area_kind: str
    measure: str
    year: int
    before: float
    after: float
    share: float


def compared_tables() -> list[str]:
    """The released tables that have an interval for measures of a place or a provider by year."""
    return [
        name
        for name in PROMISED
        if name in TABLES
        and {*_VALUES, "scenario", "year"} <= set(TABLES[name].column_names)
        and sum(area in TABLES[name].keys for area in _AREAS) == 1
        and not _FINER & set(TABLES[name].keys)
    ]


def moves_since(tables: Mapping[str, pd.DataFrame], last: Path) -> list[Move]:
    """The largest move of each compared table by area, the furthest first; `last` is the release before.

    A table that the last release has not, or has with other columns, is not compared.
    """
    found: list[Move] = []
    for name in compared_tables():
        path = last / f"{name}.parquet"
        if name not in tables or not path.is_file():
            continue
        keys = list(TABLES[name].keys)
        before = read_frame(path)
        if not {*keys, *_VALUES} <= set(before):
            continue
        found += _table_moves(name, keys, _compared(before), _compared(tables[name]))
    return sorted(found, key=lambda move: -move.share)


def _compared(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[(frame["scenario"] == PRINCIPAL) & frame["year"].isin(HEADLINE_YEARS)]


def _table_moves(name: str, keys: list[str], before: pd.DataFrame, after: pd.DataFrame) -> Iterable[Move]:
    area = next(key for key in _AREAS if key in keys)
    measure = [key for key in keys if key not in (area, "scenario", "year")]
    both = before[[*keys, *_VALUES]].merge(after[[*keys, "principal"]], on=keys, suffixes=("_before", ""))
    size = both["principal_before"].abs()
    largest = size.groupby([both[key] for key in measure]).transform("max") if measure else size.max()
    both = both[size >= SMALLEST_OF_LARGEST * largest]
    if both.empty:
        return []
    both = both.assign(
        share=shares_of_interval(
            both["principal_before"], both["principal"], both["p10"], both["p90"], LEAST_SHARE
        )
    )
    furthest = both.loc[both.groupby(area)["share"].idxmax()]
    return [
        Move(
            name,
            str(row[area]),
            area,
            " ".join(str(row[key]) for key in measure) or name,
            int(row["year"]),
            float(row["principal_before"]),
            float(row["principal"]),
            float(row["share"]),
        )
        for row in furthest.to_dict("records")
        if row["share"] > TOLD
    ]


def sentences(
    found: Iterable[Move],
    names: Mapping[str, str],
    causes: str,
    accepted: Collection[tuple[str, str]],
    system: str,
) -> tuple[list[str], list[str]]:
    """What is told and what stops the release: a sentence an area each, of its furthest moves.

    `names` by code, `causes` what changed since the last release, `accepted` pairs of a table, or
    EVERY_TABLE, and a place; a provider's moves are accepted with the code of the system.
    """
    told, refused = [], []
    by_area: dict[str, list[Move]] = {}
    for move in found:
        by_area.setdefault(move.area, []).append(move)
    for area, own in by_area.items():
        place = area if own[0].area_kind == "place" else system
        passed = {table for table, where in accepted if where == place}
        open_moves = [m for m in own if m.share > REFUSED and not {m.table, EVERY_TABLE} & passed]
        first = (open_moves or own)[0]
        what = f"{first.table}, {first.measure}".replace("_", " ")
        words = (
            f"{what} of {names.get(area, area)} in {first.year}: {first.after:,.6g} against "
            f"{first.before:,.6g} in the last release, {first.share:.1f} times its interval there"
        )
        others = sorted({m.table for m in (open_moves or own)} - {first.table})
        words += f"; so do {', '.join(others)}" if others else ""
        words += f". Since then changed: {causes}"
        if open_moves:
            tables = ", ".join(sorted({m.table for m in open_moves}))
            words += (
                f". If it is right, add a row to release_acceptances.csv for {place} and each of {tables}, "
                f"or one for {EVERY_TABLE}: who accepts it, why and until when"
            )
            refused.append(words)
        else:
            told.append(words)
    return told, refused
