"""What a night has to make: the inputs and code that changed since the last successful run, and what follows.

Compares and decides; it starts nothing and reads no table. `Graph` is all it needs of the code location, so
that a test can hand it three assets and Dagster need not be imported to find that nothing has changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from pipelines.last_run import LastRun

ALWAYS = ("input_files", "earlier_releases", "release")
"""Made whenever anything is: every run holds all inputs to be good, looks at the releases there have been by
then, and ends in a release."""


@dataclass(frozen=True)
class Asset:
    """One asset as the plan sees it.

    `parents` are the tables it takes in; `together` those one function makes with it; `reads` patterns of
    the input files it opens itself, and `reads_by_place` the one file it opens for each place.
    """

    name: str
    code: str
    parents: tuple[str, ...] = ()
    together: tuple[str, ...] = ()
    by_place: bool = False
    reads: tuple[str, ...] = ()
    reads_by_place: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Now:
    """How things stand: digests of inputs, settings of the run to come, tables not as they were left."""

    files: Mapping[str, str]
    environment: str
    project: str
    draws: int
    seed: int
    places: Sequence[str]
    tables_that_differ: Sequence[str] = ()
    release_is_whole: bool = True
    current_is_there: bool = True


@dataclass(frozen=True)
class Plan:
    """What to make and why. `make` gives each asset its reason; `places` those whose partitions are made."""

    make: Mapping[str, str]
    places: Sequence[str]
    reasons: Sequence[str]
    unchanged: Sequence[str] = ()

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to do."""
        return not self.make


def nothing_has_changed(record: LastRun | None, now: Now) -> bool:
    """Whether all is as the last successful run left it: then nobody needs to know the graph."""
    return (
        record is not None
        and not _whole_reasons(record, now)
        and now.project == record.project
        and now.files == record.files
        and not now.tables_that_differ
        and now.current_is_there
    )


def plan_night(record: LastRun | None, now: Now, graph: Iterable[Asset]) -> Plan:
    """The assets to make, with the places of the partitioned ones, and the reasons a person is told."""
    assets = {asset.name: asset for asset in graph}
    whole = _whole_reasons(record, now)
    if record is not None and not whole:
        whole = _unclaimed(record, now, assets.values())
    if record is None or whole:
        return Plan(dict.fromkeys(assets, whole[0]), list(now.places), whole)
    roots = _roots(record, now, assets)
    reasons = _folded(roots)
    if not now.current_is_there:
        reasons.append("no release is current")
    if not reasons:
        return Plan({}, [], [], sorted(assets))
    for name in ALWAYS:
        if name in assets:
            roots.setdefault(name, ("every run reads all inputs and ends in a release", frozenset()))
    make, places = _downstream(roots, assets, now.places)
    return Plan(make, _range(places, now.places), reasons, sorted(assets.keys() - make.keys()))


def _whole_reasons(record: LastRun | None, now: Now) -> list[str]:
    """Why everything must be made; empty when it need not be."""
    if record is None:
        return ["no record of a successful run under these outputs"]
    reasons = []
    if record.environment != now.environment:
        reasons.append("libraries, Python or the writing and checking of tables changed")
    if (record.draws, record.seed) != (now.draws, now.seed):
        reasons.append(
            f"{now.draws} draws from seed {now.seed} instead of {record.draws} from seed {record.seed}"
        )
    if list(record.places) != list(now.places):
        reasons.append("the places of the run changed")
    if not now.release_is_whole:
        reasons.append(f"release {record.release}, which a part of the run would build on, is gone")
    return reasons


def changed_files(record: LastRun, now: Now) -> dict[str, str]:
    """Input file → changed, new or gone, since the last successful run."""
    found = {}
    for name in sorted(record.files.keys() | now.files.keys()):
        before, after = record.files.get(name), now.files.get(name)
        if before != after:
            found[name] = "new" if before is None else "gone" if after is None else "changed"
    return found


def _unclaimed(record: LastRun, now: Now, assets: Iterable[Asset]) -> list[str]:
    """A changed file that no asset says it reads: safe is to make everything."""
    known = list(assets)
    return [
        f"{name} is {how}, and no asset says it reads it"
        for name, how in changed_files(record, now).items()
        if not any(
            _reads(asset, name) or name in asset.reads_by_place.values()
            for asset in known
            if asset.name not in ALWAYS
        )
    ]


def _reads(asset: Asset, name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in asset.reads)


_Root = tuple[str, frozenset[str] | None]
"""Why an asset must be made, and at which places (None: at all)."""


def _roots(record: LastRun, now: Now, assets: Mapping[str, Asset]) -> dict[str, _Root]:
    """The assets that must be made for a reason of their own."""
    roots: dict[str, _Root] = {}

    def add(name: str, reason: str, place: str | None = None) -> None:
        before, places = roots.get(name, (reason, frozenset()))
        roots[name] = (before, None if place is None or places is None else places | {place})

    changed = changed_files(record, now)
    for asset in assets.values():
        for name, how in changed.items():
            if _reads(asset, name):
                add(asset.name, f"{name} is {how}")
            for place, file in asset.reads_by_place.items():
                if file == name:
                    add(asset.name, f"{name} is {how}", place)
        if record.code.get(asset.name) != asset.code:
            is_new = asset.name not in record.code
            add(asset.name, f"{asset.name} is new" if is_new else _RECODED.format(asset.name))
    for file in now.tables_that_differ:
        name, _, place = file.removesuffix(".parquet").partition("/")
        if name in assets:
            add(name, _DIFFERS.format(name), place or None)
    return roots


_DIFFERS = "the table {} is not as the last successful run left it"
_RECODED = "the code of {} changed"
_OF_MANY = {
    _DIFFERS: "{} tables are not as the last successful run left them, such as after one that failed: {}",
    _RECODED: "the code of {} tables changed: {}",
}
_NAMED = 3
"""Tables that a reason of many names."""


def _folded(roots: Mapping[str, _Root]) -> list[str]:
    """The reasons a person is told: each once, and one with a count for what holds of several tables."""
    told: dict[str, None] = {}
    for name, (reason, _) in roots.items():
        alike = next((words for words in _OF_MANY if reason == words.format(name)), "")
        tables = [other for other, (said, _) in roots.items() if alike and said == alike.format(other)]
        if len(tables) > 1:
            more = f" and {len(tables) - _NAMED} more" if len(tables) > _NAMED else ""
            reason = _OF_MANY[alike].format(len(tables), ", ".join(tables[:_NAMED]) + more)
        told[reason] = None
    return list(told)


def _downstream(
    roots: Mapping[str, _Root], assets: Mapping[str, Asset], every_place: Sequence[str]
) -> tuple[dict[str, str], set[str]]:
    """Roots, what is made together with them, and all that takes them in; with the places concerned."""
    children: dict[str, list[str]] = {name: [] for name in assets}
    for asset in assets.values():
        for parent in asset.parents:
            if parent in children:
                children[parent].append(asset.name)
    make: dict[str, str] = {}
    at: dict[str, frozenset[str]] = {}
    everywhere = frozenset(every_place)
    waiting = [
        (name, reason, everywhere if places is None else places) for name, (reason, places) in roots.items()
    ]
    while waiting:
        name, reason, places = waiting.pop(0)
        asset = assets[name]
        reached = at.get(name, frozenset()) | places
        if name in make and reached == at[name]:
            continue
        make.setdefault(name, reason)
        at[name] = reached
        waiting += [(other, reason, reached) for other in asset.together if other in assets]
        for child in children[name]:
            # A table over all places changes every place of what is made from it.
            part = reached if asset.by_place else everywhere
            waiting.append((child, f"takes in {name}", part))
    concerned = {place for name in make if assets[name].by_place for place in at[name]}
    return make, concerned


def _range(places: set[str], every_place: Sequence[str]) -> list[str]:
    """The places as one unbroken stretch of their order, as a run is asked for; all where there is none."""
    inside = [index for index, place in enumerate(every_place) if place in places]
    if not inside:
        return list(every_place)
    return list(every_place[inside[0] : inside[-1] + 1])
