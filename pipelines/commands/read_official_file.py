"""`python -m pipelines.commands.read_official_file read FILE [--into DATA]`: a published file understood,
and brought in.

Without --into nothing is written. Ends with exit code 1 and one message where the file is refused.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from assets.inputs.places import DATA_DIRECTORY, TRAJECTORIES_DIRECTORY
from assets.inputs.settings import RunSettings
from assets.official_files.merging import Change, known_of, merge
from assets.official_files.official_file import Publication
from assets.official_files.recognise import read_publication
from housing_trajectories.findings import BadInput, errors, inert
from housing_trajectories.tools.terminal import Terminal

_SHOWN = 10
"""Changes and findings that are printed; of more the number is given."""


def main(arguments: list[str] | None = None) -> int:
    """Read, print what was understood, write where asked to; return the exit code."""
    options = _parser().parse_args(arguments)
    console = Terminal(180, soft_wrap=True)
    data = options.into or Path(DATA_DIRECTORY)
    try:
        publication = read_publication(options.file, known_of(data, options.release))
        _understood(console, publication)
        if options.into is None:
            console.print("Nothing was written: --into FOLDER brings the rows into a folder")
            return 0
        settings = RunSettings(
            data_directory=str(data.resolve()), trajectories_directory=str(options.trajectories.resolve())
        )
        for change in merge(publication, settings):
            _changed(console, change)
    except BadInput as error:
        console.print("Refused; nothing was written.")
        found = errors(error.findings) or list(error.findings)
        _some(console, [finding.sentence() for finding in found])
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="publisher", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("what", choices=("read",))
    parser.add_argument("file", type=Path, help="a file as a publisher publishes it")
    parser.add_argument("--into", type=Path, help="data folder whose tables take its rows")
    parser.add_argument("--release", help="release, for a file that does not say which it is")
    parser.add_argument("--trajectories", type=Path, default=Path(TRAJECTORIES_DIRECTORY))
    return parser


def _understood(console: Terminal, publication: Publication) -> None:
    def say(text: str) -> None:
        indent = text[: len(text) - len(text.lstrip())]
        console.print(indent + inert(text, 1_000))

    say(f"{publication.publisher}: {publication.title} ({publication.edition})")
    for name, rows in publication.tables.items():
        say(f"  rows for {name}.csv: {len(rows):,}")
    for proof in publication.proofs:
        say(f"  proof: {proof}")
    for unused in publication.unused:
        say(f"  not used: {unused}")


def _changed(console: Terminal, change: Change) -> None:
    kept = f", {change.kept_later:,} kept (theirs is the later release)" if change.kept_later else ""
    console.print(
        f"{change.table}.csv: {change.added:,} added, {len(change.changed):,} changed, "
        f"{change.same:,} as they were{kept}",
    )
    _some(console, list(change.changed))


def _some(console: Terminal, sentences: list[str]) -> None:
    for sentence in sentences[:_SHOWN]:
        console.print(f"  {inert(sentence, 500)}")
    if len(sentences) > _SHOWN:
        console.print(f"  and {len(sentences) - _SHOWN:,} more")


if __name__ == "__main__":
    sys.exit(main())
