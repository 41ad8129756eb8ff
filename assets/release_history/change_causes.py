"""Description of a changed input for readers: which sites of a trajectory, assumptions or years.

A file's name tells a reader little; what changed in it is read off the two versions that are stored.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

import pandas as pd

from assets.inputs.input_store import InputStore, StoredInputMissing
from housing_trajectories.reading import read
from housing_trajectories.tools.comparison import SiteChange, compare

CODE = "code"
JOINT = " + "
"""Between the names of causes that could only be let in together."""
_MOST = 2
"""Sites or assumptions named; of more, how many."""
_LONGEST_NAME = 60
_WHOLE_YEAR = 0.75
"""A shift of fewer years than this is told without a number of years."""
_ASSUMPTIONS = "data/assumptions.csv"
_TRAJECTORIES = "trajectories/"


def in_words(
    causes: Iterable[str], before: Mapping[str, str], after: Mapping[str, str], store: InputStore, data: Path
) -> dict[str, str]:
    """By cause, what it is in words, with its file; before and after are SHA-256 by file.

    `data` is the folder of input tables, with which trajectories are read. A version that is no longer stored
    or cannot be read leaves the file's name alone.
    """
    return {cause: _in_words(cause, before.get(cause), after.get(cause), store, data) for cause in causes}


def _in_words(cause: str, before: str | None, after: str | None, store: InputStore, data: Path) -> str:
    if cause == CODE:
        return "the code"
    file = cause.removeprefix("data/")
    if before is None or after is None:
        return f"{'new' if before is None else 'removed'}: {file}"
    try:
        versions = store.read(before), store.read(after)
        what = what_changed(cause, *versions, data)
    except (StoredInputMissing, ValueError, KeyError):
        what = ""
    return f"{what} ({file})" if what else file


def what_changed(cause: str, before: bytes, after: bytes, data: Path) -> str:
    """What changed in a file, in a few words; none for a kind of file that is only named."""
    if cause.startswith(_TRAJECTORIES):
        return _sites(cause, before, after, data)
    if not cause.endswith(".csv"):
        return ""
    old, new = (pd.read_csv(io.BytesIO(content)) for content in (before, after))
    if cause == _ASSUMPTIONS:
        return _assumptions(old, new)
    return _years(PurePosixPath(cause).stem.replace("_", " "), old, new)


def _sites(cause: str, before: bytes, after: bytes, data: Path) -> str:
    with tempfile.TemporaryDirectory(prefix="placecast-") as folder:
        issues = []
        for name, content in (("before", before), ("after", after)):
            path = Path(folder, name, PurePosixPath(cause).name)
            path.parent.mkdir()
            path.write_bytes(content)
            issues.append(read(path, data=data))
    changed = sorted(compare(*issues).sites, key=lambda site: (-site.extent, site.reference))
    return _first_of([_site(site) for site in changed], "sites")


def _site(site: SiteChange) -> str:
    name = site.name[:_LONGEST_NAME] or site.reference
    told = []
    for change in site.changes:
        if change in ("added", "dropped", "resized"):
            more = f"{abs(site.homes_more):,.0f} homes {'more' if site.homes_more > 0 else 'fewer'}"
            told.append(more if change == "resized" else f"{change}, {more}")
        elif change in ("delayed", "brought forward"):
            years = abs(site.years_later)
            by = f" {years:.0f} year{'' if round(years) == 1 else 's'}" if years >= _WHOLE_YEAR else ""
            told.append(f"{change}{by}")
        elif change == "planning status":
            told.append(f"{' to '.join(site.statuses)}".replace("_", " "))
        else:
            told.append(change)
    return f"{name} {' and '.join(told)}" if told else name


def _assumptions(old: pd.DataFrame, new: pd.DataFrame) -> str:
    numbers = ["value", "low", "high"]
    both = old[["id", *numbers]].merge(new[["id", *numbers]], on="id", how="outer", suffixes=("", "_now"))
    told = []
    for row in both.to_dict("records"):
        was, now = ([row[name + end] for name in numbers] for end in ("", "_now"))
        if pd.isna(was[0]) or pd.isna(now[0]):
            told.append(f"{row['id']} {'new' if pd.isna(was[0]) else 'gone'}")
        elif was[0] != now[0]:
            told.append(f"{row['id']} from {was[0]:g} to {now[0]:g}")
        elif any(a != b and not (pd.isna(a) and pd.isna(b)) for a, b in zip(was, now, strict=True)):
            told.append(f"the range of {row['id']}")
    return _first_of(told, "assumptions")


def _years(words: str, old: pd.DataFrame, new: pd.DataFrame) -> str:
    """The table's name, and the years it has come to cover."""
    if "year" not in old or "year" not in new:
        return words
    come = sorted(set(new["year"]) - set(old["year"]))
    if not come:
        return words
    return f"{words} of {come[0]}" if len(come) == 1 else f"{words} of {come[0]} to {come[-1]}"


def _first_of(told: Sequence[str], what: str) -> str:
    named = " and ".join(told[:_MOST])
    return f"{named} and {len(told) - _MOST} more {what}" if len(told) > _MOST else named
