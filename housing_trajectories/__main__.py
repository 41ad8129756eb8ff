"""Command line of the housing trajectories: `python -m housing_trajectories --help`.

Only reading of arguments and printing; what a command does stands in its own module.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

from housing_trajectories.checks.reference_figures import DATA, reference_figures
from housing_trajectories.delivery.phased_files import read_published, write_trajectories
from housing_trajectories.findings import BadInput, inert
from housing_trajectories.headings.year_labels import MEANINGS
from housing_trajectories.plain_text import say
from housing_trajectories.reading import read
from housing_trajectories.reading_options import (
    ReadingOptions,
    keep_options,
    kept_options,
    options_path,
    plan_period,
)
from housing_trajectories.rows.tidy_table import write_tidy
from housing_trajectories.schema import Trajectory
from housing_trajectories.terminal import Terminal
from housing_trajectories.tools.check_report import echo, print_comparison, print_findings
from housing_trajectories.tools.comparison import as_json, compare
from housing_trajectories.tools.template import write_template

_ROOT = Path(__file__).resolve().parent.parent
NO_HOMES = "no homes"
"""The issue of a file that lists sites and no homes by year (remarks.json)."""
_SHIPPED = _ROOT / "housing_trajectories" / "blmk"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it went through, 1 when its input cannot be used."""
    chosen = _parser().parse_args(arguments)
    try:
        return int(chosen.run(chosen))
    except BadInput as error:
        say(error, error=True)
    except OSError as error:
        say(f"{inert(str(error.filename))}: {error.strerror}" if error.filename else error, error=True)
    return 1


def check(chosen: argparse.Namespace) -> int:
    """Print findings and echo of each file; 1 when an error stands in any."""
    console = Terminal(200)
    figures = reference_figures(chosen.data)
    status = 0
    for path in chosen.files:
        trajectory = _read(path, chosen)
        kept = _keep(path, trajectory, chosen)
        print_findings(trajectory.findings, console)
        counts = {
            s: sum(f.severity == s for f in trajectory.findings) for s in ("error", "warning", "mended")
        }
        console.print(_identity(trajectory))
        if kept:
            console.print(kept)
        words = ", ".join(
            f"{number} {severity}{'s' if number != 1 and severity != 'mended' else ''}"
            for severity, number in counts.items()
        )
        console.print(words)
        console.print()
        for line in echo(trajectory, figures, _last_issue(path, trajectory, chosen)):
            console.print(inert(line, 400), soft_wrap=True)
        status = max(status, 1 if counts["error"] else 0)
    return status


def _keep(path: Path, trajectory: Trajectory, chosen: argparse.Namespace) -> str:
    """Keep what was told of a file beside it, and say what every later reading of it will know."""
    if not trajectory.sha256:
        return ""
    kept, _ = kept_options(path, trajectory.sha256)
    told = _told(chosen).over(kept)
    if told != kept:
        try:
            keep_options(path, trajectory.sha256, told)
        except OSError as error:
            return f"read as told ({inert(told.words(), 300)}), which could not be kept: {error.strerror}"
    name = inert(options_path(path).name)
    return (
        f"read as told ({inert(told.words(), 300)}), kept in {name} for every later reading"
        if told.words()
        else ""
    )


def convert(chosen: argparse.Namespace) -> int:
    """Write a file as the project's own tidy CSV, where no error stands in it."""
    trajectory = _read(chosen.file, chosen)
    print_findings(trajectory.findings, Terminal(200, stderr=True))
    write_tidy(trajectory.usable(), chosen.to)
    return 0


def template(chosen: argparse.Namespace) -> int:
    """Write the workbook a council can fill in, filled from a file where one is given."""
    filled = _read(chosen.fill_from, chosen) if chosen.fill_from else None
    if filled is not None and any(finding.issue != NO_HOMES for finding in filled.errors):
        filled = filled.usable()  # A list of sites is all that a template needs; anything else is refused.
    first, years = chosen.first_year, chosen.number_of_years
    if filled is not None:
        known = filled.table["year"]
        if len(known):
            first = int(known.min()) if first is None else first
            years = max(years, int(known.max()) - first + 1)
    try:
        write_template(chosen.to, first if first is not None else date.today().year, years, filled)
    except ValueError as error:
        say(error, error=True)
        return 1
    return 0


def diff(chosen: argparse.Namespace) -> int:
    """Print what changed from one issue to the next."""
    old, new = _read(chosen.old, chosen).usable(), _read(chosen.new, chosen).usable()
    comparison = compare(old, new)
    if chosen.json:
        say(as_json(comparison))
    else:
        print_comparison(comparison, Terminal(200))
    return 0


def phase(chosen: argparse.Namespace) -> int:
    """Write the shipped trajectories."""
    for finding in write_trajectories(read_published(chosen.data or DATA), chosen.to):
        say(f"{finding.severity}: {finding.sentence()}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m housing_trajectories", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    asked = _asked()
    one = commands.add_parser(
        "check", parents=[asked], help="say what was understood of files, and what is wrong"
    )
    one.add_argument("files", nargs="+", type=Path, metavar="FILE")
    one.add_argument("--last", type=Path, help="the issue before, to hold it against")
    one.set_defaults(run=check)
    one = commands.add_parser("convert", parents=[asked], help="write the project's own tidy CSV")
    one.add_argument("file", type=Path, metavar="FILE")
    one.add_argument("--to", type=Path, required=True, help="file to write")
    one.set_defaults(run=convert)
    one = commands.add_parser("template", parents=[asked], help="write the workbook a council can fill in")
    one.add_argument("--to", type=Path, default=Path("trajectory_template.xlsx"), help="file to write")
    one.add_argument("--first-year", type=int, help="year in which its first financial year starts")
    one.add_argument("--number-of-years", type=_some_years, default=16, help="financial years it has")
    one.add_argument("--from", dest="fill_from", type=Path, help="a trajectory to fill it from")
    one.set_defaults(run=template)
    one = commands.add_parser("diff", parents=[asked], help="what changed from one issue to the next")
    one.add_argument("old", type=Path, metavar="OLD")
    one.add_argument("new", type=Path, metavar="NEW")
    one.add_argument("--json", action="store_true", help="as JSON instead of a table")
    one.set_defaults(run=diff)
    one = commands.add_parser("phase", help="write the shipped trajectories from published totals and sites")
    one.add_argument("--data", type=Path, help="folder of the published figures")
    one.add_argument("--to", type=Path, default=_SHIPPED, help="folder to write")
    one.set_defaults(run=phase)
    return parser


def _asked() -> argparse.ArgumentParser:
    """What a reader may say of a file where it does not say it itself."""
    asked = argparse.ArgumentParser(add_help=False)
    asked.add_argument("--place", help="GSS code of the council")
    asked.add_argument("--years", choices=MEANINGS, help="what a year by itself, such as 2025, means")
    asked.add_argument(
        "--base-date", type=date.fromisoformat, help="date at which the trajectory starts, 2025-04-01"
    )
    asked.add_argument("--plan-period", type=_period, help="first and last financial year, 2020/21-2039/40")
    asked.add_argument("--sheet", action="append", default=[], help="sheet to read instead of all in sight")
    asked.add_argument("--received", type=date.fromisoformat, help="date of receipt, else the file's own")
    asked.add_argument("--issue", help="label of the issue, else the file's name")
    asked.add_argument("--data", type=Path, help="folder of the project's figures")
    return asked


def _some_years(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 100:
        raise argparse.ArgumentTypeError("1 to 100 years")
    return int(text)


def _period(text: str) -> tuple[int, int]:
    try:
        return plan_period(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError("a period such as 2020/21-2039/40") from error


def _told(chosen: argparse.Namespace) -> ReadingOptions:
    return ReadingOptions(
        years=chosen.years,
        base_date=chosen.base_date,
        plan_period=chosen.plan_period,
        sheets=tuple(chosen.sheet),
        received=chosen.received,
        issue=chosen.issue,
    )


def _read(path: Path, chosen: argparse.Namespace) -> Trajectory:
    place = chosen.place or _place_by_file(path, chosen.data)
    return read(path, place, **asdict(_told(chosen)), data=chosen.data)


def _place_by_file(path: Path, data: Path | None) -> str | None:
    """The place whose trajectory has this file's name in places.csv, as the forecast would read it."""
    places = [place for place, name in reference_figures(data).place_files.items() if name == path.name]
    return places[0] if len(places) == 1 else None


def _last_issue(path: Path, trajectory: Trajectory, chosen: argparse.Namespace) -> Trajectory | None:
    """The issue named, else the one that the forecast uses for the file's place."""
    if chosen.last is not None:
        return _read(chosen.last, chosen)
    places = trajectory.table["place"].unique()
    shipped = reference_figures(chosen.data).place_files.get(str(places[0])) if len(places) == 1 else None
    known = _SHIPPED / shipped if shipped else None
    if known is None or not known.is_file() or known.resolve() == path.resolve():
        return None
    return read(known, str(places[0]), data=chosen.data)


def _identity(trajectory: Trajectory) -> str:
    parts = [f"{trajectory.file}, issue {trajectory.issue}", f"sha256 {trajectory.sha256[:16]}"]
    parts += [f"received {trajectory.received}"] if trajectory.received else []
    parts += [f"base date {trajectory.base_date}"] if trajectory.base_date else []
    return ", ".join(parts)


if __name__ == "__main__":
    sys.exit(main())
