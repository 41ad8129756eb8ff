"""The areas of a folder as they were known in a past year, gaps stood in for and counted.

Every area with a base population is projected. A figure that is missing is stood in for by what the rest of
the folder says, and every such case is counted in `notes`: nothing is dropped or filled in silently. Of years
after the origin only dwellings are read, and those on request; the truth is kept apart.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from assets.inputs.assumptions import Assumptions
from assets.population.population_figures import BANDS
from benchmarks.population.backtest_people import (
    PROVISIONAL,
    RECORD_YEARS,
    earlier_count,
    of_both_sexes,
    project_table,
    rebased_in_half,
    truths,
)
from benchmarks.population.backtest_tables import CENSUS, CHECK, FLOWS, BacktestTables, note
from models.demography.area_build import (
    LocalRatios,
    NationalFigures,
    Parameters,
    PlaceFigures,
    local_ratios,
)
from models.demography.area_inputs import AGES
from models.demography.graduation import band_of_age
from models.demography.migration import GrossFlows, usual_growth

UNUSUAL_DEATHS = 2020
"""First year of the pandemic: deaths from then on say nothing of years to come."""
LONDON = "E12000007"


@dataclass
class Folder:
    """Arrays over areas, in order of code, as they were known in `origin`.

    base: (areas, 2, AGES) at mid-origin. truth: target year → (areas, 2, AGES) or, where sex is not known,
    (areas, 1, AGES); NaN where nobody counted. earlier: (areas, 2, AGES) at mid-earlier_year, None without.
    first_stock: first year of stock (areas, years to the last known), dwellings at each 31 March.
    households: at the census of 2011. births, deaths: year → number an area. flows: means of the latest
    years; growth: of all, NaN where nothing is recorded. before: (areas,) people at mid-before_year, NaN
    where not known. rebased_in_half: (areas, 1, AGES) of PROVISIONAL, moved by half of what the census
    of 2021 found the estimates to be out, None where it is no target. ratios: given for areas without deaths
    of their own, else None.
    """

    origin: int
    codes: list[str]
    regions: list[str]
    base: np.ndarray
    truth: dict[int, np.ndarray]
    earlier_year: int | None
    earlier: np.ndarray | None
    first_stock: int
    stock: np.ndarray
    households: np.ndarray
    before_year: int
    before: np.ndarray
    births: list[dict[int, float]]
    deaths: list[dict[int, float]]
    flows: list[GrossFlows]
    growth: np.ndarray
    notes: list[str]
    children_ages: int
    rebased_in_half: np.ndarray | None = None
    ratios: list[LocalRatios | None] = field(default_factory=list)

    @property
    def last(self) -> int:
        """The last target year."""
        return max(self.truth)

    @property
    def london(self) -> np.ndarray:
        """(areas,) which lie in London."""
        return np.array([region == LONDON for region in self.regions])

    def stock_in(self, year: int) -> np.ndarray:
        """(areas,) dwellings at a 31 March."""
        return np.asarray(self.stock[:, year - self.first_stock])

    def figures(self, index: int, base_dwellings: float) -> PlaceFigures:
        """One area's figures as the shipped run takes them."""
        growth = float(self.growth[index])
        return PlaceFigures(
            code=self.codes[index],
            base_year=self.origin,
            base_population=self.base[index],
            band_of_age=band_of_age(BANDS, AGES),
            estimates={},
            births=self.births[index],
            usual_deaths=self.deaths[index],
            flows=self.flows[index],
            census_households=float(self.households[index]),
            census_dwellings=float(self.stock_in(self.origin)[index]),
            base_dwellings=base_dwellings,
            usual_growth=None if np.isnan(growth) else growth,
            earlier_year=self.earlier_year,
            earlier_population=None if self.earlier is None else self.earlier[index],
            recent_births=self._recent_births(index),
        )

    def _recent_births(self, index: int) -> np.ndarray | None:
        years = [self.origin - age for age in range(self.children_ages)]
        births = self.births[index]
        return np.array([births[year] for year in years]) if all(year in births for year in years) else None

    def scale_without_events(self, national: NationalFigures, method: Parameters) -> None:
        """Areas without deaths of their own take the others' median ratio, or the nation's."""
        found = [
            local_ratios(self.figures(index, 1.0), national, method)
            for index, deaths in enumerate(self.deaths)
            if deaths
        ]
        usual = float(np.median([ratios.mortality for ratios in found])) if found else 1.0
        self.ratios = []
        for index, deaths in enumerate(self.deaths):
            given: LocalRatios | None = None
            if not deaths:
                alone = dict.fromkeys(self.births[index], 1.0)
                figures = self.figures(index, 1.0)
                ratios = local_ratios(replace(figures, usual_deaths=alone), national, method)
                given = LocalRatios(ratios.fertility, usual)
            self.ratios.append(given)


def folder_at(
    tables: BacktestTables,
    origin: int,
    known: Assumptions,
    *,
    future_dwellings: bool,
    region_of: dict[str, str] | None = None,
) -> Folder:
    """The areas as they were known in a year; dwellings after it only with future_dwellings.

    region_of: code → region; areas without one count as one region. Raises SystemExit without areas.
    """
    notes = list(tables.notes)
    everywhere = sorted({*tables.by_sex.get(origin, {}), *tables.persons.get(origin, {})})
    if not everywhere:
        raise SystemExit(f"no area with people by age in {origin}")
    codes = everywhere
    base = np.stack([of_both_sexes(tables, origin, code) for code in codes])
    total = base.sum(axis=(1, 2))
    truth = truths(tables, origin, codes, notes)
    households = _by_area(tables.households, "households", codes)
    first, stock = _stock(tables, origin, codes, households, notes, future_dwellings=future_dwellings)
    # The occupied share is the census's of 2011 whatever the origin: it is held, so it moves no projection.
    at_census = stock[:, origin - first]
    if origin != CENSUS:
        counted = _by_area(tables.stock[tables.stock["year_at_31_march"] == CENSUS], "dwellings", codes)
        at_census = np.where(np.isnan(counted), at_census, counted)
    missing = np.isnan(households)
    if missing.all():
        notes.append("no area has census households: as many a dwelling as in the project's own places")
        occupied = _occupied_share_of_own_places()
    else:
        occupied = np.nanmedian(households / at_census)
    note(
        notes,
        _where(codes, missing),
        "without census households: the folder's median occupied share is taken",
    )
    households = np.where(missing, at_census * occupied, households) / at_census
    households = households * stock[:, origin - first]
    components = tables.components[
        (tables.components["year"] <= origin) & (tables.components["year"] > origin - RECORD_YEARS)
    ]
    flows, growth = _flows(components, origin, codes, total, known, notes)
    births, deaths = (_events(components, name, codes) for name in ("births", "deaths"))
    # Deaths of the latest years only: mortality fell unevenly before.
    recent = int(known.value("demography.flow_averaging_years"))
    last = min(origin, UNUSUAL_DEATHS - 1)
    deaths = [{year: n for year, n in of.items() if last - recent < year <= last} for of in deaths]
    note(
        notes,
        [code for code, of in zip(codes, births, strict=True) if not of],
        "without births: residents of age 0 stand for them",
    )
    births = [of or {origin: float(people[:, 0].sum())} for of, people in zip(births, base, strict=True)]
    note(
        notes,
        [code for code, of in zip(codes, deaths, strict=True) if not of],
        "without deaths: the folder's median ratio to national rates is taken",
    )
    earlier_year, earlier = earlier_count(tables, origin, codes)
    before_year, before = _before(tables, origin, codes, notes)
    regions = region_of or {}
    return Folder(
        origin=origin,
        codes=codes,
        regions=[regions.get(code, "") for code in codes],
        base=base,
        truth=truth,
        earlier_year=earlier_year,
        earlier=earlier,
        first_stock=first,
        stock=stock,
        households=households,
        before_year=before_year,
        before=before,
        births=births,
        deaths=deaths,
        flows=flows,
        growth=growth,
        notes=notes,
        children_ages=int(known.value("demography.children_ages")),
        rebased_in_half=rebased_in_half(tables, codes) if PROVISIONAL in truth else None,
    )


def _before(
    tables: BacktestTables, origin: int, codes: list[str], notes: list[str]
) -> tuple[int, np.ndarray]:
    """People of RECORD_YEARS before, or of the first year with a total."""
    totals = tables.totals[tables.totals["year"] < origin]
    first = max(origin - RECORD_YEARS, int(totals["year"].min()) if len(totals) else origin - RECORD_YEARS)
    values = _by_area(totals[totals["year"] == first], "population", codes)
    note(
        notes,
        _where(codes, np.isnan(values)),
        f"without a population of {first}: the linear trend is no change",
    )
    return first, values


def _stock(
    tables: BacktestTables,
    origin: int,
    codes: list[str],
    households: np.ndarray,
    notes: list[str],
    *,
    future_dwellings: bool,
) -> tuple[int, np.ndarray]:
    """First year and (areas, years) dwellings at each 31 March from it to the last that may be known.

    A gap between known years runs straight in logs; one at an end follows net additions where they are
    known, and else the folder's median growth.
    """
    first = origin - RECORD_YEARS
    if len(tables.stock):
        first = max(first, int(tables.stock["year_at_31_march"].min()))
    last = CHECK if origin < CHECK else origin
    years = list(range(first, last + 1))
    stock = tables.stock.pivot_table(index="place_code", columns="year_at_31_march", values="dwellings")
    given = stock.reindex(index=codes, columns=years).to_numpy(dtype=np.float64, copy=True)
    added = _additions(tables, codes, years)
    given[~(given > 0)] = np.nan
    base = origin - first
    if not future_dwellings:
        given[:, base + 1 :] = np.nan
        added[:, base + 1 :] = np.nan
    needed = given if future_dwellings else given[:, : base + 1]
    note(
        notes,
        _where(codes, np.isnan(needed).any(axis=1)),
        "with a dwelling stock missing: carried on by net additions, a line or the folder's median growth",
    )
    nothing = np.isnan(given).all(axis=1)
    if nothing.any() and not np.isnan(households / given[:, base]).all():
        given[nothing, base] = households[nothing] / np.nanmedian(households / given[:, base])
    if np.isnan(given).all(axis=1).any():
        lost = _where(codes, np.isnan(given).all(axis=1))
        shown = ", ".join(lost[:5]) + (f" and {len(lost) - 5} more" if len(lost) > 5 else "")
        gone = [said for said in tables.notes if said.startswith("dwelling_stock.csv")]
        without = f": {gone[0]}" if gone else ""
        raise SystemExit(f"no dwellings, nor a ratio to census households, for {shown}{without}")
    for _ in years:
        before = np.isnan(given[:, 1:]) & ~np.isnan(given[:, :-1]) & ~np.isnan(added[:, 1:])
        given[:, 1:][before] = (given[:, :-1] + added[:, 1:])[before]
        after = np.isnan(given[:, :-1]) & ~np.isnan(given[:, 1:]) & ~np.isnan(added[:, 1:])
        given[:, :-1][after] = (given[:, 1:] - added[:, 1:])[after]
    growth = np.nanmedian(np.diff(np.log(given), axis=1)) if (~np.isnan(given)).sum() > len(codes) else 0.0
    for row in given:
        where = np.flatnonzero(~np.isnan(row))
        if len(where) == len(years):
            continue
        place = np.arange(len(years))
        beyond = np.minimum(place - where[0], 0) + np.maximum(place - where[-1], 0)
        row[:] = np.exp(np.interp(place, where, np.log(row[where])) + growth * beyond)
    return first, given


def _occupied_share_of_own_places() -> float:
    """Households a dwelling in 2011, middle of the project's own places."""
    census = project_table("census_households").set_index(["place", "census_year"])["households"]
    stock = project_table("dwelling_stock").set_index(["place", "year"])["dwellings"]
    return float((census.xs(CENSUS, level="census_year") / stock.xs(CENSUS, level="year")).median())


def _additions(tables: BacktestTables, codes: list[str], years: list[int]) -> np.ndarray:
    """(areas, years) net additions of the financial year that ends at each 31 March; NaN where unknown."""
    table = tables.additions
    ends = (
        table["financial_year"].astype(str).str[:4].astype(float) + 1
        if len(table)
        else pd.Series(dtype=float)
    )
    wide = table.assign(year=ends).pivot_table(
        index="place_code", columns="year", values="net_additional_dwellings"
    )
    return wide.reindex(index=codes, columns=years).to_numpy(dtype=np.float64, copy=True)


def _flows(
    components: pd.DataFrame,
    origin: int,
    codes: list[str],
    total: np.ndarray,
    known: Assumptions,
    notes: list[str],
) -> tuple[list[GrossFlows], np.ndarray]:
    """Usual gross flows of the latest years, and yearly growth of all years (NaN where nothing is known)."""
    latest = origin - int(known.value("demography.flow_averaging_years"))
    mean = components[components["year"] > latest].groupby("place_code")[list(FLOWS)].mean()
    rates = mean.reindex(codes).to_numpy(dtype=np.float64) / total[:, None]
    rates[(rates < 0).any(axis=1)] = np.nan
    missing = np.isnan(rates).any(axis=1)
    note(notes, _where(codes, missing), "without migration: the folder's median flows a resident are taken")
    if missing.all():
        share = known.value("demography.gross_migration_rate")
        notes.append(f"no area has migration: {share:.1%} of residents come and leave a year")
        rates[:] = (share, share, 0.0, 0.0)
    else:
        rates[missing] = np.median(rates[~missing], axis=0)
    flows = [
        GrossFlows(*(float(rate) * people for rate in row)) for row, people in zip(rates, total, strict=True)
    ]
    whole = components.groupby("place_code")[["births", "deaths", *FLOWS]].mean()
    growth = np.array(
        [
            usual_growth(
                GrossFlows(*(float(row[name]) for name in FLOWS)), row["births"], row["deaths"], people
            )
            if row.notna().all() and (row >= 0).all()
            else np.nan
            for (_, row), people in zip(whole.reindex(codes).iterrows(), total, strict=True)
        ]
    )
    lacking = np.isnan(growth)
    return flows, growth if lacking.all() else np.where(lacking, np.median(growth[~lacking]), growth)


def _events(components: pd.DataFrame, name: str, codes: list[str]) -> list[dict[int, float]]:
    """Births or deaths of the twelve months to each mid-year, by area."""
    counted = components[components[name] >= 0]
    by_area = {
        str(code): {int(y): float(n) for y, n in zip(rows["year"], rows[name], strict=True)}
        for code, rows in counted.groupby("place_code")
    }
    return [by_area.get(code, {}) for code in codes]


def _by_area(frame: pd.DataFrame, value: str, codes: list[str]) -> np.ndarray:
    values = frame.groupby("place_code")[value].first().reindex(codes).to_numpy(dtype=np.float64)
    return np.where(values > 0, values, np.nan)


def _where(codes: list[str], chosen: np.ndarray) -> list[str]:
    return [code for code, wanted in zip(codes, chosen, strict=True) if wanted]
