"""`ages`: people of any ages by place and year, from all draws of the last run."""

from __future__ import annotations

from pathlib import Path

import click

from assets.inputs.scenarios import PRINCIPAL
from assets.population.custom_age_ranges import OLDEST, WrongRequest, ages
from housing_trajectories.plain_text import for_spreadsheet, say
from pipelines.commands.options import outputs_option


@click.command()
@click.option("--from", "first", required=True, help="youngest age")
@click.option("--to", "last", required=True, help=f"oldest age; {OLDEST} is {OLDEST} and over")
@click.option("--place", default="", help="GSS code; all places without")
@click.option("--scenario", default=PRINCIPAL)
@click.option("--year", default="", help="one mid-year; all without")
@outputs_option
@click.option("--csv", "as_csv", is_flag=True, help="print as CSV, unrounded")
def command(first: str, last: str, place: str, scenario: str, year: str, outputs: Path, as_csv: bool) -> int:
    """Print the people of an age range by place and year, with their 80 % prediction interval.

    Ends with exit code 2 and one line where what was asked for cannot be answered.
    """
    try:
        youngest, oldest = _whole(first, "FROM"), _whole(last, "TO")
        found = ages(outputs, youngest, oldest, [place] if place else None, scenario)
        if year:
            wanted = _whole(year, "YEAR")
            if wanted not in set(found["year"]):
                raise WrongRequest(
                    f"no year {wanted}: {found['year'].min()} to {found['year'].max()} are there"
                )
            found = found[found["year"] == wanted]
    except WrongRequest as wrong:
        say(f"ages: {wrong}", error=True)
        return 2
    if as_csv:
        # Saved to a file, a spreadsheet opens it.
        found["place_name"] = found["place_name"].map(for_spreadsheet)
        say(found.to_csv(index=False).rstrip("\n"))
        return 0
    upper = f"{oldest} and over" if oldest == OLDEST else str(oldest)
    for (code, name), rows in found.groupby(["place", "place_name"], sort=False):
        say(f"\n{name} ({code}), people aged {youngest} to {upper}, {scenario}")
        say(f"{'mid-year':>8}  {'people':>9}  80 % prediction interval")
        for row in rows.to_dict("records"):
            say(f"{row['year']:>8}  {row['principal']:>9,.0f}  {row['p10']:,.0f} to {row['p90']:,.0f}")
    return 0


def _whole(text: str, name: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise WrongRequest(f"{name}={text!r} is not a whole number") from None
