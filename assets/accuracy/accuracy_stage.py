"""The accuracy stage: our principal run compared with official projections, estimates and local figures."""

import dagster as dg
import pandas as pd

from assets.inputs.scenarios import PRINCIPAL
from assets.inputs.system_totals import system_code
from assets.tables.by_place import ByPlace
from assets.tables.declarations import TABLES
from models.evaluation.projection_errors import error_split, grown, percent_difference

COMPARATORS = {
    "ons_2018_based": "ONS 2018-based principal projection",
    "ons_2022_based": "ONS 2022-based projection, migration category variant",
}
_MEASURES = {"all": "population", "65+": "population_65_plus", "85+": "population_85_plus"}
OWN = {"past_rate": "placecast_2021_based_past_rate", "recorded": "placecast_2021_based"}
"""Our projection from its base alone by the homes it knows of: only the first is a forecast."""
_BASE_YEARS = {**dict.fromkeys(OWN.values(), 2021), "ons_2018_based": 2018, "ons_2022_based": 2022}
CENSUS_BASE_YEAR = 2021


def _principal(population: pd.DataFrame) -> pd.DataFrame:
    """People of the principal scenario by place, year and measure."""
    chosen = population[
        (population["scenario"] == "local_plan")
        & (population["sex"] == "persons")
        & population["age_band"].isin(_MEASURES)
    ]
    return chosen.assign(measure=chosen["age_band"].map(_MEASURES))[["place", "year", "measure", "principal"]]


@dg.asset(group_name="accuracy")
def benchmarks(
    population: pd.DataFrame,
    official_projections: pd.DataFrame,
    published_local_figures: pd.DataFrame,
    places: pd.DataFrame,
) -> pd.DataFrame:
    """The principal run compared with ONS 2022-based, ONS 2018-based and the system's published figures."""
    ours = _principal(population)
    return (
        pd.concat(
            [
                _beside_official(ours, official_projections, places),
                _beside_published(ours, published_local_figures),
            ],
            ignore_index=True,
        )[TABLES["benchmarks"].column_names]
        .sort_values(list(TABLES["benchmarks"].keys))
        .reset_index(drop=True)
    )


def _beside_official(ours: pd.DataFrame, official: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Official figures by place, and for the system where every place has one."""
    system = system_code(places)
    keys = ["projection", "year", "age_band", "source_id"]
    whole = official.groupby(keys, as_index=False).agg(
        population=("population", "sum"), places=("place", "nunique")
    )
    whole = whole[whole["places"] == (places["kind"] == "place").sum()].assign(place=system)
    theirs = pd.concat([official, whole.drop(columns="places")], ignore_index=True)
    theirs = theirs.assign(
        measure=theirs["age_band"].map(_MEASURES), comparator=theirs["projection"].map(COMPARATORS)
    )
    both = ours.merge(theirs, on=["place", "year", "measure"])
    return both.assign(
        ours=both["principal"],
        theirs=both["population"].astype("float64"),
        difference_percent=percent_difference(both["principal"], both["population"]),
        source=both["source_id"],
    )


def _beside_published(ours: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """Published local figures that fall into the run; growth is set on our own figure of its base year."""
    both = published.merge(ours, on=["place", "year", "measure"])
    base = ours.rename(columns={"year": "base_year", "principal": "at_base"})
    both = both.merge(base, on=["place", "base_year", "measure"], how="left")
    is_growth = both["basis"] == "growth_percent"
    theirs = both["value"].where(~is_growth, grown(both["at_base"], both["value"]))
    return both.assign(
        ours=both["principal"],
        theirs=theirs,
        difference_percent=percent_difference(both["principal"], theirs),
        comparator="published: " + both["publisher_words"],
        source=both["source_id"],
    )


@dg.asset(group_name="accuracy")
def official_projections_compared(
    population: pd.DataFrame, official_projections_by_age: pd.DataFrame
) -> pd.DataFrame:
    """The principal run beside the official projection of the whole area by sex and five-year age."""
    table = TABLES["official_projections_compared"]
    ours = population[population["scenario"] == PRINCIPAL]
    both = official_projections_by_age.merge(ours, on=["place", "year", "sex", "age_band"], validate="m:1")
    made = both.assign(
        comparator=both["projection"].map(COMPARATORS),
        ours=both["principal"],
        theirs=both["population"].astype("float64"),
        difference_percent=percent_difference(both["principal"], both["population"]),
        source=both["source_id"],
    )
    return made[table.column_names].sort_values(list(table.keys), ignore_index=True)


@dg.asset(group_name="accuracy")
def projection_errors(
    unrebased_projection: ByPlace,
    mid_year_estimate_totals: pd.DataFrame,
    official_projections: pd.DataFrame,
    places: pd.DataFrame,
) -> pd.DataFrame:
    """Error of projections against the latest estimates, split into error of the base and of growth."""
    own = pd.concat([unrebased_projection[place] for place in unrebased_projection], ignore_index=True)
    official = official_projections[official_projections["age_band"] == "all"]
    projected = pd.concat([own.assign(projection=own["homes"].map(OWN)), official], ignore_index=True)[
        ["projection", "place", "year", "population"]
    ]
    latest = int(mid_year_estimate_totals["year"].max())
    at_base = _at(projected, mid_year_estimate_totals, CENSUS_BASE_YEAR)
    at_latest = _at(projected, mid_year_estimate_totals, latest)
    both = at_latest.merge(at_base, on=["projection", "place"], how="left", suffixes=("", "_base"))
    split = error_split(both["population_base"], both["estimate_base"], both["population"], both["estimate"])
    names = places.set_index("place")["place_name"]
    return (
        both.assign(
            place_name=both["place"].map(names),
            base_year=both["projection"].map(_BASE_YEARS),
            year=latest,
            projected=both["population"].astype("float64"),
            estimate=both["estimate"].astype("float64"),
            error=split.whole,
            error_percent=percent_difference(both["population"], both["estimate"]),
            base_error=split.base,
            growth_error=split.growth,
        )[TABLES["projection_errors"].column_names]
        .sort_values(list(TABLES["projection_errors"].keys))
        .reset_index(drop=True)
    )


def _at(projected: pd.DataFrame, estimates: pd.DataFrame, year: int) -> pd.DataFrame:
    """Projections of one year beside that year's estimates."""
    estimated = estimates.loc[estimates["year"] == year, ["place", "population"]]
    estimated = estimated.rename(columns={"population": "estimate"})
    return projected[projected["year"] == year].drop(columns="year").merge(estimated, on="place")
