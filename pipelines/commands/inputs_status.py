"""`inputs-status`: each source, the release in use, and which newer one would replace it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from assets.inputs.source_freshness import PAST_DUE, read_source_freshness, state
from assets.inputs.source_list import SOURCES, read_source_list
from housing_trajectories.findings import BadInput, inert
from housing_trajectories.terminal import Table, Terminal, styled
from pipelines.commands.options import data_option, outputs_option, run_folders


@click.command()
@data_option
@outputs_option
def command(data: Path, outputs: Path) -> int:
    """Show each source, the release in use, and which newer one would replace it.

    Ends with exit code 0 whatever is past due: an old source is a reason to look, not a failure.
    """
    console = Terminal(160)
    try:
        data, _ = run_folders({"data_directory": data, "trajectories_directory": ""}, outputs)
        frame = read_source_freshness(data)
        sources = read_source_list(data / SOURCES)
    except BadInput as error:
        console.print(str(error))
        return 1
    today = date.today()
    shown = Table(title=f"Sources with a rhythm or a successor, on {today}", title_justify="left")
    for heading in ("source", "release in use", "next", "state", "newer release"):
        shown.add_column(heading)
    ordered = frame.astype(object).where(frame.notna(), "")
    rows = ordered.sort_values(["next_release", "source_id"]).to_dict("records")
    overdue = 0
    for row in rows:
        found = state(row["next_release"] or None, today)
        overdue += found == PAST_DUE
        shown.add_row(
            inert(sources[row["source_id"]]["title"], 60),
            inert(sources[row["source_id"]]["release"], 40),
            row["next_release"] or "–",
            styled((found, "bold" if found == PAST_DUE else "")),
            inert(f"{row['newer_release']}. {row['note']}", 200),
        )
    console.print(shown)
    others = len(sources) - len(rows)
    console.print(
        f"{overdue} past due. {others} other sources are single publications without a successor: see the "
        "table sources. Put a newer file into inputs/inbox/ under the name of its table, and update its row "
        "in source_freshness.csv and its block in sources.yaml."
    )
    return 0
