"""Which homes, where and when: reading, cleaning, phasing and delivery of councils' housing trajectories.

Imports nothing of the project's outside this package. Population, demand and wiring do not belong here.
"""

from housing_trajectories.findings import BadInput, Finding
from housing_trajectories.reading import read
from housing_trajectories.schema import Trajectory

__all__ = ["BadInput", "Finding", "Trajectory", "read"]
