"""An area of England from a few words: a code, several codes, an exact name, or a folder with `area.yaml`.

Codes of before and after April 2026 are understood. One that is no longer in use is refused with its
successor's name, so that nobody forecasts a council or board that is no more.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from assets.areas.area_folder import NAME, is_area, read_area
from assets.areas.boards_by_date import Board, area_of, boards, parts_of
from assets.england.national_tables import england_table
from housing_trajectories.findings import BadInput, Finding, inert

SEARCH = "search for one with: make areas FIND=text"
ASKED = "AREA"
_GSS = re.compile(r"[A-Z]\d{8}")
_LONGEST_LIST = 3
_NAMED = 3
_COUNTRIES = {"W": "Wales", "S": "Scotland", "N": "Northern Ireland"}
_KINDS = {
    "E92": "England as a whole",
    "E12": "a region",
    "E40": "an NHS region",
    "E01": "a small area (LSOA)",
    "E02": "a neighbourhood (MSOA)",
    "E05": "a ward",
    "E14": "a constituency",
    "E00": "an output area",
}


@dataclass(frozen=True)
class Selection:
    """What was asked for: the area's name and own code, its authorities, and its folder where it has one.

    `notes` says in sentences what a board's area leaves out or has too many of.
    """

    name: str
    code: str
    authorities: tuple[str, ...]
    folder: Path | None = None
    notes: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        """The name of the area's folder of outputs: its code in small letters, without AREA- before it."""
        return self.code.lower().removeprefix("area-")

    def title(self) -> str:
        """The area in a line: its name, code, and how many authorities it has."""
        many = len(self.authorities)
        return f"{inert(self.name)} ({self.code}), {'1 authority' if many == 1 else f'{many} authorities'}"


def select(text: str, places: Sequence[Path] = ()) -> Selection:
    """The area that a text asks for; raises BadInput, one sentence, where it asks for none.

    places: folders in which an area's folder may be named by its name alone.
    """
    asked = text.strip()
    if not asked:
        raise _none("an empty text", f"a code, a name, or a folder with area.yaml: {SEARCH}")
    folder = _folder(asked, places)
    if folder is not None:
        area = read_area(folder)
        wrong = wrong_authorities(area.authorities)
        if wrong:
            raise BadInput(wrong)
        return Selection(
            area.name, area.code, area.authorities, folder, shares_said(area.code, area.authorities)
        )
    found = _one(asked)
    if found is not None:
        return found
    names = [part.strip() for part in asked.split(",")]
    if len(names) == 1:
        raise _unknown(asked)
    return _list([part for part in names if part])


def wrong_authorities(codes: Sequence[str], file: str = NAME) -> list[Finding]:
    """A finding for each code that is none of an authority of today: what it is, and what is expected."""
    current = authorities_of("current")
    return [
        Finding(file, None, "authorities", *_what_it_is(code)) for code in codes if code not in current.index
    ]


def shares_said(code: str, authorities: Sequence[str]) -> tuple[str, ...]:
    """A sentence for each authority that lies in a board of this code only in part; none for another code.

    code: the area's own code; authorities: those it counts, each as a whole.
    """
    board = _board(code)
    if board is None or board.until:
        return ()
    names = authorities_of("current")["name"]
    said = []
    for part in parts_of(board):
        whole = part.lsoa_share > 1 - 1e-9
        if whole and part.authority in authorities:
            continue
        people = part.people * part.people_share
        there = f"{part.lsoa_share:.1%} of the LSOAs of {names[part.authority]} ({part.authority}), with "
        there += f"{people:,.0f} people, lie in {board.name}"
        if part.authority in authorities:
            said.append(f"{there}: it is counted whole, {part.people - people:,.0f} people too many.")
        else:
            said.append(f"{there}: it is not counted, {people:,.0f} people too few.")
    return tuple(said)


def _folder(asked: str, places: Sequence[Path]) -> Path | None:
    """The area's folder of that path or name; raises BadInput for a path that leads to none."""
    try:
        given = Path(asked).expanduser()
        # A name asks for the folder of that name, so that what is known locally is not left out unseen.
        named = [place / name for place in places for name in (asked, asked.casefold())]
        for folder in (given, *named):
            if is_area(folder):
                return folder.resolve()
        there = given.is_dir()
    except (OSError, ValueError, RuntimeError):  # Nothing can have a name of that kind.
        return None
    if "/" in asked or "\\" in asked or asked.startswith((".", "~")):
        found = f"{asked}, a folder without area.yaml" if there else f"{asked}, no such folder"
        raise _none(found, "a folder with area.yaml (make new-area writes one)")
    return None


def _one(asked: str) -> Selection | None:
    """The authority or board of a code or an exact name; None for neither; BadInput for a former one."""
    current, code = authorities_of("current"), asked.upper()
    if code in current.index:
        return _authority(code)
    board = _board(code)
    if board is None and not _GSS.fullmatch(code):
        name = asked.casefold()
        if name in _by_name("current"):
            return _authority(_by_name("current")[name])
        named = [each for each in boards() if name in (each.name.casefold(), each.former_name.casefold())]
        board = named[0] if named else None
        if board is None:
            code = _by_name("former").get(name, code)
    if board is not None and not board.until:
        authorities = area_of(board)
        return Selection(board.name, board.gss, authorities, notes=shares_said(board.gss, authorities))
    if board is not None or _GSS.fullmatch(code):
        found, expected = _what_it_is(board.gss if board else code)
        raise _none(found, expected)
    return None


def _authority(code: str) -> Selection:
    """One authority as an area, under a code of its own: the area as a whole is a place beside it."""
    return Selection(str(authorities_of("current").at[code, "name"]), f"AREA-{code}", (code,))


def _list(parts: Sequence[str]) -> Selection:
    """Several authorities, boards or names as one area, whatever their order."""
    codes: list[str] = []
    for part in parts:
        found = _one(part)
        if found is None:
            raise _unknown(part)
        for code in found.authorities:
            if code in codes:
                raise _none(f"{code} twice, in {part} and before it", "each authority once")
            codes.append(code)
    if len(codes) == 1:
        return _authority(codes[0])
    codes.sort()
    names = [str(authorities_of("current").at[code, "name"]) for code in codes]
    more = len(names) - _NAMED
    named = (
        ", ".join(names[:_NAMED]) + f" and {more} more"
        if more > 0
        else " and ".join([", ".join(names[:-1]), names[-1]])
    )
    own = "-".join(codes)
    if len(codes) > _LONGEST_LIST:
        own = f"{len(codes)}-FROM-{codes[0]}-{hashlib.sha256(own.encode()).hexdigest()[:8]}"
    return Selection(named, f"AREA-{own}", tuple(codes))


def _what_it_is(code: str) -> tuple[str, str]:
    """What a code is that asks for no area, and what is expected instead."""
    former, code = authorities_of("former"), code.upper()
    if code in former.index:
        names = authorities_of("current")["name"]
        later = [f"{each} ({names[each]})" for each in str(former.at[code, "successor"]).split()]
        return f"{code}, the former code of {former['name'][code]}", f"its successor {_or(later)}"
    board = _board(code)
    if board is not None:
        return _board_for(board)
    if code[:1] in _COUNTRIES and _GSS.fullmatch(code):
        return f"{code}, a code of {_COUNTRIES[code[0]]}", f"an authority or board of England: {SEARCH}"
    if code.startswith("E10"):
        current = authorities_of("current")
        districts = [str(each) for each in current.index[current["upper_tier"] == code]]
        if districts:
            county = current["upper_tier_name"][districts[0]]
            return f"{code}, the county of {county}", f'its districts, AREA="{",".join(districts)}"'
    for start, what in _KINDS.items():
        if code.startswith(start) and _GSS.fullmatch(code):
            return f"{code}, the code of {what}", f"an authority, a sub-ICB or an ICB: {SEARCH}"
    return (
        f"{code}, a code of no authority or board",
        f"an authority, a sub-ICB or an ICB of England: {SEARCH}",
    )


def _board_for(board: Board) -> tuple[str, str]:
    """What a board's code is where a board of today is expected, or authorities are."""
    if not board.until:
        return f"{board.gss}, {board.name}", f"codes of authorities: {', '.join(area_of(board))}"
    today = {each.code: each for each in boards() if each.kind == board.kind and not each.until}
    later = [today[code].title for code in board.successors]
    locations = {each.code for each in boards() if each.kind == "sub_icb" and not each.until}
    kept = [code for code in board.within if code in locations] if board.kind == "icb" else []
    one = (
        f"sub-ICB that is left of it, {kept[0]}"
        if len(kept) == 1
        else f"sub-ICBs left of it: {', '.join(kept)}"
    )
    found = f"{board.gss} ({board.code}), {board.name} up to March 2026"
    return found, f"its successor {_or(later)}" + (f", or the {one}" if kept else "")


def _board(code: str) -> Board | None:
    """The board of a GSS or ODS code, today's before one that ended."""
    return next((each for each in boards() if code.upper() in (each.gss, each.code)), None)


@cache
def authorities_of(status: str) -> pd.DataFrame:
    """England's authorities that are `current` or `former`, by code."""
    table = england_table("authorities")
    return pd.DataFrame(table[table["status"] == status].set_index("code"))


@cache
def _by_name(status: str) -> dict[str, str]:
    return {str(name).casefold(): str(code) for code, name in authorities_of(status)["name"].items()}


def _unknown(asked: str) -> BadInput:
    names = [str(name) for name in authorities_of("current")["name"]]
    near = [name for name in names if asked.casefold() in name.casefold()][:_NAMED]
    expected = f"a code, an exact name, or a folder with area.yaml: {SEARCH}"
    return _none(f"{asked}, no code, name or folder", f"{_or(near)}, or {expected}" if near else expected)


def _none(found: str, expected: str) -> BadInput:
    return BadInput([Finding(ASKED, None, None, inert(found, 110), expected)])


def _or(items: Sequence[str]) -> str:
    return " or ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))
