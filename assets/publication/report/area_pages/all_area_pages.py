"""Every page of an area that a release has, packed for the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from assets.publication.report.area_pages.area_tables import AreaTables
from assets.publication.report.area_pages.local_pages import hub_pages, neighbourhood_pages, team_pages
from assets.publication.report.area_pages.page_parts import AreaPage
from assets.publication.report.area_pages.place_pages import place_pages
from assets.publication.report.area_pages.trust_pages import site_pages, trust_pages


def area_pages(
    tables: Mapping[str, pd.DataFrame],
    names: Mapping[str, str],
    places: Sequence[str],
    system: str,
    now: int,
    year: int,
) -> dict[str, dict[str, object]]:
    """Pages by code, places first and sites last, as `AreaPage.packed` makes them.

    names: of places, trusts and neighbourhoods; places: codes with the system's; now: the last mid-year with
    an estimate; year: the one the pages lead with. Raises ValueError where two areas have one code.
    """
    found = AreaTables(tables, names, now, year)
    made: dict[str, AreaPage] = {}
    for page in (
        *place_pages(found, places, system),
        *neighbourhood_pages(found),
        *team_pages(found),
        *hub_pages(found),
        *trust_pages(found),
        *site_pages(found),
    ):
        if page.code in made:
            raise ValueError(f"{page.code} is the code of a {made[page.code].kind} and of a {page.kind}")
        made[page.code] = page
    return {code: page.packed() for code, page in made.items()}
