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


def of_residents(residents: FloatArray, shares: FloatArray) -> FloatArray:
    """Demand (draw, year, provider, service) of residents (draw, year, place, service) by provider.

    `shares` (draw, place, provider, service).
    """
    return np.asarray(np.einsum("dyps,dphs->dyhs", residents, shares, optimize=True))


def from_outside(outside_base: FloatArray, outside_growth: FloatArray, level: FloatArray) -> FloatArray:
    """Activity (draw, year, provider, service) for people from outside: the base year's, grown, at the
    provider's level (year, provider, service)."""
    return outside_base[None, None] * outside_growth[:, :, None, :] * level[None]


def outside_activity(from_places: FloatArray, outside_share: FloatArray) -> FloatArray:
    """Activity for people from outside beside that of residents, by its share of all (provider, service)."""
    return from_places * (outside_share / (1 - outside_share))


PARTS = ("residents", "from_outside")
"""What a provider's demand is made of: residents of the system's places, and people from outside."""
