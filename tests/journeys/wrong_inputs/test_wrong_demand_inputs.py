"""What can be wrong with records, rates and flows of demand: one message with file and row, no release."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from assets.inputs.input_tables import check_every_input
from assets.inputs.settings import RunSettings
from housing_trajectories.findings import BadInput
from tests.journeys.running import Run
from tests.shipped import DATA, TRAJECTORIES

Change = Callable[[str], str | None]
RunWith = Callable[[Mapping[str, Change]], Run]

AE = "data/ae_attendances_monthly.csv"


def replaced(old: str, new: str) -> Change:
    def change(text: str) -> str:
        assert old in text, f"the file no longer holds {old!r}"
        return text.replace(old, new, 1)

    return change


def line(start: str, rewrite: Callable[[str], str]) -> Change:
    """The first line that begins so, rewritten."""

    def change(text: str) -> str:
        lines = text.splitlines()
        at = next(index for index, one in enumerate(lines) if one.startswith(start))
        lines[at] = rewrite(lines[at])
        return "\n".join(lines) + "\n"

    return change


def count_of(start: str, value: Callable[[int], int]) -> Change:
    """The third cell of a line, changed."""

    def rewrite(text: str) -> str:
        cells = text.split(",")
        cells[2] = str(value(int(cells[2])))
        return ",".join(cells)

    return line(start, rewrite)


CASES: list[tuple[str, str, Change, list[str]]] = [
    ("a month twice", AE, line("RC9,2023-05", lambda row: f"{row}\n{row}"), ["row", "2023-05 a second time"]),
    ("a negative month", AE, count_of("RC9,2023-05", lambda value: -value), ["row", "at least 0"]),
    ("a jump of ten times", AE, count_of("RC9,2023-05", lambda value: value * 10), ["row", "ten times"]),
    (
        "a provider code that changed",
        AE,
        line("RD8,2024-05", lambda row: row.replace("RD8", "RXX")),
        ["row", "column provider", "RXX", "earlier code"],
    ),
    ("a month that is none", AE, replaced("RC9,2023-05", "RC9,2023-15"), ["row", "column month", "2023-15"]),
    (
        "a service without a rate",
        "data/services.csv",
        lambda text: text + "prison_health,Prison,community,people,residents,none,other,,,,no,,none,on,C,\n",
        ["row", "column service", "prison_health", "assumed_activity_rates.csv"],
    ),
    (
        "an age band that leaves a gap",
        "data/outpatient_attendance_rates.csv",
        line("40,44", lambda row: row.replace("40,44", "40,43")),
        ["row", "age 44 is in no age band"],
    ),
    (
        "an age band over another",
        "data/hospital_activity_rates_adults.csv",
        replaced("E06000032,ambulance_arrivals,25,", "E06000032,ambulance_arrivals,24,"),
        ["row", "in two age bands", "E06000032, ambulance_arrivals"],
    ),
    (
        "shares that are not all of it",
        "data/place_to_provider_shares.csv",
        replaced("ae,E06000032,RC9,0.89", "ae,E06000032,RC9,0.80"),
        ["row 2", "column share", "0.9100 in all for ae of E06000032"],
    ),
    (
        "a planned change without its size",
        "data/intervention_log.csv",
        line("bedford_luton_merger", lambda row: row.replace(",note,", ",planned_change,")),
        ["row", "column change_percent", "an empty cell"],
    ),
    (
        "a target of a service nobody has",
        "data/mitigation_targets.csv",
        replaced("alcohol,emergency_admissions,", "alcohol,emergency_admission,"),
        ["row 2", "column service", "emergency_admission"],
    ),
    (
        "a scenario of a variant without rows",
        "data/scenarios/trend.yaml",
        lambda text: text + "length_of_stay: halved\n",
        ["assumptions.csv", "_halved"],
    ),
    (
        "a total of other places",
        "data/system_totals.csv",
        replaced("E06000042 E06000055 E06000056,7000", "E06000042 E06000055,7000"),
        ["row 2", "column places", "wrong levels"],
    ),
    (
        "a hospital whose outside share is seen from other places",
        "data/providers.csv",
        line("RD8,", lambda row: row.replace("E06000032 ", "")),
        ["row 3", "column places", "wrong levels"],
    ),
]  # fmt: skip


AT_THE_COMMAND_LINE = ("a jump of ten times", "a total of other places")


@pytest.mark.parametrize(("file", "change", "said"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_wrong_figures_of_demand_are_named_with_file_and_row(
    tmp_path: Path, file: str, change: Change, said: list[str]
) -> None:
    shutil.copytree(DATA, tmp_path / "data")
    path = tmp_path / file
    path.write_text(str(change(path.read_text(encoding="utf-8"))), encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        check_every_input(
            RunSettings(data_directory=str(tmp_path / "data"), trajectories_directory=str(TRAJECTORIES))
        )
    named = [] if file.endswith(".yaml") else [file.split("/")[-1]]
    for words in [*named, *said]:
        assert words in str(refused.value)


@pytest.mark.parametrize(
    ("file", "change", "said"),
    [case[1:] for case in CASES if case[0] in AT_THE_COMMAND_LINE],
    ids=AT_THE_COMMAND_LINE,
)
def test_the_command_line_says_so_and_the_last_release_stays(
    run_with: RunWith, file: str, change: Change, said: list[str]
) -> None:
    run = run_with({file: change})
    assert run.exit_code == 1
    assert (run.outputs / "current").resolve().name == "earlier"
    _, refusal, told = run.screen.partition("Not published.")
    assert refusal
    for words in [file.split("/")[-1], *said]:
        assert words in told, told
    assert "Traceback" not in run.screen
