"""`new-area`: a folder for what is known locally of an area, to fill in."""

from __future__ import annotations

from pathlib import Path

import click

from housing_trajectories.findings import BadInput, inert
from housing_trajectories.plain_text import say
from pipelines import ROOT
from pipelines.commands.options import FOLDER, default_outputs_option


@click.command()
@click.option("--name", required=True, help="what the area is called")
@click.option("--area", required=True, help="an authority, sub-ICB or ICB by code or exact name, or several")
@click.option("--folder", type=FOLDER, help="where to write it; areas/<name> in the project without")
@default_outputs_option
def command(name: str, area: str, folder: Path | None, outputs: Path) -> int:
    """Write an area's folder: its selection, tables to fill in, and what it rests on until they are.

    Ends with exit code 1 and one message where the area is none or the folder is not empty.
    """
    from assets.areas.area_selection import select
    from assets.areas.new_area import RESTS_ON, new_area, slug

    try:
        selection = select(area)
        if not slug(name):
            say(f"NAME: found {inert(name)!r}; expected a name with letters or figures")
            return 1
        made = new_area(selection, name, folder or ROOT / "areas" / slug(name), outputs)
    except BadInput as error:
        say(str(error))
        return 1
    say(f"{inert(name)}: {selection.title()}")
    for note in selection.notes:
        say(f"  {note}")
    listed = ", ".join(f"{count} {level.replace('_', ' ')}" for level, count in made.rungs.items())
    say(f"Inputs by their weakest evidence: {listed}; what would improve most: {made.folder / RESTS_ON}")
    short = made.folder.name if folder is None else made.folder
    say(f"Fill in what you know in {made.folder}, then: make forecast AREA={short}")
    return 0
