"""`contribution`: the statement of a site, or of any application, as HTML and PDF."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click
import pandas as pd

from assets.contributions.statements.application import REFERENCE
from assets.contributions.statements.applied_for import applied_for
from assets.contributions.statements.statement import TABLES, html, known_sites, statement
from assets.contributions.statements.statement_pdf import pdf
from assets.inputs.scenarios import PRINCIPAL
from assets.release_history.release_folders import current_id, no_release
from assets.tables.parquet import read_frame
from housing_trajectories.findings import BadInput, Finding, inert
from housing_trajectories.plain_text import say
from pipelines.commands.options import outputs_option


@click.command()
@click.argument("site", default="")
@click.option("--place", help="code of its place, where two councils call a site the same")
@outputs_option
@click.option("--scenario", default=PRINCIPAL, help="scenario of the homes")
@click.option(
    "--homes", default="", help="homes of an application that no trajectory names, in place of SITE"
)
@click.option("--at", default="", help="its position: latitude,longitude")
@click.option("--postcode", default="", help="or a postcode of the list of practices")
@click.option("--mix", default="", help="homes of 1, 2, 3, 4+ bedrooms, or a type of site; empty: not known")
def command(
    site: str,
    place: str | None,
    outputs: Path,
    scenario: str,
    homes: str,
    at: str,
    postcode: str,
    mix: str,
) -> int:
    """Write the statement of SITE, a reference of developer_contributions, or of an application by --homes.

    Reads the current release and writes beside it, under `contributions/<release>/`; ends with exit code 1
    and one message where there is no release or no such site.
    """
    release = (outputs / "current").resolve()
    manifest = release / "manifest.json"
    if current_id(outputs) is None:
        say(no_release(outputs))
        return 1
    needed = ["population", "local_estates", *(name for name in TABLES if name != "places")]
    missing = [name for name in needed if not (release / f"{name}.parquet").is_file()]
    if missing:
        say(f"Release {release.name} has no {missing[0]}: run make forecast first")
        return 1
    tables = {}
    try:
        tables = {name: read_frame(release / f"{name}.parquet") for name in TABLES if name != "places"}
        # The release's own places: it may have been made from another folder of inputs than the project's.
        people = pd.read_parquet(release / "population.parquet", columns=["place", "place_name"])
        tables["places"] = people.drop_duplicates()
        told = json.loads(manifest.read_text(encoding="utf-8"))
        published = str(told.get("published_at") or "")
        if homes or at or postcode or mix:
            if site:
                raise BadInput(
                    [Finding("contribution", None, "SITE", site, "a site or an application, not both")]
                )
            given = applied_for(
                tables, read_frame(release / "local_estates.parquet"), homes, at, postcode, mix
            )
            tables, site, scenario = given, REFERENCE, PRINCIPAL
        content = statement(tables, site, str(told["release"]), scenario, published, place)
    except BadInput as error:
        say(inert(str(error), 2000))
        if "developer_contributions" in tables and not homes:
            for reference, name in known_sites(tables["developer_contributions"], scenario).items():
                say(f"  {inert(reference):12} {inert(name)}")
        return 1
    folder = outputs / "contributions" / release.name
    folder.mkdir(parents=True, exist_ok=True)
    # The reference was found among those of the release; a file name takes only its harmless characters.
    named = f"{place}_{content.site}" if place else content.site
    if site == REFERENCE:
        named = "_".join(filter(None, (REFERENCE, homes, at or postcode, mix)))
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
