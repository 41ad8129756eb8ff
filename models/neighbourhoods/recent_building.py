"""Where a place has built of late, from its small areas' people since the census beyond births and deaths."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.arrays import BoolArray, FloatArray


@dataclass(frozen=True)
class RecentBuilding:
    """(small areas,) shares that add to one: of homes on record, and of homes of no site ahead."""

    recorded: FloatArray
    ahead: FloatArray


def recent_building(
    census: FloatArray, latest: FloatArray, natural: FloatArray, with_site: BoolArray
) -> RecentBuilding:
    """Shares by what people have come to each small area (…,) of a place: growth less births plus deaths.

    A small area that lost people has built nothing. Ahead, one in which a named site lies grows no faster
    than the place did: its site's homes come by the site. Without any growth shares are of people.
    """
    came = np.maximum(latest - census - natural, 0.0)
    if came.sum() <= 0:
        people = latest / latest.sum()
        return RecentBuilding(people, people)
    usual = latest * came.sum() / latest.sum()
    ahead = np.where(with_site, np.minimum(came, usual), came)
    return RecentBuilding(came / came.sum(), ahead / ahead.sum())
