"""Who first lives in a site's homes, by bedrooms and age, as a released table."""

from __future__ import annotations

import pandas as pd

from assets.contribution_sites import Site
from assets.registry.estates_inputs import BEDROOMS
from models.estates.contributions import first_occupants


def resident_rows(scenario: str, sites: list[Site], occupancy: pd.DataFrame) -> pd.DataFrame:
    """A row a site, number of bedrooms and age band, with the source of people a home."""
    people = occupancy[["bedrooms", "age_band", "people_a_home", "source_id", "evidence_grade"]]
    found = [
        people.assign(
            scenario=scenario,
            place=site.place,
            site_reference=site.reference,
            dwellings=people["bedrooms"].map(dict(zip(BEDROOMS, site.homes, strict=True))),
            mix="trajectory" if site.mix_known else "assumed",
        )
        for site in sites
    ]
    rows = pd.concat(found, ignore_index=True)
    # A row is a site of one kind of home and one age.
    homes, people_a_home = (rows[name].to_numpy()[:, None, None] for name in ("dwellings", "people_a_home"))
    return rows.assign(residents=first_occupants(homes, people_a_home).ravel())
