"""Every authority and every board of England has inputs that a run accepts, out of England's tables alone."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from assets.areas import composing, national_inputs
from assets.areas.area_folder import AreaFolder, read_area
from assets.areas.national_inputs import national_rows
from assets.areas.national_rows import AreaOfEngland
from assets.areas.small_areas.small_area_inputs import small_area_rows
from assets.areas.staff_inputs import staff_rows
from assets.england.national_tables import england_table
from assets.inputs.input_tables import check_every_input
from assets.inputs.settings import RunSettings
from assets.tables.declarations import INPUT_TABLES
from tests.conftest import ROOT

ODD = ("E06000053", "E09000001", "E09000005", "E06000025", "E06000051", "E06000058", "E07000244")
"""Two very small ones; homes that look like years; a later draft; a plan before the first record; two of
the councils made in 2019."""


def authorities() -> list[str]:
    table = england_table("authorities")
    return sorted(table.loc[table["status"] == "current", "code"])


def boards() -> dict[str, list[str]]:
    """Authorities of each board of April 2026 with at least half of their LSOAs in it."""
    table = england_table("authority_boards")
    shares = table.groupby(["icb_2026_gss", "authority"], as_index=False)["lsoa_share"].sum()
    inside = shares[shares["lsoa_share"] >= 0.5]
    return {str(code): sorted(rows["authority"]) for code, rows in inside.groupby("icb_2026_gss")}


def check(folder: Path, code: str, councils: Sequence[str]) -> RunSettings:
    """Compose an area in `folder` and hold it to all that a run holds it to; raises BadInput."""
    area = folder / "area"
    area.mkdir(parents=True)
    listed = ", ".join(councils)
    (area / "area.yaml").write_text(f"name: An area\ncode: {code}\nauthorities: [{listed}]\n", "utf-8")
    settings = RunSettings(data_directory=str(area), outputs_directory=str(folder / "outputs")).prepared()
    check_every_input(settings)
    return settings


def test_there_are_296_authorities_and_36_boards_and_each_authority_has_one() -> None:
    assert len(authorities()) == 296
    assert len(boards()) == 36
    assert sorted(code for listed in boards().values() for code in listed) == authorities()


def test_every_authority_has_rows_of_every_input_at_a_level_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Who registers where takes half a minute for all of England at once: councils by themselves hold it.
    stages = [stage for stage in national_inputs._STAGES if stage is not small_area_rows]
    monkeypatch.setattr(national_inputs, "_STAGES", stages)
    everywhere = tuple(authorities())
    of_england = national_rows(AreaFolder(Path(), "England", "England", everywhere, Path()))
    # An area that is no sub-ICB as a whole has no projection by age: that is said, and no row.
    by_place = [
        rows
        for rows in of_england
        if rows.of == "place" and "place" in rows.rows and rows.table != "official_projections_by_age"
    ]
    assert len(by_place) >= 12
    for rows in by_place:
        missing = set(everywhere) - set(rows.rows["place"])
        assert not missing, f"{rows.table}: {sorted(missing)[:5]}"
        assert set(rows.levels or {}) <= {*everywhere, "England"}, rows.table
    for rows in of_england:
        table = INPUT_TABLES[rows.table]
        assert not rows.rows.duplicated(list(table.keys)).any(), rows.table
        for column in table.columns:
            if column.name in rows.rows and not column.nullable:
                assert rows.rows[column.name].notna().all(), f"{rows.table}.{column.name}"


def test_odd_places_compose_to_inputs_that_a_run_accepts(tmp_path: Path) -> None:
    check(tmp_path, "ODD", ODD)


@pytest.mark.long
@pytest.mark.parametrize("part", range(8))
def test_every_authority_by_itself(part: int, tmp_path: Path) -> None:
    for code in authorities()[part::8]:
        check(tmp_path / code, f"AREA-{code}", [code])
        shutil.rmtree(tmp_path / code)


@pytest.mark.long
def test_every_board(tmp_path: Path) -> None:
    for code, councils in boards().items():
        check(tmp_path / code, code, councils)


def of_staff(table: str, *councils: str) -> pd.DataFrame:
    return next(r for r in staff_rows(AreaOfEngland("x", "x", councils)) if r.table == table).rows


def test_a_network_that_reaches_over_a_boundary_counts_once() -> None:
    both = of_staff("network_staff", "E06000052", "E06000053")
    of_place = both.groupby("place")["fte"].sum()
    assert of_place["E06000053"] < 3 < 100 < of_place["E06000052"]
    county = of_staff("network_staff", "E06000052")["fte"].sum()
    assert county == pytest.approx(of_place["E06000052"], abs=0.2)


def test_networks_of_all_england_have_the_staff_that_were_published() -> None:
    """31,253 FTE in June 2026, of whom some work in a network without a practice in the list."""
    staff, roles = of_staff("network_staff", *authorities()), england_table("pcn_staff_roles")
    assert staff["fte"].sum() == pytest.approx(31_253.3, rel=0.01)
    pharmacists = staff.loc[staff["staff_role"] == "Pharmacists", "fte"].sum()
    assert pharmacists == pytest.approx(
        roles.loc[roles["staff_role"] == "Pharmacists", "fte"].sum(), rel=0.01
    )


def test_trusts_that_serve_areas_in_part_are_shared_out_whole_over_england() -> None:
    """Birmingham and Bromley: two shares of the same staff, within their range; all areas have all of it."""
    everywhere = of_staff("shared_trusts", *authorities()).set_index("sector")
    assert everywhere["share_percent"].to_numpy() == pytest.approx(100.0, abs=1e-3)
    assert everywhere.loc["ambulance", "fte"] == pytest.approx(55_674, abs=1)
    birmingham = of_staff("shared_trusts", "E08000025").set_index("sector")
    bromley = of_staff("shared_trusts", "E09000007").set_index("sector")
    assert (birmingham["share_percent"] > 2 * bromley["share_percent"]).all()
    assert birmingham["low_percent"].lt(birmingham["share_percent"]).all()
    assert birmingham["share_percent"].lt(birmingham["high_percent"]).all()


_OPENED: list[str] | None = None
"""Files opened while a test listens."""


def _listen(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and _OPENED is not None:
        _OPENED.append(str(arguments[0]))


def test_no_file_of_another_area_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An audit hook sees every file that the interpreter opens, by whichever library."""
    area = tmp_path / "area"
    area.mkdir()
    (area / "area.yaml").write_text("name: P\ncode: AREA-P\nauthorities: [E06000031]\n", encoding="utf-8")
    sys.addaudithook(_listen)
    opened: list[str] = []
    monkeypatch.setattr(sys.modules[__name__], "_OPENED", opened)
    composing.composed(area, tmp_path / "outputs")
    monkeypatch.setattr(sys.modules[__name__], "_OPENED", None)
    assert any(name.endswith("assumptions.csv") for name in opened), "the hook listens"
    assert not [name for name in opened if str(ROOT / "data" / "areas") in name]


def test_an_area_composes_to_the_same_bytes_with_another_ones_figures_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    area = tmp_path / "area"
    area.mkdir()
    (area / "area.yaml").write_text("name: P\ncode: AREA-P\nauthorities: [E06000031]\n", encoding="utf-8")
    changed = tmp_path / "data"
    shutil.copytree(ROOT / "data", changed)
    figures = str.maketrans("123456789", "918273645")
    for path in (changed / "areas" / "blmk").glob("*.csv"):
        path.write_text(path.read_text(encoding="utf-8").translate(figures), encoding="utf-8")
    for name, shared in (("as_it_is", ROOT / "data"), ("changed", changed)):
        monkeypatch.setattr(composing, "SHARED_DATA", shared)
        composing.compose(read_area(area), tmp_path / "none", tmp_path / name)
    names = sorted(p.relative_to(tmp_path / "changed") for p in (tmp_path / "changed").rglob("*"))
    assert len(names) > 60
    for name in names:
        if (tmp_path / "changed" / name).is_file():
            assert (tmp_path / "changed" / name).read_bytes() == (tmp_path / "as_it_is" / name).read_bytes()
