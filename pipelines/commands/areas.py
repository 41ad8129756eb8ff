"""`areas`: what AREA may be, and what became of codes that are no longer in use."""

from __future__ import annotations

import click

from housing_trajectories.findings import BadInput, inert
from housing_trajectories.plain_text import say


@click.command()
@click.option("--find", default="", help="text in a code, a name, or what an area contains; all without")
def command(find: str) -> int:
    """List the authorities, sub-ICBs and ICBs of England, with what they contain and what was before them.

    Ends with exit code 1 where the text is found nowhere.
    """
    from assets.areas.areas_listed import areas_listed

    try:
        rows = areas_listed(find)
    except BadInput as error:
        say(str(error), error=True)
        return 1
    if not rows:
        say(f"No authority, sub-ICB or ICB of England has {inert(find)!r} in its code, name or area.")
        return 1
    kind = ""
    for row in rows:
        if row.kind != kind:
            say(f"\n{row.kind}" if kind else row.kind)
            kind = row.kind
        say(f"  {row.code:<16}{row.name}\n{'':18}{row.words}")
    known = next((row.code.split()[0] for row in rows if "former" not in row.kind), None)
    example = f" AREA takes a code or an exact name: make forecast AREA={known}" if known else ""
    say(f"\n{len(rows)} found.{example}")
    return 0
