"""What the estates team gets: asks of the real sites, and the statement it sends."""

from __future__ import annotations

import html as escaping
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from assets.contributions.statements.sections import pounds
from assets.contributions.statements.statement import html, statement
from assets.tables.declarations import TABLES
from housing_trajectories.findings import BadInput
from pipelines.__main__ import main
from tests.conftest import ROOT
from tests.journeys.printed_pages import Pages
from tests.journeys.running import Run

CONTRIBUTIONS = tuple(
    f"contribution_{name}" for name in ("residents", "sensitivity", "steps", "words", "comparisons")
)
CAPITAL = ["community_premises", "general_practice_premises", "hospital_capital", "mental_health_capital"]


@pytest.fixture(scope="module")
def contributions(main_run: Run) -> pd.DataFrame:
    return main_run.table("developer_contributions")


def test_the_table_is_as_declared(contributions: pd.DataFrame) -> None:
    table = TABLES["developer_contributions"]
    assert list(contributions.columns) == table.column_names
    assert not contributions.duplicated(list(table.keys)).any()
    for column in table.columns:
        if not column.nullable:
            assert contributions[column.name].notna().all(), column.name


def test_a_permissioned_site_has_a_statement_of_what_is_secured_and_no_ask(
    main_run: Run, contributions: pd.DataFrame
) -> None:
    delivery = main_run.table("housing_delivery")
    permitted = set(delivery.loc[delivery["planning_status"] == "permissioned", "site_reference"])
    rows = contributions[
        contributions["site_reference"].isin(permitted) & contributions["item"].isin(CAPITAL)
    ]
    assert set(rows["status"]) == {"secured"}
    tariff = rows[(rows["site_reference"] == "MK-WEA-10") & (rows["item"] == "general_practice_premises")]
    assert tariff["amount_gbp"].isna().all()
    assert tariff["basis"].str.contains("Tariff").all()
    assert set(contributions.loc[contributions["status"] == "ask", "site_reference"]).isdisjoint(permitted)


def test_an_ask_is_its_quantity_at_its_cost_less_other_funding_to_the_pound(
    contributions: pd.DataFrame,
) -> None:
    asked = contributions[contributions["status"] == "ask"]
    assert len(asked)
    expected = np.rint(asked["quantity"] * asked["unit_cost_gbp"] - asked["other_funding_gbp"])
    assert (asked["amount_gbp"] == expected).all()
    assert (asked["quantity"] <= asked["need_counted"] + 1e-9).all()
    assert (asked["need_counted"] <= asked["need_of_first_occupants"] + 1e-9).all()
    assert (asked["amount_low_gbp"] <= asked["amount_high_gbp"]).all()


def test_what_is_subject_to_survey_is_in_no_sum_requested(contributions: pd.DataFrame) -> None:
    later = contributions[contributions["status"] == "survey"]
    assert len(later)
    assert (later["amount_gbp"] == 0).all()
    assert later["spare_capacity_used"].isna().all()
    expected = np.rint(later["quantity_subject_to_survey"] * later["unit_cost_gbp"])
    assert (later["subject_to_survey_gbp"] == expected).all()
    # No practice of the area is surveyed, so none is asked for.
    local = contributions["item"].isin(["general_practice_premises", "community_premises"])
    assert set(contributions.loc[local, "status"]) == {"survey", "secured"}


def test_service_funding_is_never_asked_and_a_council_with_a_levy_is_asked_with_its_levy_told(
    main_run: Run, contributions: pd.DataFrame
) -> None:
    service = contributions[contributions["item"] == "service_funding"]
    assert set(service["status"]) == {"none"}
    assert (service["amount_gbp"] == 0).all()
    words = main_run.table("contribution_words").query("place == 'E06000055' and subject == 'levy'")
    assert words["words"].str.contains("may pay for health").all()
    assert set(words["to_enter"]) == {"yes"}
    bedford = contributions[contributions["place"] == "E06000055"]
    assert "ask" in set(bedford["status"])


def test_flats_of_a_town_centre_have_their_own_mix_and_a_type_that_is_not_known_a_wider_range(
    main_run: Run, contributions: pd.DataFrame
) -> None:
    residents = main_run.table("contribution_residents").query("scenario == 'local_plan'")
    centre = residents[residents["site_reference"] == "MK-CMK"]
    assert centre.loc[centre["bedrooms"] == "4+", "dwellings"].eq(0).all()
    assert centre.loc[centre["age_band"] == "5-15", "residents"].sum() < 600
    rows = contributions.query("scenario == 'local_plan' and item == 'hospital_capital'")
    rows = rows.set_index("site_reference")
    wide = rows["amount_high_gbp"] / rows["amount_low_gbp"]
    assert rows.loc["BB-STEW", "site_type"] == "unknown"
    assert wide["BB-STEW"] > wide["BB-TOWN"]
    swings = main_run.table("contribution_sensitivity")
    by_type = swings[swings["assumption"] == "people a home by type of site"]
    assert set(by_type["site_reference"]) == {"BB-STEW"}


def test_asks_of_a_catchment_are_at_most_what_new_homes_add(
    main_run: Run, contributions: pd.DataFrame
) -> None:
    causes = main_run.table("estates_causes").query("area_kind == 'place'")
    growth = causes.groupby(["scenario", "area", "facility"])["new_homes"].max()
    rows = contributions[contributions["item"] == "general_practice_premises"]
    for (scenario, place), quantity in rows.groupby(["scenario", "place"])["quantity"].sum().items():
        assert quantity <= growth[scenario, place, "primary_care_gross_internal_area"] + 1e-6


def test_with_the_site_the_place_has_about_its_first_occupants_more(contributions: pd.DataFrame) -> None:
    known = contributions.dropna(subset=["difference_residents"])
    ratio = known["difference_residents"] / known["residents"]
    assert len(known)
    assert ratio.between(0.7, 1.5).all()


def test_a_dwelling_is_asked_for_an_amount_of_the_known_order(contributions: pd.DataFrame) -> None:
    # Requests of the health service for general practice premises commonly lie at £300 to £1,500 a home.
    rows = contributions[contributions["status"].isin(["ask", "survey"])].set_index("item")
    later = rows["subject_to_survey_gbp"] / rows["dwellings"]
    assert later["general_practice_premises"].between(200, 1500).all()
    assert rows.loc["hospital_capital", "amount_per_dwelling_gbp"].between(50, 1500).all()


SITES = {"CB-MVNV": "a greenfield site", "MK-CMK": "a town centre", "CB-NLUT": "beside a boundary"}


@pytest.mark.parametrize("site", SITES)
def test_every_pound_of_a_statement_is_redone_from_its_own_pages(
    site: str, main_run: Run, contributions: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["contribution", site, "--outputs", str(main_run.outputs)]) == 0
    page, paper = (main_run.outputs / line for line in capsys.readouterr().out.split())
    first = paper.read_bytes()
    assert 1 <= len(re.findall(rb"/Type /Page\b", first)) <= 4
    printed = Pages(paper)
    printed.redo()
    rows = contributions.query("scenario == 'local_plan' and site_reference == @site")
    assert printed.totals == [rows["amount_gbp"].sum(), rows["subject_to_survey_gbp"].sum()]
    text = escaping.unescape(page.read_text(encoding="utf-8"))
    for row in rows[rows["status"] == "ask"].to_dict("records"):
        for name in ("amount_gbp", "amount_low_gbp", "amount_high_gbp"):
            assert pounds(row[name]) in text
    for words in (
        *(
            "Necessary",
            "Directly related",
            "Fairly and reasonably related",
            "Mid Devon",
            "2024/25",
            "Clapham",
        ),
        *("Capital only", "Section 106A", "Indexation", "Clawback", "VAT", "Land", "Triggers", "claim"),
        *("regulation 123 removed", "Not requested until surveyed", "to be entered by the user"),
    ):
        assert words in text
    assert "no other funding is known" not in text
    assert "under way" not in text
    assert ("Women’s and Children’s" in text) == (site != "E06000055")
    if site == "CB-NLUT":
        assert main(["contribution", site, "--outputs", str(main_run.outputs)]) == 0
        assert paper.read_bytes() == first


def test_any_application_has_a_statement_that_is_redone_from_its_pages(
    main_run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--homes", "250", "--at", "52.07,-0.72", "--outputs", str(main_run.outputs)]
    assert main(["contribution", *given]) == 0
    page, paper = (main_run.outputs / line for line in capsys.readouterr().out.split())
    assert paper.name == "APPLICATION_250_52_07_-0_72.pdf"
    printed = Pages(paper)
    printed.redo()
    assert printed.totals[0] > 0
    assert printed.totals[1] > 0
    text = escaping.unescape(page.read_text(encoding="utf-8"))
    assert "250 homes at 52.0700, -0.7200 (APPLICATION), Milton Keynes" in text
    assert "An application is not decided" in text
    short = main_run.table("developer_contributions").query(
        "place == 'E06000042' and item == 'hospital_capital'"
    )
    assert f"short of {short['existing_deficit_excluded'].max():,.1f} beds in 2024/25" in text
    assert "Practices within the catchment" in text
    assert "the site's own mix" in text
    # A site of the release with this mix is asked for as much a home.
    homes = main_run.table("developer_contributions").query("scenario == 'local_plan'")
    homes = homes.set_index(["site_reference", "item"]).loc[("MK-SEMK", "hospital_capital")]
    assert printed.totals[0] / 250 == pytest.approx(homes["amount_gbp"] / homes["dwellings"], rel=0.01)


def test_a_wrong_application_is_told_in_one_message_and_writes_nothing(
    main_run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    outputs = ["--outputs", str(main_run.outputs)]
    for given, told in (
        (["--homes", "250", "--at", "51.75,-1.25"], "which lies in Oxford"),
        (["--homes", "2.5", "--at", "52.07,-0.72"], "column HOMES: found 2.5"),
        (["--at", "52.07,-0.72"], "column HOMES: found nothing"),
        (["CB-NLUT", "--homes", "250"], "a site or an application, not both"),
    ):
        assert main(["contribution", *given, *outputs]) == 1
        said = capsys.readouterr().out
        assert told in said
        assert "Traceback" not in said


def test_text_of_a_release_is_escaped_in_the_page(main_run: Run) -> None:
    tables = {name: main_run.table(name) for name in ("assumptions", "sources")}
    for name in CONTRIBUTIONS:
        tables[name] = main_run.table(name)
    hostile = main_run.table("developer_contributions")
    hostile["site_name"] = "<script>alert(1)</script>"
    for name in ("contribution_rates", "contribution_practices"):
        tables[name] = main_run.table(name)
    tables["developer_contributions"] = hostile
    tables["places"] = main_run.working_table("places")
    page = html(statement(tables, "CB-LEI", "release"))
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "records what is secured and requests nothing" in page
    assert "£3,600,000" in page


def test_two_councils_may_call_a_site_the_same_and_neither_is_asked_for_the_other_s_need(
    main_run: Run,
) -> None:
    names = ("developer_contributions", *CONTRIBUTIONS)
    others = ("assumptions", "sources", "contribution_rates", "contribution_practices")
    alone = {name: main_run.table(name) for name in (*others, *names)}
    alone["places"] = main_run.working_table("places")
    both = dict(alone)
    for name in names:
        of_luton = alone[name][alone[name]["site_reference"] == "CB-NLUT"].assign(place="E06000032")
        both[name] = pd.concat([of_luton, alone[name]], ignore_index=True)
    with pytest.raises(BadInput, match=r"CB-NLUT.*--place E06000032 or --place E06000056"):
        statement(both, "CB-NLUT", "release")
    rates = alone["contribution_rates"]
    of_luton = rates[rates["place"] == "E06000056"].assign(place="E06000032")
    both["contribution_rates"] = pd.concat([of_luton, rates], ignore_index=True)
    near = alone["contribution_practices"].query("site_reference == 'CB-NLUT'").assign(place="E06000032")
    both["contribution_practices"] = pd.concat([near, alone["contribution_practices"]], ignore_index=True)
    ours = statement(both, "CB-NLUT", "release", place="E06000056")
    assert ours == statement(alone, "CB-NLUT", "release")
    theirs = statement(both, "CB-NLUT", "release", place="E06000032")
    assert "Luton: health" in theirs.title
    assert theirs.total == ours.total
    with pytest.raises(BadInput, match="found CB-NLUT; expected one of MK-"):
        statement(both, "CB-NLUT", "release", place="E06000042")


def test_an_unknown_site_is_told_with_the_known_ones(
    main_run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["contribution", "NOWHERE", "--outputs", str(main_run.outputs)]) == 1
    said = capsys.readouterr().out
    assert "NOWHERE" in said
    assert "CB-NLUT" in said
    assert main(["contribution", "", "--outputs", str(main_run.outputs)]) == 1
    assert "found no name of a site; expected one of" in capsys.readouterr().out
    assert "North of Luton (SA1)" in said


def test_a_statement_names_the_places_of_its_release_and_not_of_the_project(
    main_run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    theirs = (main_run.outputs / "current").resolve()
    release = tmp_path / "releases" / theirs.name
    release.mkdir(parents=True)
    for path in (theirs / "manifest.json", *theirs.glob("*.parquet")):
        shutil.copyfile(path, release / path.name)
    people = pd.read_parquet(release / "population.parquet")
    people["place_name"] = people["place_name"].replace("Central Bedfordshire", "Mid Shire")
    people.to_parquet(release / "population.parquet")
    (tmp_path / "current").symlink_to(release)
    assert main(["contribution", "CB-NLUT", "--outputs", str(tmp_path)]) == 0
    page = Path(capsys.readouterr().out.split()[0]).read_text(encoding="utf-8")
    assert "Mid Shire" in page


def test_a_site_is_found_in_small_letters(main_run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contribution", "cb-nlut", "--outputs", str(main_run.outputs)]) == 0
    assert capsys.readouterr().out.splitlines()[1].endswith("/CB-NLUT.pdf")


def test_a_reader_who_stops_after_a_line_is_no_error(main_run: Run) -> None:
    with subprocess.Popen(
        [
            sys.executable,
            "-m",
            "pipelines",
            "contribution",
            "NOWHERE",
            "--outputs",
            str(main_run.outputs),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""


def test_a_site_that_is_none_is_refused_before_anything_else_is_read(main_run: Run) -> None:
    with pytest.raises(BadInput):
        statement({"developer_contributions": main_run.table("developer_contributions")}, "NOWHERE", "")


def test_a_hostile_site_name_is_not_run_by_make(tmp_path: Path) -> None:
    """The shell sees the name as a variable: what make would run holds none of its text."""
    hostile = f'x"; touch {tmp_path / "run"}; echo "'

    def shown(*given: str) -> subprocess.CompletedProcess[str]:
        command = ["make", "--dry-run", "--old-file=requirements.lock", "contribution", *given]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    for given, told in (
        ([f"SITE={hostile}"], '"$SITE"'),
        (["HOMES=250", f"AT={hostile}", f"MIX={hostile}"], '--homes="$HOMES" --at="$AT"'),
    ):
        output = shown(*given).stdout
        line = next(line for line in output.splitlines() if "pipelines contribution" in line)
        assert told in line
        assert "touch" not in line
    # A dollar sign would be read by make itself.
    refused = shown("HOMES=250", f"AT=$(shell touch {tmp_path / 'run'})")
    assert refused.returncode != 0
    assert "hold no dollar sign" in refused.stderr
    assert not (tmp_path / "run").exists()
