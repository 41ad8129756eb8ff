"""`england`: the national tables in data/england, made again from files as published."""

from __future__ import annotations

from pathlib import Path

import click

from assets.england.building import BUILDERS, build_england
from assets.england.national_tables import ENGLAND_DIRECTORY
from assets.england.published_files import PublishedFiles
from housing_trajectories.findings import BadInput, errors
from housing_trajectories.terminal import Terminal
from pipelines.commands.options import FOLDER


@click.command()
@click.option(
    "--from",
    "folders",
    type=FOLDER,
    multiple=True,
    required=True,
    help="folder of published files; may be repeated",
)
@click.option("--into", type=FOLDER, default=ENGLAND_DIRECTORY, help="folder of the national tables")
@click.option("--only", type=click.Choice(list(BUILDERS)), multiple=True, help="subject; may be repeated")
def command(folders: tuple[Path, ...], into: Path, only: tuple[str, ...]) -> int:
    """Build England's tables from the published files in the folders, and in those beside them.

    Ends with exit code 1 and one message where a file is missing, has changed its layout or its sums do not
    hold; the tables then stay as they were.
    """
    console = Terminal(180, soft_wrap=True)
    try:
        built = build_england(
            PublishedFiles(*folders), into, only, lambda subject: console.print(f"{subject} …")
        )
    except BadInput as error:
        console.print("Refused; the national tables are as they were.")
        for finding in errors(error.findings) or list(error.findings):
            console.print(f"  {finding.sentence()}")
        return 1
    for name, size in built.sizes.items():
        console.print(f"{name}: {size:,} bytes")
    console.print(f"{len(built.sizes)} tables, {sum(built.sizes.values()) / 1e6:.1f} MB, in {into}")
    return 0
