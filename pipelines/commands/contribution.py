"""`python -m pipelines.commands.contribution CB-NLUT`: a site's statement of developer contributions as
HTML and PDF.

Reads the current release and writes beside it, under `contributions/<release>/`; ends with exit code 1 and
one message where there is no release or no such site.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from assets.contributions.statement import TABLES, html, known_sites, statement
from assets.contributions.statement_pdf import pdf
from assets.inputs.csv_reading import read_table
from assets.inputs.defaults import OUTPUTS_DIRECTORY
from assets.inputs.places import DATA_DIRECTORY
from assets.inputs.scenarios import PRINCIPAL
from assets.tables.declarations import INPUT_TABLES
from assets.tables.parquet import read_frame
from housing_trajectories.findings import BadInput, inert
from housing_trajectories.tools.plain_text import say


def main(arguments: list[str] | None = None) -> int:
    """Write both, say where they are, and return the exit code."""
    options = _parser().parse_args(arguments)
    release = (options.outputs / "current").resolve()
    manifest = release / "manifest.json"
    if not manifest.is_file():
        say(f"No release in {inert(str(options.outputs))}: run make forecast first")
        return 1
    missing = [name for name in TABLES if name != "places" and not (release / f"{name}.parquet").is_file()]
    if missing:
        say(f"Release {release.name} has no {missing[0]}: run make forecast first")
        return 1
    tables = {}
    try:
        tables = {name: read_frame(release / f"{name}.parquet") for name in TABLES if name != "places"}
        tables["places"] = read_table(INPUT_TABLES["places"], options.data / "places.csv", places=None)
        told = json.loads(manifest.read_text(encoding="utf-8"))
        published = str(told.get("published_at") or "")
        content = statement(
            tables, options.site, str(told["release"]), options.scenario, published, options.place
        )
    except BadInput as error:
        say(inert(str(error), 2000))
        if "developer_contributions" in tables:
            for site, name in known_sites(tables["developer_contributions"], options.scenario).items():
                say(f"  {inert(site):12} {inert(name)}")
        return 1
    folder = options.outputs / "contributions" / release.name
    folder.mkdir(parents=True, exist_ok=True)
    # The reference was found among those of the release; a file name takes only its harmless characters.
    named = f"{options.place}_{content.site}" if options.place else content.site
    name = "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in named)
    paths = []
    for suffix, made in (("html", html(content).encode()), ("pdf", pdf(content))):
        path = folder / f"{name}.{suffix}"
        temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
        temporary.write_bytes(made)
        temporary.replace(path)
        paths.append(path)
    # Told once both stand: a reader that stops listening after a line loses no file.
    say("\n".join(map(str, paths)))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="contribution", description=__doc__.split("\n\n")[0])
    parser.add_argument("site", help="reference of the site, as in developer_contributions")
    parser.add_argument("--place", help="code of its place, where two councils call a site the same")
    parser.add_argument("--outputs", type=Path, default=OUTPUTS_DIRECTORY, help="folder of releases")
    parser.add_argument("--data", type=Path, default=DATA_DIRECTORY, help="folder of input tables")
    parser.add_argument("--scenario", default=PRINCIPAL, help="scenario of the homes")
    return parser


def _to_the_end(code: Callable[[], int]) -> int:
    """The exit code; where nobody listens any more (`| head -1`) what was made stands."""
    try:
        found = code()
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return found


if __name__ == "__main__":
    sys.exit(_to_the_end(main))
