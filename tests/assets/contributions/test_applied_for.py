"""What an application is told by: whole homes, a mix that sums, a position in the area, a known postcode."""

from __future__ import annotations

import numpy as np
import pytest

from assets.contributions.statements.applied_for import mix_of, place_of, point_of, whole_homes
from housing_trajectories.findings import BadInput

PLACES = {"E06000042": "Milton Keynes", "E06000055": "Bedford"}


@pytest.mark.parametrize("text", ["", "0", "-5", "2.5", "many", "1e3", "1000000", "25; touch x", "٢٥"])
def test_homes_are_a_positive_whole_number(text: str) -> None:
    with pytest.raises(BadInput, match=r"column HOMES: found .*; expected a whole number of homes"):
        whole_homes(text)
    assert whole_homes(" 250 ") == 250


def test_a_mix_is_shares_homes_or_a_type() -> None:
    shares, _ = mix_of("10,30,40,20", 250)
    assert shares == pytest.approx([0.1, 0.3, 0.4, 0.2])
    homes, _ = mix_of("25,75,100,50", 250)
    assert homes == pytest.approx([0.1, 0.3, 0.4, 0.2])
    assert mix_of("", 250) == (None, "unknown")
    assert mix_of("town_centre_flats", 250) == (None, "town_centre_flats")


@pytest.mark.parametrize(
    "text", ["10,30,40", "10,30,40,30", "10,30,40,x", "-10,50,40,20", "nan,30,40,20", "flats", "$(id)"]
)
def test_a_mix_that_does_not_sum_is_refused(text: str) -> None:
    with pytest.raises(
        BadInput, match=r"column MIX: found .*; expected four numbers .* sum to 100 or to 250"
    ):
        mix_of(text, 250)


def test_a_position_is_in_the_area_or_told_where_it_lies() -> None:
    point, words = point_of("52.04, -0.75", "")
    assert point == pytest.approx([-0.75, 52.04])
    assert words == "52.0400, -0.7500"
    assert place_of(point, PLACES) == "E06000042"
    with pytest.raises(
        BadInput, match=r"which lies in Luton \(E06000032\); expected a position in Milton Keynes"
    ):
        place_of(np.array([-0.42, 51.88]), PLACES)
    with pytest.raises(BadInput, match="in no authority of England"):
        place_of(np.array([-4.1, 52.4]), PLACES)
    for text in ("52.04", "52.04,-0.75,1", "north,west", "-0.75,52.04", "nan,0"):
        with pytest.raises(BadInput, match=r"column AT: found .*; expected a latitude and a longitude"):
            point_of(text, "")


def test_a_postcode_is_one_of_a_practice_and_stands_in_place_of_a_position() -> None:
    point, words = point_of("", "TS18 1HU")
    assert words == "TS18 1HU"
    assert point_of("", "ts181hu")[0] == pytest.approx(point)
    with pytest.raises(BadInput, match="column POSTCODE: found ZZ1 1ZZ; expected a postcode of the list"):
        point_of("", "ZZ1 1ZZ")
    for given in (("", ""), ("52.04,-0.75", "TS18 1HU")):
        with pytest.raises(BadInput, match="AT or POSTCODE"):
            point_of(*given)
