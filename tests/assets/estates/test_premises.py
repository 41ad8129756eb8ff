"""A place whose practices are all surveyed and located: what its neighbourhoods have and are short of."""

from __future__ import annotations

from functools import cache

import pandas as pd

from assets.estates import estates_stage
from tests.assets.services_run import call_stage, named_outputs, services

LUTON, ROOMS = "E06000032", "gp_consulting_rooms"
SCHEME_ROOMS, OPENS_FIRST, OPENS_LAST = 40.0, 2028, 2034


@cache
def codes() -> list[str]:
    """Luton's neighbourhoods; the new building comes to the first."""
    frame = services()["neighbourhood_estates"]
    return sorted(frame.loc[frame["place"] == LUTON, "neighbourhood"].unique())


def register(everybody_in: str | None = None) -> pd.DataFrame:
    """Every practice of Luton with its rooms, by turns in one and another of its neighbourhoods."""
    premises = services()["premises"].copy()
    here = (premises["place"] == LUTON) & (premises["facility"] == ROOMS)
    number = pd.Series(range(int(here.sum())), index=premises.index[here])
    premises.loc[here, "quantity"] = 3.0 + number % 5
    near = number.map(lambda at: codes()[at % 3 % len(codes())])
    premises.loc[here, "neighbourhood"] = near if everybody_in is None else everybody_in
    return premises


@cache
def surveyed(everybody_in: str | None = None) -> dict[str, pd.DataFrame]:
    """The estates stage with that register and one new building."""
    made = services()
    scheme = made["estate_schemes"].query("facility == @ROOMS").head(1)
    planned = scheme.assign(
        place=LUTON, neighbourhood=codes()[0], quantity=SCHEME_ROOMS, switch="on",
        opening_low=OPENS_FIRST, opening_year=2030, opening_high=OPENS_LAST,
    )  # fmt: skip
    given = {**made, "premises": register(everybody_in), "estate_schemes": planned}
    return named_outputs(estates_stage.estates_tables, call_stage(estates_stage.estates_tables, given))


def of_rooms(table: str, area: str, measure: str) -> pd.DataFrame:
    """Rows of one area's consulting rooms in the principal scenario, by year."""
    frame = surveyed()[table]
    key = "place" if table == "estates" else "neighbourhood"
    rows = frame[(frame[key] == area) & (frame["facility"] == ROOMS) & (frame["measure"] == measure)]
    return rows[rows["scenario"] == "local_plan"].set_index("year")[["principal", "p10", "p50", "p90"]]


def near(measure: str) -> dict[str, pd.DataFrame]:
    return {code: of_rooms("neighbourhood_estates", code, measure) for code in codes()}


def test_what_neighbourhoods_have_is_what_is_registered_there_and_their_place_has_both() -> None:
    rows = register()
    rows = rows[(rows["place"] == LUTON) & (rows["facility"] == ROOMS)]
    registered = rows.groupby("neighbourhood")["quantity"].sum()
    have, place = near("existing"), of_rooms("estates", LUTON, "existing")
    for code in codes()[1:]:
        assert (have[code].sub(registered[code]).abs() < 1e-9).all(axis=None)
    before, opened = have[codes()[0]].loc[: OPENS_FIRST - 1], have[codes()[0]].loc[OPENS_LAST + 4 :]
    assert (before.sub(registered[codes()[0]]).abs() < 1e-9).all(axis=None)
    assert (opened["principal"] - registered[codes()[0]] - SCHEME_ROOMS).abs().max() < 1e-9
    together = sum(have[code]["principal"] for code in codes())
    assert (place["principal"] - together).abs().max() < 1e-6


def test_a_neighbourhood_is_short_of_what_it_needs_beyond_what_it_has() -> None:
    have, need, short = near("existing"), near("required"), near("gap")
    for code in codes():
        difference = need[code]["principal"] - have[code]["principal"]
        assert (short[code]["principal"] - difference).abs().max() < 1e-6
        assert ((short[code]["p10"] <= short[code]["p50"]) & (short[code]["p50"] <= short[code]["p90"])).all()
        # The spread of the need: one number of rooms is known, the other only until the building may open.
        until = short[code].loc[: OPENS_FIRST - 1]
        width, of_need = (each["p90"] - each["p10"] for each in (until, need[code].loc[: OPENS_FIRST - 1]))
        assert (width / of_need).between(0.7, 1.4).all()


def test_a_neighbourhood_s_breach_is_certain_or_impossible_where_its_gap_says_so() -> None:
    breach = surveyed()["capacity_breach"]
    breach = breach[(breach["facility"] == ROOMS) & (breach["scenario"] == "local_plan")]
    assert set(breach.loc[breach["area_kind"] == "neighbourhood", "area"]) == set(codes())
    for code, short in near("gap").items():
        of_area = breach[breach["area"] == code].set_index("year")["probability"]
        assert (of_area[short["p10"] > 0] >= 0.9).all()
        assert (of_area[short["p90"] < 0] <= 0.1).all()
        assert ((short["p50"] > 0) == (of_area > 0.5)).mean() > 0.9


def test_causes_of_a_neighbourhood_add_up_to_its_gap_where_its_rooms_are_known_and_else_to_its_need() -> None:
    causes, published = surveyed()["estates_causes"], surveyed()["neighbourhood_estates"]
    causes = causes[(causes["area_kind"] == "neighbourhood") & (causes["scenario"] == "local_plan")]
    both = causes.merge(
        published.rename(columns={"neighbourhood": "area"}),
        on=["scenario", "area", "facility", "year", "measure"],
    )
    assert len(both) == len(causes)
    assert (both["total"] - both["principal"]).abs().max() < 1e-6
    measured = both.groupby(["area", "facility"])["measure"].unique()
    known = measured[measured.map(lambda kinds: "gap" in kinds)]
    assert set(known.index) == {(code, ROOMS) for code in codes()}


def test_need_of_general_practice_stands_where_the_practices_are_and_of_dentists_where_people_live() -> None:
    frame = surveyed(codes()[1])["neighbourhood_estates"]
    rows = frame[(frame["measure"] == "required") & frame["neighbourhood"].isin(codes())]
    needed = rows.groupby(["facility", "neighbourhood"])["principal"].sum().unstack()
    of_practice = needed.index.str.startswith(("gp_", "primary_care_"))
    assert (needed.loc[of_practice, codes()[0]] == 0).all()
    assert (needed.loc[of_practice, codes()[1]] > 0).all()
    assert (needed.loc[~of_practice] > 0).all(axis=None)
    assert of_practice.any()
    assert (~of_practice).any()
