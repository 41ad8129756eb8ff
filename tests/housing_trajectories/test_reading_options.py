"""What `check` is told of a file is kept with it and known to every later reading of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from housing_trajectories import read
from housing_trajectories.__main__ import main
from housing_trajectories.reading_options import ReadingOptions, keep_options, kept_options, options_path

LUTON = "E06000032"
BARE = "Site Ref,Site Name,Planning Status,Net Dwellings,2024,2025,2026\nLU1,Mill,Permissioned,60,10,20,30\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "council.csv"
    path.write_text(BARE, encoding="utf-8")
    return path


def homes(path: Path) -> dict[int, float]:
    table = read(path, LUTON).table
    return table.groupby("year")["planned_net_dwellings"].sum().to_dict()


def issues(path: Path) -> set[tuple[str, str]]:
    return {(finding.severity, finding.issue) for finding in read(path, LUTON).findings}


def test_a_file_reads_later_as_check_was_told(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert read(file, LUTON).errors
    told = ["check", str(file), "--place", LUTON, "--years", "financial-ending", "--base-date", "2024-04-01"]
    assert main([*told, "--plan-period", "2011/12-2024/25"]) == 0
    assert "kept in council.csv.reading.yaml for every later reading" in " ".join(
        capsys.readouterr().out.split()
    )
    later = read(file, LUTON)
    assert not later.errors
    assert homes(file) == {2023: 10.0, 2024: 20.0, 2025: 30.0}
    assert later.base_date == "2024-04-01"
    by_year = later.table.set_index("year")["plan_status"].to_dict()
    assert by_year == {2023: "recorded", 2024: "adopted", 2025: "beyond_plan"}


def test_what_is_told_now_comes_before_what_was_told_and_is_kept_in_its_place(file: Path) -> None:
    main(["check", str(file), "--years", "financial-ending", "--sheet", "Trajectory"])
    main(["check", str(file), "--years", "financial"])
    kept, findings = kept_options(file, read(file).sha256)
    assert kept == ReadingOptions(years="financial", sheets=("Trajectory",))
    assert not findings


def test_nothing_is_kept_where_nothing_is_told(file: Path) -> None:
    main(["check", str(file), "--place", LUTON])
    assert not options_path(file).exists()


def test_the_base_date_of_an_earlier_version_is_not_used_and_said_so(file: Path) -> None:
    options = ReadingOptions(years="financial", base_date=date(2025, 4, 1))
    keep_options(file, read(file).sha256, options)
    assert read(file, LUTON).base_date == "2025-04-01"
    file.write_text(BARE.replace("60,10,20,30", "70,20,20,30"), encoding="utf-8")
    later = read(file, LUTON)
    assert later.base_date == ""
    assert homes(file) == {2024: 20.0, 2025: 20.0, 2026: 30.0}
    [finding] = [finding for finding in later.findings if finding.issue == "reading options"]
    assert finding.severity == "warning"
    assert "2025-04-01" in finding.found


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("years: fiscal\n", "financial or financial-ending or calendar or mid-year"),
        ("base_date: soon\n", "a date such as 2025-04-01"),
        ("plan_period: 2039/40-2020/21\n", "a period such as 2020/21-2039/40"),
        ("plan_period: 2020/22-2039/40\n", "a period such as 2020/21-2039/40"),
        ("sheets: Trajectory\n", "a list of names of sheets"),
        ("yaers: financial\n", "one of years, base_date"),
        ("- years\n", "lines such as years: financial"),
        ("years: [\n", "a YAML file that `check` has written"),
        ("!!python/object/apply:os.system ['true']\n", "a YAML file that `check` has written"),
    ],
)
def test_a_wrong_option_is_an_error_that_names_it(file: Path, text: str, told: str) -> None:
    options_path(file).write_text(text, encoding="utf-8")
    sentences = [finding.sentence() for finding in read(file, LUTON).errors]
    assert any(told in sentence and "council.csv.reading.yaml" in sentence for sentence in sentences)


def test_check_takes_the_place_whose_trajectory_has_the_files_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "luton.csv"
    path.write_text(BARE.replace("2024,2025,2026", "2029/30,2030/31,2031/32"), encoding="utf-8")
    assert main(["check", str(path)]) == 0
    screen = " ".join(capsys.readouterr().out.split())
    assert "30 homes in 1 row after 2030/31, the last year of Luton Local Plan" in screen
    assert "no windfall or other homes beside its sites: taken as all homes of those years" in screen
    with path.open("a", encoding="utf-8") as text:
        text.write(",Windfall allowance,,,5,5,5\n")
    assert main(["check", str(path)]) == 0
    assert "beside its sites" not in capsys.readouterr().out
