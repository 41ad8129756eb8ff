"""`read-official-file`: a published file understood, and brought in."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from assets.inputs.defaults import DATA_DIRECTORY
from assets.inputs.settings import RunSettings
from assets.official_files.merging import TableChange, known_of, merge
from assets.official_files.official_file import Publication
from assets.official_files.recognise import read_publication
from assets.tables.declarations import INPUT_TABLES
from housing_trajectories.findings import BadInput, errors, inert
from housing_trajectories.terminal import Terminal
from pipelines.commands.options import FOLDER, trajectories_option

_SHOWN = 10
"""Changes and findings that are printed; of more the number is given."""


@click.command()
@click.argument("file", type=FOLDER)
@click.option("--into", type=FOLDER, help="area's folder or complete data folder whose tables take its rows")
@click.option("--release", help="release, for a file that does not say which it is")
@trajectories_option
def command(file: Path, into: Path | None, release: str | None, trajectories: Path | None) -> int:
    """Say what FILE is, as its publisher publishes it, and bring its rows into a data folder.

    Without --into nothing is written. Ends with exit code 1 and one message where the file is refused.
    """
    console = Terminal(180, soft_wrap=True)
    folder = tempfile.TemporaryDirectory(prefix="placecast-official-")
    settings = RunSettings(
        data_directory=str((into or DATA_DIRECTORY).resolve()),
        trajectories_directory=str(trajectories.resolve()) if trajectories else "",
        outputs_directory=folder.name,
    )
    try:
        settings.prepared()
        publication = read_publication(file, known_of(settings.data_path, release))
        _understood(console, publication)
        if into is None:
            console.print("Nothing was written: --into FOLDER writes the rows into that folder")
            return 0
        for change in merge(publication, settings):
            _changed(console, change)
    except BadInput as error:
        console.print("Refused; nothing was written.")
        found = errors(error.findings) or list(error.findings)
        _some(console, [finding.sentence() for finding in found])
        return 1
    finally:
        folder.cleanup()
    return 0


def _understood(console: Terminal, publication: Publication) -> None:
    def say(text: str) -> None:
        indent = text[: len(text) - len(text.lstrip())]
        console.print(indent + inert(text, 1_000))

    say(f"{publication.publisher}: {publication.title} ({publication.edition})")
    for name, rows in publication.tables.items():
        counts = (f"{key} {rows[key].nunique():,}" for key in INPUT_TABLES[name].keys)
        say(f"  rows for {name}.csv: {len(rows):,} ({', '.join(counts)})")
    for proof in publication.proofs:
        say(f"  checked: {proof}")
    for unused in publication.unused:
        say(f"  not used: {unused}")


def _changed(console: Terminal, change: TableChange) -> None:
    kept = f", {change.kept_later:,} kept (already from a later release)" if change.kept_later else ""
    console.print(
        f"{change.table}.csv: {change.added:,} added, {len(change.changed):,} changed, "
        f"{change.same:,} unchanged{kept}",
    )
    _some(console, list(change.changed))


def _some(console: Terminal, sentences: list[str]) -> None:
    for sentence in sentences[:_SHOWN]:
        console.print(f"  {inert(sentence, 500)}")
    if len(sentences) > _SHOWN:
        console.print(f"  and {len(sentences) - _SHOWN:,} more")
