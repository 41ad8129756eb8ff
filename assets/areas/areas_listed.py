"""All that may be asked for as an area, and what was before it, found by a text."""

from __future__ import annotations

from dataclasses import dataclass

from assets.areas.area_selection import authorities_of
from assets.areas.boards_by_date import CHANGED, Board, area_of, boards, parts_of


@dataclass(frozen=True)
class Listed:
    """A code that AREA takes, or a former one: its name, kind, and what is in it or became of it."""

    code: str
    name: str
    kind: str
    words: str


def areas_listed(find: str = "") -> list[Listed]:
    """ICBs, sub-ICBs and authorities of today, then those that ended; with a text, those it is found in.

    The text may stand in a code, a name, a former name, or what an area contains; case does not matter.
    """
    today = {board.code: board for board in boards() if not board.until}
    rows = [_of_board(board, today) for board in boards() if not board.until]
    rows += _authorities(today)
    rows += [_of_ended(board) for board in boards() if board.until]
    rows += [
        Listed(
            code,
            name,
            "former authority",
            f"successor: {', '.join(f'{names[each]} ({each})' for each in successors.split())}",
        )
        for names in (authorities_of("current")["name"],)
        for code, name, successors in authorities_of("former")[["name", "successor"]].itertuples(name=None)
    ]
    wanted = find.strip().casefold()
    return [row for row in rows if wanted in f"{row.code} {row.name} {row.words}".casefold()]


def _of_board(board: Board, today: dict[str, Board]) -> Listed:
    names = authorities_of("current")["name"]
    inside = [f"{names[code]} ({code})" for code in area_of(board)]
    words = [f"{len(inside)} {'authority' if len(inside) == 1 else 'authorities'}: {', '.join(inside)}"]
    if board.kind == "icb":
        words.append(f"sub-ICBs: {', '.join(board.within)}")
    else:
        words.append("in " + ", ".join(f"{today[code].name}" for code in board.within))
    if board.since == CHANGED:
        words.append(f"since {board.since}, before: {', '.join(board.followed)}")
    if board.former_name and board.former_name != board.name:
        words.append(f"up to March 2026: {board.former_name}")
    kind = "ICB" if board.kind == "icb" else "sub-ICB"
    return Listed(f"{board.gss} {board.code}", board.name, kind, "; ".join(words))


def _of_ended(board: Board) -> Listed:
    kind = "former ICB" if board.kind == "icb" else "former sub-ICB"
    names = {each.code: each for each in boards() if each.kind == board.kind and not each.until}
    later = ", ".join(f"{names[code].name} ({names[code].gss})" for code in board.successors)
    sub = f"; sub-ICBs: {', '.join(board.within)}" if board.kind == "icb" else ""
    words = f"{board.since} to {board.until}; successor: {later}{sub}"
    return Listed(f"{board.gss} {board.code}", board.name, kind, words)


def _authorities(today: dict[str, Board]) -> list[Listed]:
    shares: dict[str, list[tuple[float, Board]]] = {}
    for board in today.values():
        if board.kind == "icb":
            for part in parts_of(board):
                shares.setdefault(part.authority, []).append((part.lsoa_share, board))
    found = []
    for code, row in authorities_of("current").iterrows():
        split = sorted(shares[str(code)], key=lambda pair: -pair[0])
        where = ", ".join(
            board.name + ("" if len(split) == 1 else f" ({share:.0%} of its LSOAs)") for share, board in split
        )
        found.append(
            Listed(str(code), str(row["name"]), "authority", f"{row['kind']}, {row['region_name']}; {where}")
        )
    return found
