"""From what residents need to what a hospital faces: flows from places, and people from outside."""

from __future__ import annotations

import numpy as np

from models.arrays import FloatArray


def drawn_shares(shares: FloatArray, elsewhere: int, elsewhere_factor: FloatArray) -> FloatArray:
    """Shares (draw, place, provider, service) around the central ones (place, provider, service).

    What goes to provider number `elsewhere` is multiplied by `elsewhere_factor` (draw, place), the other
    providers share the rest as before; shares of a place and service go on adding to 1. Raises ValueError
    where the central ones do not, or where a draw would send everybody elsewhere.
    """
    totals = shares.sum(axis=1)
    if not np.allclose(totals, 1.0, atol=1e-9):
        place, service = np.argwhere(~np.isclose(totals, 1.0, atol=1e-9))[0]
        raise ValueError(
            f"shares of place {place} and service {service} add to {totals[place, service]:.6f}, not 1"
        )
    away = shares[:, elsewhere, :][None] * elsewhere_factor[:, :, None]
    if np.any((away < 0) | (away >= 1)):
        raise ValueError("a draw sends all or less than none of a place's people elsewhere")
    stay_before = 1 - shares[:, elsewhere, :]
    drawn = shares[None] * ((1 - away) / stay_before[None])[:, :, None, :]
    drawn[:, :, elsewhere, :] = away
    return drawn


def provider_demand(
    residents: FloatArray, shares: FloatArray, outside_base: FloatArray, outside_growth: FloatArray
) -> FloatArray:
    """Demand (draw, year, provider, service) of residents (draw, year, place, service) and of others.

    `outside_base` (provider, service) is the base year's activity for people from outside the system,
    `outside_growth` (draw, year, service) its growth since.
    """
    from_places = np.einsum("dyps,dphs->dyhs", residents, shares, optimize=True)
    return from_places + from_outside(outside_base, outside_growth)


def from_outside(outside_base: FloatArray, outside_growth: FloatArray) -> FloatArray:
    """Activity (draw, year, provider, service) for people from outside: the base year's, grown."""
    return outside_base[None, None] * outside_growth[:, :, None, :]


def outside_activity(from_places: FloatArray, outside_share: FloatArray) -> FloatArray:
    """Activity for people from outside beside that of residents, by its share of all (provider, service)."""
    return from_places * (outside_share / (1 - outside_share))


PARTS = ("residents", "from_outside", "monthly_forecast")
"""What a provider's demand is made of, in the order of `provider_parts`."""
_ROUNDING = 1e-9


def provider_parts(faced: FloatArray, residents: FloatArray, outside: FloatArray) -> FloatArray:
    """Parts (part, …) of what providers face (…), in the order of PARTS; they add up to it.

    Residents of the system and people from outside by rates and flows, and what the monthly forecast adds to
    both or takes from them in the years that agree with it. Rounding of the last digits is no such part.
    """
    joined = faced - residents - outside
    nothing = np.abs(joined) <= _ROUNDING * np.maximum(faced, 1.0)
    return np.stack([np.where(nothing, faced - outside, residents), outside, np.where(nothing, 0.0, joined)])
