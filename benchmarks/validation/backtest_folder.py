"""Reading a folder laid out like the official backtest's, of authorities never seen, gaps and all.

Every area with a base population is projected. A figure that is missing is stood in for by what the rest of
the folder says, and every such case is counted in `notes`: nothing is dropped or filled in silently. Births,
deaths and components after 2011 are in the folder and are not read.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from assets.inputs.assumptions import Assumptions
from assets.inputs.csv_reading import read_table
from assets.inputs.defaults import SHARED_DATA
from assets.inputs.input_tables import INPUT_TABLES
from assets.population.population_figures import BANDS, SEXES
from benchmarks.shipped import DATA as SHIPPED
from models.demography.area_build import LocalRatios, NationalFigures, Parameters, PlaceFigures, local_ratios
from models.demography.area_inputs import AGES
from models.demography.graduation import band_of_age
from models.demography.migration import GrossFlows, usual_growth

BASE_YEAR, TARGET_YEAR = 2011, 2021
FIRST_STOCK = 2001
FLOWS = ("internal_in", "internal_out", "international_in", "international_out")
DATA = SHIPPED


def project_table(name: str) -> pd.DataFrame:
    """An input table of the default area, checked as a run checks it."""
    return read_table(INPUT_TABLES[name], DATA / f"{name}.csv", None)


def england_assumptions() -> pd.DataFrame:
    """The assumptions that hold where an area has none of its own."""
    return read_table(INPUT_TABLES["assumptions"], SHARED_DATA / "assumptions.csv", None)


def read_assumptions() -> Assumptions:
    """The same, by their ids."""
    return Assumptions(england_assumptions())


@dataclass
class Folder:
    """Arrays over areas, in order of code.

    base, truth: (areas, 2, AGES) at mid-2011 and mid-2021; scored: (areas,) which have a truth. stock:
    (areas, 21) dwellings at each 31 March 2001 … 2021. households: at the census of 2011. births, deaths: a
    mapping year → number an area. flows, growth: means of the years before 2011. ratios: given for areas
    without births or deaths of their own, else None.
    """

    codes: list[str]
    base: np.ndarray
    truth: np.ndarray
    scored: np.ndarray
    stock: np.ndarray
    households: np.ndarray
    total_ten_years_before: np.ndarray
    births: list[dict[int, float]]
    deaths: list[dict[int, float]]
    flows: list[GrossFlows]
    growth: np.ndarray
    notes: list[str]
    children_ages: int
    ratios: list[LocalRatios | None] = field(default_factory=list)

    def figures(self, index: int, base_dwellings: float) -> PlaceFigures:
        """One area's figures as the shipped run takes them."""
        return PlaceFigures(
            code=self.codes[index],
            base_year=BASE_YEAR,
            base_population=self.base[index],
            band_of_age=band_of_age(BANDS, AGES),
            estimates={},
            births=self.births[index],
            usual_deaths=self.deaths[index],
            flows=self.flows[index],
            census_households=float(self.households[index]),
            census_dwellings=float(self.stock[index, BASE_YEAR - FIRST_STOCK]),
            base_dwellings=base_dwellings,
            usual_growth=float(self.growth[index]),
            recent_births=self._recent_births(index),
        )

    def _recent_births(self, index: int) -> np.ndarray | None:
        years = [BASE_YEAR - age for age in range(self.children_ages)]
        births = self.births[index]
        return np.array([births[year] for year in years]) if all(year in births for year in years) else None

    def scale_without_events(self, national: NationalFigures, method: Parameters) -> None:
        """Areas without births or deaths of their own take the others' median ratios, or the nation's."""
        own = [
            local_ratios(self.figures(index, 1.0), national, method) if births and deaths else None
            for index, (births, deaths) in enumerate(zip(self.births, self.deaths, strict=True))
        ]
        found = [ratios for ratios in own if ratios is not None]
        usual = LocalRatios(1.0, 1.0)
        if found:
            usual = LocalRatios(
                float(np.median([ratios.fertility for ratios in found])),
                float(np.median([ratios.mortality for ratios in found])),
            )
        self.ratios = [usual if ratios is None else ratios for ratios in own]


def read_folder(data: Path, known: Assumptions, *, future_dwellings: bool) -> Folder:
    """The folder's figures; dwellings after 2011 only with future_dwellings.

    Raises SystemExit without areas.
    """
    notes: list[str] = []
    base_of, truth_of = (
        _population(data / f"population_mid_{year}.csv.gz", notes) for year in (BASE_YEAR, TARGET_YEAR)
    )
    codes = sorted(base_of)
    if not codes:
        raise SystemExit(f"no area in {data / f'population_mid_{BASE_YEAR}.csv.gz'}")
    scored = np.array([code in truth_of for code in codes])
    _note(
        notes,
        [code for code in truth_of if code not in base_of],
        "without a population of mid-2011, not projected",
    )
    _note(
        notes,
        [code for code in codes if code not in truth_of],
        "projected but without a mid-2021 to score them on",
    )
    base = np.stack([base_of[code] for code in codes])
    total = base.sum(axis=(1, 2))
    households = _by_area(_read(data / "households_census_2011.csv", notes), "households", codes)
    stock = _stock(data, codes, households, notes, future_dwellings=future_dwellings)
    missing = np.isnan(households)
    if missing.all():
        notes.append("no area has census households: as many a dwelling as in the project's own places")
        occupied = _occupied_share_of_own_places()
    else:
        occupied = np.nanmedian(households / stock[:, BASE_YEAR - FIRST_STOCK])
    _note(
        notes,
        _where(codes, missing),
        "without census households: the folder's median occupied share is taken",
    )
    households = np.where(missing, stock[:, BASE_YEAR - FIRST_STOCK] * occupied, households)
    past = _read(data / "population_totals_2001_2020.csv", notes)
    before = _by_area(past[past["year"] == FIRST_STOCK], "population", codes)
    _note(
        notes, _where(codes, np.isnan(before)), "without a population of 2001: the linear trend is no change"
    )
    components = _read(data / "components_of_change_2002_2018.csv", notes)
    components = components[components["year"] <= BASE_YEAR]
    flows, growth = _flows(components, codes, total, known, notes)
    events = {name: _events(components, name, codes) for name in ("births", "deaths")}
    # Deaths of the latest years only: mortality fell unevenly before.
    recent = int(known.value("demography.flow_averaging_years"))
    deaths = [{year: n for year, n in of.items() if year > BASE_YEAR - recent} for of in events["deaths"]]
    for name, by_area in (("births", events["births"]), ("deaths", deaths)):
        without = [code for code, of in zip(codes, by_area, strict=True) if not of]
        _note(notes, without, f"without {name}: the folder's median ratio to national rates is taken")
    return Folder(
        codes=codes,
        base=base,
        truth=np.stack([truth_of.get(code, base_of[code]) for code in codes]),
        scored=scored,
        stock=stock,
        households=households,
        total_ten_years_before=np.where(np.isnan(before), total, before),
        births=events["births"],
        deaths=deaths,
        flows=flows,
        growth=growth,
        notes=notes,
        children_ages=int(known.value("demography.children_ages")),
    )


def _read(path: Path, notes: list[str]) -> pd.DataFrame:
    """A CSV file with a place_code; without the file, no rows of its columns and a note."""
    columns = {
        "households_census_2011.csv": ["households"],
        "population_totals_2001_2020.csv": ["year", "population"],
        "components_of_change_2002_2018.csv": ["year", "births", "deaths", *FLOWS],
        "dwelling_stock.csv": ["year_at_31_march", "dwellings"],
        "net_additional_dwellings.csv": ["financial_year", "net_additional_dwellings"],
    }[path.name]
    if not path.exists():
        notes.append(f"{path.name} is not in the folder")
        return pd.DataFrame({name: pd.Series(dtype="float64") for name in ["place_code", *columns]})
    frame = read_columns(path, ["place_code", *columns])
    for name in columns:
        if name != "financial_year":
            frame[name] = pd.to_numeric(frame[name], errors="coerce")
    frame["place_code"] = frame["place_code"].astype(str).str.strip()
    return frame


def read_columns(path: Path, columns: Sequence[str], numbers: Sequence[str] = ()) -> pd.DataFrame:
    """A CSV file, packed or not, with at least these columns; `numbers` may be empty and are numbers else.

    Raises SystemExit with one line that names the file and what is wrong with it.
    """
    try:
        frame = pd.read_csv(path)
    except FileNotFoundError:
        raise SystemExit(f"{path.name}: not in {path.parent}, which cannot be projected without it") from None
    except (OSError, EOFError, ValueError, zlib.error) as error:
        said = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise SystemExit(f"{path.name}: cannot be read as CSV ({said})") from None
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise SystemExit(f"{path.name}: no column {', '.join(missing)}; found {', '.join(frame.columns)}")
    for name in numbers:
        values = pd.to_numeric(frame[name], errors="coerce")
        wrong = np.flatnonzero(values.isna() & frame[name].notna())
        if len(wrong):
            found = frame[name].iloc[wrong[0]]
            raise SystemExit(f"{path.name}: row {wrong[0] + 2}, column {name}: {found!r}; expected a number")
        frame[name] = values
    return frame


def _population(path: Path, notes: list[str]) -> dict[str, np.ndarray]:
    """(2, AGES) by code; ages of 90 and over together; cells not there hold nobody, and are counted."""
    frame = read_columns(path, ["place_code", "sex", "age", "population"], ["population"])
    first = frame["age"].astype(str).str.extract(r"(\d+)")[0]
    if first.isna().any():
        row = int(np.flatnonzero(first.isna())[0])
        found = frame["age"].iloc[row]
        raise SystemExit(f"{path.name}: row {row + 2}, column age: {found!r}; expected an age, as 7 or 90+")
    age = first.astype(int).clip(upper=AGES - 1)
    frame = frame.assign(age=age, sex=frame["sex"].astype(str).str.strip().str.lower().str[0])
    table = frame[frame["sex"].isin(["f", "m"])].pivot_table(
        index="place_code", columns=["sex", "age"], values="population", aggfunc="sum"
    )
    wanted = pd.MultiIndex.from_product([[sex[0] for sex in SEXES], range(AGES)])
    table = table.reindex(columns=wanted)
    _note(
        notes,
        [str(code) for code in table.index[table.isna().any(axis=1)]],
        f"with cells missing in {path.name}: nobody is taken to live there",
    )
    values = table.fillna(0.0).to_numpy(dtype=np.float64).reshape(-1, 2, AGES)
    return {
        str(code).strip(): people
        for code, people in zip(table.index, values, strict=True)
        if people.sum() > 0
    }


def _stock(
    data: Path, codes: list[str], households: np.ndarray, notes: list[str], *, future_dwellings: bool
) -> np.ndarray:
    """(areas, 21) dwellings at 31 March 2001 … 2021.

    A gap between known years runs straight in logs; one at an end follows net additions where they are
    known, and else the folder's median growth.
    """
    table = _read(data / "dwelling_stock.csv", notes)
    years = list(range(FIRST_STOCK, TARGET_YEAR + 1))
    stock = table.pivot_table(index="place_code", columns="year_at_31_march", values="dwellings")
    given = stock.reindex(index=codes, columns=years).to_numpy(dtype=np.float64, copy=True)
    added = _additions(data, codes, years, notes)
    given[~(given > 0)] = np.nan
    if not future_dwellings:
        given[:, BASE_YEAR - FIRST_STOCK + 1 :] = np.nan
        added[:, BASE_YEAR - FIRST_STOCK + 1 :] = np.nan
    needed = given if future_dwellings else given[:, : BASE_YEAR - FIRST_STOCK + 1]
    _note(
        notes,
        _where(codes, np.isnan(needed).any(axis=1)),
        "with a dwelling stock missing: carried on by net additions, a line or the folder's median growth",
    )
    base = BASE_YEAR - FIRST_STOCK
    nothing = np.isnan(given).all(axis=1)
    if nothing.any() and not np.isnan(households / given[:, base]).all():
        given[nothing, base] = households[nothing] / np.nanmedian(households / given[:, base])
    if np.isnan(given).all(axis=1).any():
        lost = _where(codes, np.isnan(given).all(axis=1))
        shown = ", ".join(lost[:5]) + (f" and {len(lost) - 5} more" if len(lost) > 5 else "")
        without = "" if (data / "dwelling_stock.csv").exists() else f": dwelling_stock.csv is not in {data}"
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
    return given


def _occupied_share_of_own_places() -> float:
    """Households a dwelling in 2011, middle of the project's own places."""
    census = project_table("census_households").set_index(["place", "census_year"])["households"]
    stock = project_table("dwelling_stock").set_index(["place", "year"])["dwellings"]
    return float((census.xs(BASE_YEAR, level="census_year") / stock.xs(BASE_YEAR, level="year")).median())


def _additions(data: Path, codes: list[str], years: list[int], notes: list[str]) -> np.ndarray:
    """(areas, 21) net additions of the financial year that ends at each 31 March; missing where unknown."""
    table = _read(data / "net_additional_dwellings.csv", notes)
    ends = pd.to_numeric(table["financial_year"].astype(str).str.slice(0, 4), errors="coerce") + 1
    wide = table.assign(year=ends).pivot_table(
        index="place_code", columns="year", values="net_additional_dwellings"
    )
    return wide.reindex(index=codes, columns=years).to_numpy(dtype=np.float64, copy=True)


def _flows(
    components: pd.DataFrame, codes: list[str], total: np.ndarray, known: Assumptions, notes: list[str]
) -> tuple[list[GrossFlows], np.ndarray]:
    """Usual gross flows of the latest years and yearly growth of all years up to 2011, area by area."""
    latest = BASE_YEAR - int(known.value("demography.flow_averaging_years"))
    mean = components[components["year"] > latest].groupby("place_code")[list(FLOWS)].mean()
    rates = mean.reindex(codes).to_numpy(dtype=np.float64) / total[:, None]
    rates[(rates < 0).any(axis=1)] = np.nan
    missing = np.isnan(rates).any(axis=1)
    _note(notes, _where(codes, missing), "without migration: the folder's median flows a resident are taken")
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
    if lacking.all():
        return flows, np.zeros(len(codes))
    return flows, np.where(lacking, np.median(growth[~lacking]), growth)


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


def _note(notes: list[str], codes: list[str], what: str) -> None:
    if codes:
        named = ", ".join(codes[:8]) + (" …" if len(codes) > 8 else "")
        notes.append(f"{len(codes)} areas {what}: {named}" if len(codes) > 1 else f"1 area {what}: {named}")
