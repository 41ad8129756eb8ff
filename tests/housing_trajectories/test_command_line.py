"""What an estates team types: check, convert, template and diff, and what they end with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from housing_trajectories import BadInput, read
from housing_trajectories.__main__ import main
from housing_trajectories.tools.comparison import compare

HEADINGS = "GSS code,Site Reference,Site Name,Planning Status,2025/26,2026/27,2027/28\n"


@pytest.fixture
def issues(tmp_path: Path) -> tuple[Path, Path]:
    old, new = tmp_path / "2024.csv", tmp_path / "2025.csv"
    same = "E06000001,S,Steady,permissioned,10,10,10\n"
    old.write_text(
        HEADINGS + same + "E06000001,L,Late,permissioned,30,0,0\nE06000001,E,Early,permissioned,0,0,30\n"
        "E06000001,R,Resized,permissioned,10,10,0\nE06000001,G,Gone,permissioned,5,5,5\n"
        "E06000001,N1,Renamed Mill,permissioned,7,7,7\n",
        encoding="utf-8",
    )
    new.write_text(
        HEADINGS + same + "E06000001,L,Late,permissioned,0,20,10\nE06000001,E,Early,permissioned,30,0,0\n"
        "E06000001,R,Resized,permissioned,20,20,0\nE06000001,A,Added,permissioned,1,2,3\n"
        "E06000001,N2,Renamed mill,permissioned,7,7,7\n",
        encoding="utf-8",
    )
    return old, new


def test_diff_says_by_site_what_changed(
    issues: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diff", *map(str, issues), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    sites = {site["site_reference"]: site for site in found["sites"]}
    assert {name: site["changes"] for name, site in sites.items()} == {
        "A": ["added"],
        "E": ["brought forward"],
        "G": ["dropped"],
        "L": ["delayed"],
        "N2": [],
        "R": ["resized"],
    }
    assert sites["L"]["difference"] == {"2025/26": -30, "2026/27": 20, "2027/28": 10}
    assert sites["N2"]["formerly"] == "N1"
    assert sum(found["homes_new"].values()) - sum(found["homes_old"].values()) == 11
    assert main(["diff", *map(str, issues)]) == 0
    assert "brought forward" in capsys.readouterr().out


def test_the_same_file_again_changes_nothing(
    issues: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    first = read(issues[0])
    assert compare(first, read(issues[0])).same_file
    assert main(["diff", str(issues[0]), str(issues[0])]) == 0
    assert "nothing changed" in capsys.readouterr().out
    assert main(["check", str(issues[0]), "--last", str(issues[0])]) == 0
    assert "nothing changes" in capsys.readouterr().out


def test_check_echoes_what_it_understood(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [f"S{n},Place {n},permissioned,{','.join(['11'] * 15)}" for n in range(41)]
    rows += [f"W{n},Windfall {n},,{','.join(['10'] * 15)}" for n in range(1)]
    years = ",".join(f"{year}/{(year + 1) % 100}" for year in range(2025, 2040))
    path = tmp_path / "a.csv"
    path.write_text(f"Site Ref,Site Name,Status,{years}\n" + "\n".join(rows) + "\n", encoding="utf-8")
    assert main(["check", str(path), "--place", "E06000042", "--plan-period", "2020/21-2039/40"]) == 0
    lines = capsys.readouterr().out.splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("6,915 homes"))
    assert lines[first] == "6,915 homes on 41 sites, 2025/26 to 2039/40"
    assert lines[first + 1].startswith("by five years: 2025/26 to 2029/30 2,305; ")
    assert any("Plan:MK requires" in line for line in lines[first:])
    assert any(line.startswith("last issue, milton_keynes.csv") for line in lines[first:])


def test_check_ends_with_1_where_an_error_stands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Site Ref,Site Name,2025/26\nA1,[red]Mill[/red] \x1b[31m,TBC\n", encoding="utf-8")
    assert main(["check", str(path)]) == 1
    shown = capsys.readouterr().out
    assert "error" in shown
    assert "E2" in shown or "C2" in shown
    assert "\x1b[31m" not in shown
    assert main(["check", str(tmp_path / "none.csv")]) == 1


def test_convert_refuses_a_file_with_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Site Ref,Site Name,2025/26\nA1,Mill,TBC\n", encoding="utf-8")
    assert main(["convert", str(path), "--to", str(tmp_path / "b.csv")]) == 1
    assert not (tmp_path / "b.csv").exists()
    assert "Traceback" not in capsys.readouterr().err
    with pytest.raises(BadInput):
        read(path).usable()


def test_bedrooms_only_reconcile_the_plan_by_the_published_ratios(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "Site Ref,Site Name,Use class,2025/26\nA1,Mill,C3,100\nA2,Home,C2,18\nA3,Campus,Student,25\n",
        encoding="utf-8",
    )
    assert main(["check", str(path), "--place", "E06000042"]) == 0
    shown = capsys.readouterr().out
    assert "100 homes on 1 site, 2025/26 to 2025/26" in shown
    assert "100 homes and 20 for its bedrooms" in shown
    table = read(path, "E06000042").table
    assert table["planned_net_dwellings"].sum() == 100
    assert (table["communal_bedrooms"].sum(), table["student_bedrooms"].sum()) == (18, 25)


def test_a_file_whose_sites_have_no_homes_in_any_year_only_fills_a_template(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "silent.csv"
    path.write_text(HEADINGS + "E06000001,S,Silent,permissioned,,,\n", encoding="utf-8")
    for command in (["check"], ["diff", str(path)], ["convert", "--to", str(tmp_path / "tidy.csv")]):
        assert main([command[0], str(path), *command[1:]]) == 1
        told = capsys.readouterr()
        assert "1 row of sites, none with homes in a year" in " ".join((told.out + told.err).split())
    assert not (tmp_path / "tidy.csv").exists()
    assert main(["template", "--from", str(path), "--to", str(tmp_path / "t.xlsx")]) == 0
    assert (tmp_path / "t.xlsx").is_file()


def test_a_folder_that_is_not_there_and_years_that_no_template_has_are_said(
    issues: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["convert", str(issues[0]), "--to", str(tmp_path / "nowhere" / "tidy.csv")]) == 1
    assert "nowhere" in capsys.readouterr().err.splitlines()[-1]
    for years in ("0", "20000", "some"):
        with pytest.raises(SystemExit):
            main(["template", "--to", str(tmp_path / "t.xlsx"), "--number-of-years", years])
        assert "1 to 100 years" in capsys.readouterr().err
