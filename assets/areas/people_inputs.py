"""An area's people in the input tables, from England's: the base, estimates since, components, projections.

Eight councils made since 2019 have no components, births, deaths or stock in the published series: they take
their region's rates, and say so.
"""

from __future__ import annotations

import pandas as pd

from assets.areas.national_rows import AreaOfEngland, Level, NationalRows, by_band
from models.areas.regional_flows import flows_by_rate

OLDEST = 90
_WHOLE = 0.99
"""Share of its people by which a council lies in a sub-ICB location, and it in its councils."""
BASE_YEAR = 2021
FIVE_YEARS = [
    ("0", 0, 0),
    ("1-4", 1, 4),
    *((f"{first}-{first + 4}", first, first + 4) for first in range(5, OLDEST, 5)),
    ("90+", OLDEST, OLDEST),
]
_NOT_USUAL = (2020, 2021)
_SOURCES_OF_TOTALS = {2021: "ons_mye_2021", 2022: "ons_mye_2022", 2024: "ons_mye_2024"}
_FLOWS = ["births", "deaths", "internal_in", "internal_out", "international_in", "international_out"]


def people_rows(area: AreaOfEngland) -> list[NationalRows]:
    """The population inputs of an area, each in its input table's columns."""
    people, persons = area.of("population"), area.of("population_persons")
    base = by_band(people[people["year"] == BASE_YEAR], FIVE_YEARS, ["place", "year", "sex"])
    totals = area.of("population_totals")
    totals = totals[totals["year"].isin(_SOURCES_OF_TOTALS)]
    totals = totals.assign(source_id=totals["year"].map(_SOURCES_OF_TOTALS))
    households = area.of("census_households")
    return [
        NationalRows("census_based_population", base, "published", "ons_mye_2021", "mid-2021"),
        NationalRows(
            "population_estimates",
            by_band(persons, FIVE_YEARS, ["place", "year"]),
            "published",
            "ons_mye_2024",
            "mid-2024",
        ),
        NationalRows(
            "mid_year_estimate_totals",
            totals[["place", "year", "population", "basis", "source_id"]],
            "published",
            "ons_mye_2024",
            "mid-2024",
        ),
        NationalRows(
            "census_households",
            households[["place", "census_year", "households"]],
            "published",
            "ons_census_2021",
            "2021",
        ),
        *_components(area),
        _projections(area),
        _projections_by_age(area),
        *_small_areas(area),
    ]


def _components(area: AreaOfEngland) -> list[NationalRows]:
    """Components of past years, births and deaths of later ones; a region's rates where there are none."""
    flows, births = area.of("components_of_change"), area.of("births_and_deaths")
    births = births.dropna(subset=["births"])
    levels: dict[str, Level] = dict.fromkeys(area.without(flows), "england")
    borrowed = [
        _by_region(area, place, "components_of_change", [*_FLOWS, "other_change"])
        for place in area.without(flows)
    ]
    flows = pd.concat([flows, *borrowed], ignore_index=True)
    borrowed = [
        _by_region(area, place, "births_and_deaths", ["births", "deaths"]) for place in area.without(births)
    ]
    births = pd.concat([births, *borrowed], ignore_index=True)
    births["deaths_usual"] = births["year"].isin(_NOT_USUAL).map({True: "no", False: "yes"})
    births = births.astype({"births": "int64", "deaths": "int64"})
    return [
        NationalRows(
            "past_components_of_change",
            flows[["place", "year", *_FLOWS, "other_change"]],
            "published",
            "ons_components_of_change",
            "2018",
            levels=levels,
        ),
        NationalRows(
            "births_and_deaths",
            births[["place", "year", "births", "deaths", "deaths_usual"]],
            "published",
            "ons_births_and_deaths",
            "2022",
            levels=levels,
        ),
    ]


def _by_region(area: AreaOfEngland, place: str, table: str, columns: list[str]) -> pd.DataFrame:
    """A council's rows at the rates a head of its region's other councils, whole people."""
    authorities = area.load("authorities").set_index("code")
    totals = area.load("population_totals")
    people = totals[totals["year"] == BASE_YEAR].set_index("authority")["population"]
    rows = area.load(table).dropna(subset=columns)
    neighbours = rows["authority"].map(authorities["region"]) == authorities.loc[place, "region"]
    summed = rows[neighbours].groupby("year")
    counted = rows[neighbours]["authority"].map(people).groupby(rows[neighbours]["year"]).sum()
    made = flows_by_rate(
        summed[columns].sum().to_numpy(float).T, counted.to_numpy(float), float(people[place])
    )
    frame = pd.DataFrame(made.T, columns=columns, index=counted.index).reset_index()
    return frame.assign(place=place)


def _projections(area: AreaOfEngland) -> NationalRows:
    rows = area.of("official_projections")[
        ["projection", "place", "year", "age_band", "population", "source_id"]
    ]
    return NationalRows("official_projections", rows, "published", "ons_snpp_2018_based", "2018-based")


def _projections_by_age(area: AreaOfEngland) -> NationalRows:
    """The 2022-based projection of the sub-ICB location that the area is the whole of, or no rows."""
    boards = area.load("authority_boards")
    main = boards[boards["people_share"] > 0.5]
    together = main.groupby("sub_icb_gss")["authority"].agg(set)
    own = set(area.authorities)
    whole = [str(code) for code, councils in together.items() if councils == own]
    others = boards[boards["sub_icb_gss"].isin(whole) & ~boards["authority"].isin(own)]
    split = main[main["authority"].isin(own) & (main["people_share"] < _WHOLE)]
    people = boards.loc[boards["sub_icb_gss"].isin(whole), "people"].sum()
    elsewhere = others["people"].sum() / max(people, 1)
    rows = area.load("official_projections_by_age")
    rows = rows[rows["area"].isin(whole) & (elsewhere <= 1 - _WHOLE) & split.empty]
    sub_icb = main.loc[main["sub_icb_gss"].isin(whole), "sub_icb"].iloc[:1].to_list()
    note = f"Sub-ICB location {', '.join(sub_icb)}"
    if len(others):
        note += f"; {100 * elsewhere:.1f} % of its people live in other councils"
    made = rows[["projection", "year", "sex", "age_band", "population"]].assign(
        place=area.code, source_id="ons_snpp_2022_based_boards", note=note
    )
    return NationalRows(
        "official_projections_by_age", made, "published", "ons_snpp_2022_based_boards", "2022-based"
    )


def _small_areas(area: AreaOfEngland) -> list[NationalRows]:
    """People of the MSOAs of 2021 on census day, and their names."""
    names = area.of("neighbourhoods")
    ages = area.load("msoa_ages")
    ages = ages[ages["msoa"].isin(names["msoa"])].drop(columns="year")
    long = ages.melt(id_vars="msoa", var_name="age", value_name="population")
    long["age"] = long["age"].str.removeprefix("age_").astype(int)
    long = long.merge(names[["msoa", "place"]], on="msoa").sort_values(["msoa", "age"])
    named = pd.DataFrame(
        {
            "msoa": names["msoa"],
            "neighbourhood": names["msoa"],
            "neighbourhood_name": names["msoa_name"].where(
                ~names["msoa_name"].duplicated(keep=False),
                names["msoa_name"] + " (" + names["official_name"] + ")",
            ),
            "place": names["place"],
        }
    )
    deprivation = area.load("msoa_deprivation")
    return [
        NationalRows(
            "msoa_population",
            long[["place", "msoa", "age", "population"]],
            "published",
            "ons_census_2021",
            "2021",
        ),
        NationalRows("neighbourhoods", named, "published", "house_of_commons_msoa_names", "2021", of=""),
        NationalRows(
            "small_area_deprivation",
            deprivation[deprivation["msoa"].isin(names["msoa"])][["msoa", "quintile", "lsoas"]],
            "published",
            "mhclg_imd_2025",
            "2025",
            of="",
        ),
    ]
