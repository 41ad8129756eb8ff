"""Assumptions and sources as the report lists them, and which of them each number leads to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from assets.publication.report.rests_on import bases
from assets.publication.report.wording import words

_DOMAINS = ("housing", "demography", "demand", "workforce", "estates")


def bases_in_page(tables: Mapping[str, pd.DataFrame]) -> dict[str, dict[str, list[Any]]]:
    """Bases by name for the page's script: positions of own ids in the table of assumptions, and upstream."""
    if "assumptions" not in tables:
        return {}
    at = {identifier: number for number, identifier in enumerate(tables["assumptions"]["id"])}
    return {
        name: {"own": [at[identifier] for identifier in basis.ids], "upstream": list(basis.upstream)}
        for name, basis in bases(tables).items()
    }


def domains(tables: Mapping[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """Assumptions by the first word of their id, in the order in which a number passes through them."""
    if "assumptions" not in tables:
        return []
    frame = tables["assumptions"].reset_index(drop=True)
    of = frame["id"].str.split(".").str[0]
    order = [*(each for each in _DOMAINS if (of == each).any()), *sorted(set(of) - set(_DOMAINS))]
    made: list[dict[str, Any]] = []
    for name in order:
        rows = frame[of == name]
        grades = rows["evidence_grade"].value_counts()
        made.append(
            {
                "name": name,
                "title": words(name),
                "count": len(rows),
                "grades": ", ".join(
                    f"{grades[grade]} {grade}" for grade in ("A", "B", "C") if grade in grades
                ),
                "rows": [
                    {
                        "id": row["id"],
                        "at": at,
                        "value": _figure(row["value"]),
                        "range": ""
                        if pd.isna(row["low"])
                        else f"{_figure(row['low'])} to {_figure(row['high'])}",
                        "unit": row["unit"],
                        "grade": row["evidence_grade"],
                        "source": row["source_id"],
                        "note": "" if pd.isna(row["note"]) else row["note"],
                    }
                    for at, row in zip(rows.index, rows.to_dict("records"), strict=True)
                ],
            }
        )
    return made


def _figure(value: float) -> str:
    return np.format_float_positional(value, precision=6, fractional=False, trim="-")


def sources(tables: Mapping[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """Every source with the files of the run that hold it."""
    if "sources" not in tables:
        return []
    files: dict[str, list[str]] = {}
    if "input_files" in tables:
        for row in tables["input_files"].to_dict("records"):
            if not pd.isna(row["source_id"]):
                files.setdefault(row["source_id"], []).append(row["id"])
    return [
        {
            **{str(name): "" if pd.isna(value) else value for name, value in row.items()},
            "files": ", ".join(files.get(row["id"], [])),
        }
        for row in tables["sources"].to_dict("records")
    ]


LEVELS = {
    "local": "the area's own figures",
    "partly_local": "the area's own and published figures",
    "published": "published for it",
    "derived": "made of its published figures by a stated rule",
    "england_by_need": "England's rate times its need",
    "england": "England's or its region's rate",
    "none": "no figure",
}
"""The rungs of evidence, in words, from the area's own down."""


def evidence(tables: Mapping[str, pd.DataFrame], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """What each input rests on: places and providers by rung, with source and vintage of national rows."""
    if "area_inputs" not in tables:
        return []
    shown = []
    for name, rows in tables["area_inputs"].groupby("input", sort=True):
        by_level = [
            f"{words}: {', '.join(names.get(unit, unit) for unit in of_level['unit'])}"
            for level, words in LEVELS.items()
            if len(of_level := rows[rows["level"] == level])
        ]
        national = rows.dropna(subset="source_id")
        shown.append(
            {
                "input": name,
                "rests_on": "; ".join(by_level),
                "sources": sorted(set(national["source_id"])),
                "vintage": ", ".join(sorted(set(national["vintage"].dropna()))),
            }
        )
    return shown
