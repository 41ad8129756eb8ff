"""What a statement says of policy, funding, levy, schemes and land, and what of it the user has to enter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from assets.contributions.contribution_items import FACILITIES_BEHIND, SERVICE_FUNDING
from assets.contributions.contribution_sites import Site
from assets.contributions.funding_statements import FundingStatements
from assets.contributions.scheme_words import Schemes
from assets.contributions.secured_funding import Funding
from assets.contributions.site_types import UNKNOWN

ALL = "all"
_LAND = {
    "yes": ("the plan or the application gives land for health on the site", True),
    "no": ("the site gives no land for health", True),
    UNKNOWN: ("whether the site gives land for health is to be asked", False),
}


def word_rows(
    scenario: str,
    sites: Sequence[Site],
    trusts: Sequence[str],
    steps: pd.DataFrame,
    held: FundingStatements,
    funding: Funding,
    schemes: Schemes,
) -> pd.DataFrame:
    """A row for each site that is not permitted, item and subject; `all` for what is about the whole site."""
    found: list[dict[str, Any]] = []
    unserved: dict[tuple[str, str, str], dict[str, float]] = {}
    for row in steps.to_dict("records"):
        key = (row["place"], row["site_reference"], row["item"])
        unserved.setdefault(key, {})[row["catchment"]] = row["unserved"]
    for site in sites:
        if site.committed:
            continue
        said: list[tuple[str, str, tuple[str, bool]]] = [
            (ALL, "site_type", (site.type_words, site.site_type != UNKNOWN)),
            (ALL, "land", _LAND[site.land]),
            (ALL, "levy", funding.levy_words(site.place)),
        ]
        for item in FACILITIES_BEHIND:
            if item == SERVICE_FUNDING:
                continue
            said += [
                (item, "policy", held.policy(site.place, item)),
                (item, "funding_statement", held.statement(site.place, item)),
                (item, "schemes", (schemes.words(site.place, item, trusts, site.neighbourhood), True)),
                (
                    item,
                    "project",
                    schemes.project(
                        site.place,
                        item,
                        unserved.get((site.place, site.reference, item), {}),
                        site.neighbourhood,
                    ),
                ),
            ]
        found += [
            {
                "scenario": scenario,
                "place": site.place,
                "site_reference": site.reference,
                "item": item,
                "subject": subject,
                "words": words,
                "to_enter": "no" if known else "yes",
            }
            for item, subject, (words, known) in said
        ]
    return pd.DataFrame(found)
