"""CSV files of a folder laid out like the official backtest's, of authorities never seen, gaps and all.

`DIR` holds figures to 2011 with the truth of 2021; a second folder, of many years, adds people by age of
2001 to 2020, longer records of dwellings and components. A missing file or column is said in one line.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from assets.population.population_figures import SEXES
from models.demography.area_inputs import AGES

CENSUS, CHECK = 2011, 2021
"""Mid-years whose people by sex and single age the first folder holds."""
FLOWS = ("internal_in", "internal_out", "international_in", "international_out")
_COLUMNS = {
    "households_census_2011.csv": ["households"],
    "population_totals_2001_2020.csv": ["year", "population"],
    "components_of_change_2002_2018.csv": ["year", "births", "deaths", *FLOWS],
    "components_of_change_2002_2020.csv.gz": ["year", "births", "deaths", *FLOWS],
    "dwelling_stock.csv": ["year_at_31_march", "dwellings"],
    "dwelling_stock_1993_2021.csv.gz": ["year_at_31_march", "dwellings"],
    "net_additional_dwellings.csv": ["financial_year", "net_additional_dwellings"],
}


@dataclass
class BacktestTables:
    """What one or two folders hold of every area.

    by_sex: year → code → (2, AGES); persons: year → code → (AGES,). The rest are tidy tables by place_code.
    notes: what was missing, in words.
    """

    by_sex: dict[int, dict[str, np.ndarray]]
    persons: dict[int, dict[str, np.ndarray]]
    stock: pd.DataFrame
    additions: pd.DataFrame
    components: pd.DataFrame
    households: pd.DataFrame
    totals: pd.DataFrame
    notes: list[str] = field(default_factory=list)

    def people(self, year: int, code: str) -> np.ndarray | None:
        """(AGES,) persons of a year, None where nobody counted them."""
        if code in self.by_sex.get(year, {}):
            return np.asarray(self.by_sex[year][code].sum(axis=0))
        return self.persons.get(year, {}).get(code)


def read_tables(data: Path, years: Path | None) -> BacktestTables:
    """The tables of both folders; `years` may be None. Raises SystemExit for a file that cannot be used."""
    notes: list[str] = []
    by_sex = {
        year: _by_sex(data / f"population_mid_{year}.csv.gz", "population", notes)[year]
        for year in (CENSUS, CHECK)
    }
    persons: dict[int, dict[str, np.ndarray]] = {}
    stock = _read(data / "dwelling_stock.csv", notes)
    components = _read(data / "components_of_change_2002_2018.csv", notes)
    if years is not None:
        persons = _persons(years / "population_2001_2020.csv.gz", notes)
        for year, found in _by_sex(years / "population_by_sex.csv.gz", "persons", notes).items():
            by_sex.setdefault(year, found)
        longer = _read(years / "dwelling_stock_1993_2021.csv.gz", notes)
        stock = pd.concat([stock, longer]).drop_duplicates(["place_code", "year_at_31_march"])
        later = _read(years / "components_of_change_2002_2020.csv.gz", notes)
        components = pd.concat([components, later]).drop_duplicates(["place_code", "year"])
    return BacktestTables(
        by_sex=by_sex,
        persons=persons,
        stock=stock,
        additions=_read(data / "net_additional_dwellings.csv", notes),
        components=components,
        households=_read(data / "households_census_2011.csv", notes),
        totals=_read(data / "population_totals_2001_2020.csv", notes),
        notes=notes,
    )


def _read(path: Path, notes: list[str]) -> pd.DataFrame:
    """A CSV file with a place_code; without the file, no rows of its columns and a note."""
    columns = _COLUMNS[path.name]
    if not path.exists():
        notes.append(f"{path.name} is not in the folder")
        return pd.DataFrame({name: pd.Series(dtype="float64") for name in ["place_code", *columns]})
    frame = read_columns(path, ["place_code", *columns])
    for name in columns:
        if name != "financial_year":
            frame[name] = pd.to_numeric(frame[name], errors="coerce")
    frame["place_code"] = frame["place_code"].astype(str).str.strip()
    return frame[["place_code", *columns]]


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


def _by_sex(path: Path, value: str, notes: list[str]) -> dict[int, dict[str, np.ndarray]]:
    """year → code → (2, AGES) of a file by sex; a file of one year has it in its name."""
    frame = read_columns(path, ["place_code", "sex", "age", value], [value])
    if "year" not in frame.columns:
        frame = frame.assign(year=int(path.name.split(".")[0].rsplit("_", maxsplit=1)[1]))
    frame = frame.assign(sex=frame["sex"].astype(str).str.strip().str.lower().str[0])
    frame = frame[frame["sex"].isin(["f", "m"])]
    columns = pd.MultiIndex.from_product([[sex[0] for sex in SEXES], range(AGES)])
    return _cells(path, frame, value, ["sex"], columns, (2, AGES), notes)


def _persons(path: Path, notes: list[str]) -> dict[int, dict[str, np.ndarray]]:
    """year → code → (AGES,) of a file of persons."""
    frame = read_columns(path, ["place_code", "year", "age", "persons"], ["persons"])
    return _cells(path, frame, "persons", [], pd.RangeIndex(AGES), (AGES,), notes)


def _cells(
    path: Path,
    frame: pd.DataFrame,
    value: str,
    keys: list[str],
    columns: pd.Index,
    shape: tuple[int, ...],
    notes: list[str],
) -> dict[int, dict[str, np.ndarray]]:
    """People by year and code; ages of 90 and over together; cells not there hold nobody, and are counted."""
    first = frame["age"].astype(str).str.extract(r"(\d+)")[0]
    if first.isna().any():
        row = int(np.flatnonzero(first.isna())[0])
        raise SystemExit(
            f"{path.name}: row {row + 2}, column age: {frame['age'].iloc[row]!r}; "
            "expected an age, as 7 or 90+"
        )
    frame = frame.assign(age=first.astype(int).clip(upper=AGES - 1))
    found: dict[int, dict[str, np.ndarray]] = {}
    for year, of_year in frame.groupby("year"):
        table = of_year.pivot_table(
            index="place_code", columns=[*keys, "age"], values=value, aggfunc="sum"
        ).reindex(columns=columns)
        gaps = [str(code) for code in table.index[table.isna().any(axis=1)]]
        note(notes, gaps, f"with cells missing in {path.name}: nobody is taken to live there")
        people = table.fillna(0.0).to_numpy(dtype=np.float64).reshape(-1, *shape)
        found[int(str(year))] = {
            str(code).strip(): of_code
            for code, of_code in zip(table.index, people, strict=True)
            if of_code.sum() > 0
        }
    return found


def note(notes: list[str], codes: list[str], what: str) -> None:
    """Add a line that counts areas and names the first of them, if there are any."""
    if codes:
        named = ", ".join(codes[:8]) + (" …" if len(codes) > 8 else "")
        notes.append(f"{len(codes)} areas {what}: {named}" if len(codes) > 1 else f"1 area {what}: {named}")
