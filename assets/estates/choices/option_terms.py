"""The options of `estate_options`, their ceilings in each area, and what a unit of each gains and costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from assets.estates.choices.area_gaps import MEDIAN, AreaGaps
from assets.inputs.assumptions import Assumptions
from models.arrays import FloatArray
from models.estates.capacity_formulae import PERCENT, clinical_room_gross_area
from models.estates.capital_costs import discount_factors
from models.estates.estate_options import (
    PresentFactors,
    net_present_cost,
    present_factors,
    right_of_use,
    saved_beside_the_others,
    share_saved_by_remote,
    share_saved_by_time,
)

TIME = ("room_hours", "room_utilisation", "in_person_share")
"""What levers of time change."""
EXISTING_M2 = "m2 existing"
NOTHING = "nothing"
LEASE, NEW_BUILD = "lease", "new_build"
SQUARE_METRES, ROOM_UNIT, OF_CEILING = "m2", "rooms", "% of its ceiling"


@dataclass(frozen=True)
class Options:
    """Options in the order of the file, and the terms on which each is priced; costs are of a cost unit."""

    rows: list[dict[str, Any]]
    factors: list[PresentFactors]
    room_area: float
    first_year: int
    plan_year: int
    lease_term: int
    lease_rate: float
    lease_as_capital: bool
    saved: FloatArray
    """(option,) share of the rooms required that a lever of time saves alone, at its ceiling; else 0."""

    @property
    def names(self) -> list[str]:
        """Names of the options."""
        return [str(row["option"]) for row in self.rows]

    def number(self, column: str) -> FloatArray:
        """(option,) a column of numbers, 0 where it is empty."""
        return np.nan_to_num(np.array([float(row[column]) for row in self.rows]))

    def of_kind(self, *changes: str) -> NDArray[np.bool_]:
        """(option,) true for options that change one of these."""
        return np.array([row["changes"] in changes for row in self.rows])


@dataclass(frozen=True)
class Priced:
    """Of amounts of options (…, option): rooms and m2 gained, costs and carbon, all (…, option).

    capital: with optimism bias at its middle, and at either end; premises: rent, rates, service charge a
    year; running: what falls to others a year; present: net present cost by the same three. Carbon is in
    tonnes.
    """

    rooms: FloatArray
    floor: FloatArray
    capital: FloatArray
    capital_low: FloatArray
    capital_high: FloatArray
    premises: FloatArray
    running: FloatArray
    right_of_use: FloatArray
    present: FloatArray
    present_low: FloatArray
    present_high: FloatArray
    carbon_built: FloatArray
    carbon_year: FloatArray


def read_options(rows: pd.DataFrame, known: Assumptions) -> Options:
    """The options and their terms."""
    first = int(known.value("estates.first_decision_year"))
    horizon = int(known.value("estates.option_horizon"))
    until = int(known.value("estates.discount_first_years"))
    rates = [(until, known.value("estates.discount_rate_first"))]
    rates.append((until + horizon, known.value("estates.discount_rate_later")))
    discount = discount_factors(np.arange(first, first + horizon), first, rates)
    listed = [{str(name): cell for name, cell in row.items()} for row in rows.to_dict("records")]
    factors = [
        present_factors(
            discount, int(row["lead_time_years"]), int(row["years_of_building"]), int(row["life_years"])
        )
        for row in listed
    ]
    value = known.value
    today = {
        "room_hours": value("estates.gp_room_hours") + value("estates.gp_extended_hours"),
        "room_utilisation": value("estates.gp_room_utilisation"),
    }
    in_person = value("estates.gp_face_to_face")
    saved = np.zeros(len(listed))
    for at, row in enumerate(listed):
        if row["changes"] in today:
            saved[at] = share_saved_by_time(today[row["changes"]], float(row["ceiling"]))
        elif row["changes"] == "in_person_share":
            saved[at] = share_saved_by_remote(in_person, float(row["ceiling"]))
    room = clinical_room_gross_area(lambda name: np.array([value(f"estates.{name}")]))
    return Options(
        listed,
        factors,
        float(room[0]),
        first,
        int(value("estates.option_plan_year")),
        int(value("estates.lease_term")),
        value("estates.lease_rate"),
        value("estates.lease_counts_as_capital") > 0,
        saved,
    )


@dataclass(frozen=True)
class AreaOptions:
    """Options in each area: gains (area, option, [rooms, m2]) of a unit, units at most and at least.

    A unit of a lever of time is the whole way to its ceiling, of a conversion a room, of a building a m2.
    `alone` is what a unit gains with no other option beside it; `beside` with every lever of time at its
    ceiling, so that gains add to no more than there is.
    """

    options: Options
    alone: FloatArray
    beside: FloatArray
    most: FloatArray
    least: FloatArray
    cost_units: FloatArray

    def priced(self, amounts: FloatArray, gains: FloatArray) -> Priced:
        """What amounts (area, option) gain by `gains`, cost and emit."""
        options = self.options
        units = amounts * self.cost_units
        capital = units * options.number("capital_gbp")
        premises = units * options.number("premises_revenue_gbp")
        running = units * options.number("running_cost_gbp")
        bias = {name: options.number(f"bias_{name}percent") for name in ("low_", "", "high_")}
        present = {
            name: np.stack(
                [
                    net_present_cost(capital[:, at], (premises + running)[:, at], factors, percents[at])
                    for at, factors in enumerate(options.factors)
                ],
                axis=-1,
            )
            for name, percents in bias.items()
        }
        leased = np.array([name == LEASE for name in options.names])
        return Priced(
            rooms=amounts * gains[..., 0],
            floor=amounts * gains[..., 1],
            capital=capital * (1 + bias[""] / PERCENT),
            capital_low=capital * (1 + bias["low_"] / PERCENT),
            capital_high=capital * (1 + bias["high_"] / PERCENT),
            premises=premises,
            running=running,
            right_of_use=right_of_use(
                np.where(leased, premises, 0.0), options.lease_term, options.lease_rate
            ),
            present=present[""],
            present_low=present["low_"],
            present_high=present["high_"],
            carbon_built=units * options.number("carbon_built_kg") / 1000,
            carbon_year=units * options.number("carbon_year_kg") / 1000,
        )


def options_in(areas: AreaGaps, options: Options) -> AreaOptions:
    """Gains, ceilings and cost units of every option in every area, in the year of the plan.

    Rooms required are the median of the draws. A building holds rooms and floor in the proportion in which
    the area requires them.
    """
    at = areas.at(options.plan_year)
    middle = {
        name: np.quantile(values[:, at, 1:], MEDIAN / PERCENT, axis=-1)
        for name, values in (
            ("rooms", areas.rooms_required),
            ("floor", areas.floor_required),
            ("there", areas.floor_existing),
        )
    }
    rooms, floor, there = middle["rooms"], middle["floor"], middle["there"]
    shape = (len(areas.codes), len(options.names))
    time, building = options.of_kind(*TIME), options.of_kind("added_area", "new_area")
    converting, nothing = options.of_kind("existing_area"), options.of_kind(NOTHING)
    beside = options.saved.copy()
    beside[time] = saved_beside_the_others(options.saved[time])
    a_metre = np.divide(rooms, floor, out=np.zeros_like(rooms), where=floor > 0)[:, None]

    def gains(saved: FloatArray) -> FloatArray:
        of_rooms = rooms[:, None] * saved + building * a_metre + converting
        of_floor = rooms[:, None] * saved * options.room_area + np.broadcast_to(building, shape)
        return np.stack([of_rooms, of_floor], axis=-1)

    ceiling = options.number("ceiling") / PERCENT
    unlimited = np.maximum(floor + there, 1.0)[:, None] + options.number("least_m2")
    most = np.where(options.of_kind("new_area"), unlimited, 0.0)
    most = np.where(options.of_kind("added_area"), there[:, None] * ceiling, most)
    most = np.where(converting, there[:, None] * ceiling / options.room_area, most)
    most = np.where(time, (options.saved > 0).astype(float), most)
    most = np.where(nothing, 1.0, most)
    of_existing = np.array([row["cost_unit"] == EXISTING_M2 for row in options.rows])
    # What a lever of time costs goes by the rooms that it gains alone.
    units = np.where(time, rooms[:, None] * options.saved, 1.0)
    units = np.where(nothing, np.where(of_existing, there[:, None], 0.0), units)
    least = np.broadcast_to(options.number("least_m2"), shape)
    return AreaOptions(options, gains(options.saved), gains(beside), most, least, units)
