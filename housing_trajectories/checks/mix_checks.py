"""Whether the homes by bedrooms and by tenure that a file gives for a site are no more than its homes."""

from __future__ import annotations

import numpy as np

from housing_trajectories.files.sheets import FindingList
from housing_trajectories.rows.site_rows import SiteRows

_SLACK = 0.51
_MIXES = (
    (
        "homes by bedrooms",
        ("homes_1_bedroom", "homes_2_bedrooms", "homes_3_bedrooms", "homes_4_or_more_bedrooms"),
    ),
    ("homes by tenure", ("market_homes", "affordable_homes")),
)


def check_mix(rows: SiteRows, findings: FindingList) -> None:
    """Report sites with more homes by bedrooms or tenure than they have, gross or net, and all told."""
    planned = np.nansum(rows.homes, axis=1) + np.nan_to_num(rows.numbers["built_before"])
    largest = np.fmax(rows.numbers["gross_capacity"], rows.numbers["capacity_dwellings"])
    largest = np.fmax(largest, rows.numbers["capacity_high"])
    largest = np.where(np.isnan(largest), planned, largest)
    for words, names in _MIXES:
        given = np.sum([np.nan_to_num(rows.numbers[name]) for name in names], axis=0)
        for index in np.flatnonzero((given > largest + _SLACK) & rows.is_site & (largest > 0))[:300]:
            findings.add(
                "dwelling mix exceeds homes",
                f"{given[index]:,.5g} {words}",
                f"at most the site's {largest[index]:,.5g} homes",
                "warning",
                row=int(rows.numbers["row"][index]),
                sheet=rows.sheet_of(index),
                site=str(rows.texts["site_reference"][index]),
                done="kept as stated",
            )
