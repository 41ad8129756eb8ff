"""England's rows of an area are derived once for all tests here: a second each, and the same every time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from assets.areas import national_inputs
from assets.areas.area_folder import AreaFolder

_DERIVE = national_inputs.national_rows
_DERIVED: dict[Any, list[Any]] = {}


def _derived(area: AreaFolder, *named: Sequence[str]) -> list[Any]:
    key = (area.name, area.code, area.authorities, *map(tuple, named))
    if key not in _DERIVED:
        _DERIVED[key] = _DERIVE(area, *named)
    return _DERIVED[key]


@pytest.fixture(autouse=True, scope="module")
def derived_once() -> Any:
    """Composing asks for the rows by this name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(national_inputs, "national_rows", _derived)
        yield
