"""England's health boards by date: ICBs and their sub-ICB locations, before and since April 2026.

A board that ended names its successors, one that began names whom it followed. Whom a board serves is
counted by the small areas (LSOAs) of each authority that lie in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import pandas as pd

from assets.england.national_tables import england_table
from assets.inputs.defaults import SHARED_DATA

BEGAN, LAST_BEFORE, CHANGED = "2022-07", "2026-03", "2026-04"
AT_LEAST = 0.5
"""An authority is in a board's area where at least this share of its LSOAs lies in it."""


@dataclass(frozen=True)
class Board:
    """An ICB or a sub-ICB under one GSS code, from a month to another (empty: it is one of today's).

    `within` has the ODS codes of the boards a sub-ICB lies in, or of an ICB's sub-ICBs; `followed` and
    `successors` those of boards of its own kind before and after it. `former_name` is what it was called up
    to March 2026, where another.
    """

    kind: str
    code: str
    gss: str
    name: str
    since: str
    until: str
    within: tuple[str, ...]
    followed: tuple[str, ...] = ()
    successors: tuple[str, ...] = ()
    former_name: str = ""

    @property
    def title(self) -> str:
        """Codes and name, for a person."""
        return f"{self.gss} ({self.code}, {self.name})"


@dataclass(frozen=True)
class Part:
    """An authority that lies in a board wholly or in part: its people of mid-2024, and shares of 0 to 1."""

    authority: str
    lsoa_share: float
    people_share: float
    people: float


@cache
def boards() -> tuple[Board, ...]:
    """Every ICB and sub-ICB since July 2022: those of today, then those that ended, each by name."""
    found = []
    for kind, others in (("icb", "sub_icb"), ("sub_icb", "icb")):
        before, now = _edition(kind, "2024"), _edition(kind, "2026")
        codes_now = {code for code, _ in now}
        for key, rows in now.items():
            code, gss = key
            names = dict(zip(rows[f"{kind}_2024"], rows[f"{kind}_2024_name"], strict=True))
            found.append(
                Board(
                    kind,
                    code,
                    gss,
                    str(rows[f"{kind}_2026_name"].iloc[0]),
                    BEGAN if key in before else CHANGED,
                    "",
                    _distinct(rows[f"{others}_2026"]),
                    followed=() if key in before else _distinct(rows[f"{kind}_2024"]),
                    former_name=names.get(code, "") if kind == "sub_icb" else "",
                )
            )
        for key, rows in before.items():
            code, gss = key
            if key not in now:
                later = (code,) if code in codes_now else _distinct(rows[f"{kind}_2026"])
                name = str(rows[f"{kind}_2024_name"].iloc[0])
                within = _distinct(rows[f"{others}_2024"])
                found.append(Board(kind, code, gss, name, BEGAN, LAST_BEFORE, within, successors=later))
    return tuple(sorted(found, key=lambda board: (board.until != "", board.kind, board.name, board.code)))


@cache
def parts_of(board: Board) -> tuple[Part, ...]:
    """The authorities that lie in a board, wholly or in part, those with the largest share first."""
    table = _by_authority()
    column = f"{board.kind}_{'2024' if board.until else '2026'}"
    of_all = {name: _whole()[name].to_dict() for name in ("lsoas", "people")}
    inside = table[table[column] == board.code].groupby("authority")[["lsoas", "people"]].sum()
    parts = [
        Part(code, lsoas / of_all["lsoas"][code], people / of_all["people"][code], of_all["people"][code])
        for code, lsoas, people in inside.itertuples(name=None)
    ]
    return tuple(sorted(parts, key=lambda part: (-part.lsoa_share, part.authority)))


def area_of(board: Board) -> tuple[str, ...]:
    """Authorities of which AT_LEAST lies in a board; the one that is most in it where there is none."""
    parts = parts_of(board)
    inside = [part.authority for part in parts if part.lsoa_share >= AT_LEAST] or [parts[0].authority]
    return tuple(sorted(inside))


def _edition(kind: str, edition: str) -> dict[tuple[str, str], pd.DataFrame]:
    """Rows of `_by_authority` by the ODS and GSS code of a board of that edition."""
    groups = _by_authority().groupby([f"{kind}_{edition}", f"{kind}_{edition}_gss"])
    return {(str(code), str(gss)): rows for (code, gss), rows in groups}


@cache
def _by_authority() -> pd.DataFrame:
    """`authority_boards` with the codes and names of both editions in columns of one form."""
    table = england_table("authority_boards").rename(
        columns={
            "sub_icb": "sub_icb_2024",
            "sub_icb_gss": "sub_icb_2024_gss",
            "sub_icb_name": "sub_icb_2024_name",
        }
    )
    known = pd.read_csv(SHARED_DATA / "health_boards.csv", dtype=str).drop_duplicates("sub_icb", keep="last")
    codes = dict(zip(known["sub_icb"], known["sub_icb_gss"], strict=True))
    table["sub_icb_2026_gss"] = table["sub_icb_2026"].map(codes)
    table["sub_icb_2026_name"] = table["icb_2026_name"] + " - " + table["sub_icb_2026"]
    table["icb_2024_name"] = table["icb_2024_name"].str.replace("Integrated Care Board", "ICB")
    return table


@cache
def _whole() -> pd.DataFrame:
    return _by_authority().groupby("authority")[["lsoas", "people"]].sum()


def _distinct(values: Iterable[object]) -> tuple[str, ...]:
    return tuple(sorted({str(value) for value in values}))
