"""Flows of a council that publishes none: its region's rates a head times its people."""

from __future__ import annotations

import numpy as np

from models.arrays import FloatArray


def flows_by_rate(flows: FloatArray, people: FloatArray, own_people: float) -> FloatArray:
    """(flow, year) whole people a year: flows (flow, year) of a region over its people (year,), times own.

    Raises ValueError where the region has no people.
    """
    if np.any(people <= 0):
        raise ValueError("a region without people has no rates")
    return np.rint(flows / people * own_people)


def mean_net_migration(flows: FloatArray) -> float:
    """Mean net migrants a year out of flows (4, year): two in, then two out."""
    return float((flows[:2].sum(axis=0) - flows[2:].sum(axis=0)).mean())
