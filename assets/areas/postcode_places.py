"""Authority and rough position of a postcode, from the practices that stand near it.

No list of postcodes is here. Practices have one each with an authority and a position: the same postcode
tells both, the same sector (MK42 9) that of most of its practices, the same district
(MK42) the authority alone.
"""

from __future__ import annotations

import pandas as pd

BY = ("postcode", "postcode sector", "postcode district")
"""How a postcode was placed, the surest first."""
_CUT = (None, -2, -3)
"""How much of a postcode without blanks each leaves out."""


def placed_postcodes(postcodes: pd.Series, practices: pd.DataFrame) -> pd.DataFrame:
    """Authority, latitude, longitude and how it was told (`placed_by`) of each postcode; empty where unknown.

    practices: postcode, authority, latitude, longitude. A position is that of the sector's practices at most:
    of a district nothing is said.
    """
    known = practices.assign(code=_plain(practices["postcode"]))
    wanted = _plain(postcodes)
    found = pd.DataFrame(index=postcodes.index, columns=["authority", "latitude", "longitude", "placed_by"])
    found = found.astype(
        {"authority": "str", "latitude": "float64", "longitude": "float64", "placed_by": "str"}
    )
    for by, cut in zip(BY, _CUT, strict=True):
        part = wanted.str[:cut]
        near = known.assign(part=known["code"].str[:cut])
        near = near[near["part"].isin(set(part[wanted != ""]))]
        left = found["authority"].isna() & part.isin(set(near["part"])) & (wanted != "")
        counted = near.groupby(["part", "authority"], as_index=False).size()
        counted = counted.sort_values(["size", "authority"], ascending=[False, True])
        most = counted.drop_duplicates("part").set_index("part")["authority"]
        found.loc[left, "authority"] = part[left].map(most)
        found.loc[left, "placed_by"] = by
        if by != BY[-1]:
            for name in ("latitude", "longitude"):
                found.loc[left, name] = part[left].map(near.groupby("part")[name].mean()).astype(float)
    return found


def _plain(postcodes: pd.Series) -> pd.Series:
    return postcodes.fillna("").astype("str").str.upper().str.replace(r"\s+", "", regex=True)
