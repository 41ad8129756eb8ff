"""Which homes, where and when: reading, cleaning, phasing and delivery of councils' housing trajectories.

Imports nothing of the project's outside this package. Population, demand and wiring do not belong here.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from housing_trajectories.findings import BadInput, Finding
    from housing_trajectories.reading import read
    from housing_trajectories.schema import Trajectory

__all__ = ["BadInput", "Finding", "Trajectory", "read"]

_WHERE = {"BadInput": "findings", "Finding": "findings", "Trajectory": "schema", "read": "reading"}


def __getattr__(name: str) -> Any:
    """What the package offers, imported when it is asked for: who only prints must not wait for pandas."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
