"""Who first lives in a site's homes, by bedrooms and age, as rows of a released table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from assets.contributions.contribution_sites import Site, people_a_home
from assets.tables.declarations.named_values import BEDROOMS, NEIGHBOURHOOD_BANDS
from models.estates.contribution_rules import occupants_by_bedrooms


def contribution_residents(sites: Mapping[str, Sequence[Site]], occupancy: pd.DataFrame) -> pd.DataFrame:
    """A row a scenario, site, number of bedrooms and age band, with the source of people a home."""
    listed = [(scenario, site) for scenario, found in sites.items() for site in found]
    if not listed:
        return pd.DataFrame()
    cells = pd.MultiIndex.from_product([BEDROOMS, NEIGHBOURHOOD_BANDS], names=["bedrooms", "age_band"])
    cited = occupancy.set_index(cells.names)[["source_id", "evidence_grade"]].reindex(cells).reset_index()
    homes = np.stack([site.homes for _, site in listed])
    rows = cited.iloc[np.tile(np.arange(len(cited)), len(listed))]
    each = np.repeat(np.arange(len(listed)), len(cited))

    def of_site(values: Sequence[str]) -> pd.api.extensions.ExtensionArray:
        return pd.array(values, dtype="str").take(each)

    return rows.assign(
        scenario=of_site([scenario for scenario, _ in listed]),
        place=of_site([site.place for _, site in listed]),
        site_reference=of_site([site.reference for _, site in listed]),
        mix=of_site(["trajectory" if site.mix_known else "assumed" for _, site in listed]),
        dwellings=np.repeat(homes, len(NEIGHBOURHOOD_BANDS), axis=1).ravel(),
        residents=occupants_by_bedrooms(homes, people_a_home(occupancy)).ravel(),
    )
