"""The inputs stage: every file checked before anything starts, then one asset a declared input table.

Council trajectories become a table in the housing stage; here they are only held to be readable. No later
stage reads a file that was read here.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

import dagster as dg
import pandas as pd

from assets.buildings.payment_checks import payment_findings
from assets.estates.choices.choices_checks import choice_findings
from assets.inputs.assumptions import lineage_findings, range_findings
from assets.inputs.checks.coverage import coverage_findings
from assets.inputs.checks.demand_input_checks import demand_findings
from assets.inputs.checks.plausibility import plausibility_findings
from assets.inputs.checks.premises_checks import register_findings
from assets.inputs.checks.site_checks import plan_findings, site_findings
from assets.inputs.checks.workforce_checks import workforce_findings
from assets.inputs.csv_reading import numbered, read_table
from assets.inputs.input_hashes import input_paths
from assets.inputs.input_store import InputStore
from assets.inputs.scenarios import Scenario, change_findings, load_scenarios, scenario_table, with_plans_told
from assets.inputs.settings import RunSettings
from assets.inputs.source_freshness import month_findings
from assets.inputs.source_list import SOURCES, read_source_list
from assets.inputs.system_totals import council_codes, other_places_findings, system_code
from assets.neighbourhoods.site_positions import READ_WITH, position_findings, with_small_areas
from assets.neighbourhoods.small_area_checks import small_area_findings
from assets.release_history.input_changes import changes_since_last_release, day_of
from assets.tables.declarations import INPUT_TABLES, TABLES
from assets.tables.declarations.declaration import Table
from housing_trajectories.findings import SHOWN, BadInput, Finding, errors, raise_errors
from housing_trajectories.reading import read as read_trajectory

Read = TypeVar("Read")
LIST_OF_FINDINGS = "findings.txt"
"""Under the outputs: every finding of the last inputs that were refused for more than ten."""


def _known_places(settings: RunSettings) -> pd.DataFrame:
    return read_table(INPUT_TABLES["places"], settings.data_path / "places.csv", places=None)


def _read_input(table: Table, settings: RunSettings, places: pd.DataFrame | None = None) -> pd.DataFrame:
    path = settings.data_path / f"{table.name}.csv"
    places = _known_places(settings) if places is None else places
    councils = council_codes(places)
    frame = read_table(table, path, set(places["place"]), set(councils))
    if table.name not in READ_WITH:
        return frame
    # A site that gives its position alone lies where the boundaries say.
    shapes = (_read_input(INPUT_TABLES[name], settings, places) for name in READ_WITH[table.name])
    return with_small_areas(frame, *shapes)


def _read_sources(settings: RunSettings) -> pd.DataFrame:
    blocks = read_source_list(settings.data_path / SOURCES)
    return pd.DataFrame(blocks.values(), dtype="str").sort_values("id", ignore_index=True)


def check_every_input(settings: RunSettings) -> list[Finding]:
    """Read every file a run will read; raise one BadInput with the findings of all of them.

    A run that is going to be refused is refused before its first step, with all there is to mend. Returns
    what somebody should look at in the input tables though a run can take them; the step that keeps the
    trajectories tells it of those.
    """
    findings: list[Finding] = []
    known = _collected(findings, lambda: set(_read_sources(settings)["id"])) or set()
    tables: dict[str, pd.DataFrame] = {}
    places = _collected(findings, lambda: _known_places(settings))
    if places is not None:
        # Held against places that are none, every other table would seem wrong.
        raise_errors(_place_findings(places))
    for table in INPUT_TABLES.values():
        frame = _collected(findings, partial(_read_input, table, settings, places))
        if frame is not None:
            tables[table.name] = frame
            findings.extend(_uncited(table, frame, known))
    scenarios = _collected(findings, lambda: load_scenarios(settings.data_path / "scenarios")) or []
    planned: dict[str, set[str]] = {}
    for row in places[places["kind"] == "place"].to_dict("records") if places is not None else ():
        name = str(row["trajectory_file"])
        if Path(name).name != name:
            continue
        path, place = settings.trajectories_path / name, str(row["place"])
        trajectory = read_trajectory(path, place, data=settings.data_path)
        findings.extend(trajectory.findings)
        if not trajectory.errors:
            planned[place] = set(trajectory.table["site_reference"])
    findings.extend(findings_between(tables, scenarios, planned, settings.data_path))
    raise_errors(list(dict.fromkeys(findings)))
    return [finding for finding in findings if finding.file.removesuffix(".csv") in INPUT_TABLES]


def findings_between(
    tables: dict[str, pd.DataFrame], scenarios: list[Scenario], planned: dict[str, set[str]], data: Path
) -> list[Finding]:
    """What is wrong between the tables that could be read, and what they lack; each alone is well-formed.

    planned: the sites of each trajectory that could be read, by place. data: the folder of recorded staff.
    """
    findings: list[Finding] = []
    if "assumptions" in tables:
        findings.extend(range_findings(tables["assumptions"]))
        findings.extend(lineage_findings(tables))
    if "source_freshness" in tables:
        findings.extend(month_findings(tables["source_freshness"]))
    findings.extend(coverage_findings(tables))
    findings.extend(_acceptances(tables))
    findings.extend(_disagreements(tables))
    findings.extend(plausibility_findings(tables))
    findings.extend(register_findings(tables))
    findings.extend(payment_findings(tables))
    findings.extend(choice_findings(tables))
    findings.extend(_of_other_places(tables))
    findings.extend(plan_findings(tables))
    findings.extend(site_findings(tables, planned))
    findings.extend(small_area_findings(tables))
    findings.extend(position_findings(tables))
    findings.extend(change_findings(scenarios, planned))
    findings.extend(demand_findings(tables, scenarios))
    findings.extend(workforce_findings(tables, scenarios, data))
    return findings


def with_list(error: BadInput, outputs: Path) -> BadInput:
    """The same refusal, with every finding in a file under `outputs` where there are more than it tells."""
    standing = errors(error.findings)
    if len(standing) <= SHOWN:
        return error
    path = outputs.resolve() / LIST_OF_FINDINGS
    try:
        outputs.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{finding.refusal()}\n" for finding in standing), encoding="utf-8")
    except OSError:
        # Outputs that cannot be written are no reason to say less than before.
        return error
    return BadInput(error.findings, kept_in=str(path))


def _place_findings(places: pd.DataFrame) -> list[Finding]:
    """What must hold over all rows of places.csv: one system, some places, files inside their folder."""
    findings = []
    systems = int((places["kind"] == "system").sum())
    if systems != 1:
        findings.append(Finding("places.csv", None, "kind", f"{systems} systems", "one row of kind system"))
    if systems == len(places):
        findings.append(Finding("places.csv", None, "kind", "no place", "rows of kind place"))
    for row in places[places["kind"] == "place"].to_dict("records"):
        name = str(row["trajectory_file"])
        if row["trajectory_file"] is None or pd.isna(row["trajectory_file"]):
            findings.append(
                Finding("places.csv", None, f"trajectory_file of {row['place']}", "an empty cell", "a file")
            )
        elif Path(name).name != name:
            findings.append(
                Finding(
                    "places.csv",
                    None,
                    f"trajectory_file of {row['place']}",
                    name,
                    "the name of a file inside the folder of trajectories",
                )
            )
    return findings


def _acceptances(tables: dict[str, pd.DataFrame]) -> list[Finding]:
    """Rows that accept a change of nothing there is, or until no day."""
    if not {"release_acceptances", "release_bounds", "places"} <= set(tables):
        return []
    headlines = sorted(set(tables["release_bounds"]["headline"]))
    files = {f"{name}.csv" for name in INPUT_TABLES} | set(tables["places"]["trajectory_file"].dropna())
    expected = f"an input file, a released table, all, or a headline: {', '.join(headlines)}"
    findings = []
    for number, row in numbered(tables["release_acceptances"]):
        if row["accepted"] not in {"all", *headlines, *TABLES, *files}:
            findings.append(
                Finding("release_acceptances.csv", number, "accepted", str(row["accepted"]), expected)
            )
        if day_of(str(row["until"])) is None:
            wanted = "a day such as 2026-12-31"
            findings.append(Finding("release_acceptances.csv", number, "until", str(row["until"]), wanted))
    return findings


def _disagreements(tables: dict[str, pd.DataFrame]) -> list[Finding]:
    """Where two input tables say different things of the same people."""
    findings: list[Finding] = []
    totals = tables.get("mid_year_estimate_totals")
    if totals is None:
        return findings
    for name in ("census_based_population", "population_estimates"):
        if name not in tables:
            continue
        summed = tables[name].groupby(["place", "year"], as_index=False)["population"].sum()
        both = summed.merge(totals, on=["place", "year"], suffixes=("", "_total"))
        for row in both[both["population"] != both["population_total"]].to_dict("records"):
            findings.append(
                Finding(
                    f"{name}.csv",
                    None,
                    "population",
                    f"{row['population']:,.0f} people of {row['place']} in {row['year']} over all ages",
                    f"{row['population_total']:,.0f}, the total of mid_year_estimate_totals.csv",
                )
            )
    return findings


def _of_other_places(tables: dict[str, pd.DataFrame]) -> list[Finding]:
    """Figures of a whole system that are of other places than those of the run."""
    places = tables.get("places")
    if places is None or (places["kind"] == "system").sum() != 1:
        return []
    findings: list[Finding] = []
    councils = council_codes(places)
    if "system_totals" in tables:
        totals = tables["system_totals"]
        own = totals[totals["system"] == system_code(places)]
        findings.extend(other_places_findings("system_totals.csv", own, councils))
    if "providers" in tables:
        findings.extend(other_places_findings("providers.csv", tables["providers"], councils))
    return findings


def _collected(findings: list[Finding], read: Callable[[], Read]) -> Read | None:
    """What was read, or None with what was wrong added to the findings."""
    try:
        return read()
    except BadInput as error:
        findings.extend(error.findings)
        return None


def _uncited(table: Table, frame: pd.DataFrame, known: set[str]) -> list[Finding]:
    """Rows that cite a source which sources.yaml does not have."""
    if "source_id" not in frame or not known:
        return []
    unknown = frame["source_id"].notna() & ~frame["source_id"].isin(known)
    return [
        Finding(f"{table.name}.csv", None, "source_id", str(source), "the id of a block of sources.yaml")
        for source in frame.loc[unknown, "source_id"].unique()
    ]


@dg.asset(group_name="inputs")
def input_files(context: dg.AssetExecutionContext, settings: RunSettings) -> pd.DataFrame:
    """Every file the run reads, with its hash, once all have been found good; each is kept in the store.

    What changed since the last release is told; a change too large to be taken unseen stops the run.
    """
    try:
        asked = check_every_input(settings)
    except BadInput as error:
        raise with_list(error, settings.outputs_path) from None
    for finding in asked:
        context.log.warning(finding.sentence())
    (settings.outputs_path / LIST_OF_FINDINGS).unlink(missing_ok=True)
    store = InputStore(settings.inputs_path)
    rows = [_file_row(identifier, path, store) for identifier, path in files_of_a_run(settings).items()]
    digests = {str(row["id"]): str(row["sha256"]) for row in rows}
    changes = changes_since_last_release(digests, settings, datetime.now(UTC).date())
    for sentence in (*changes.grown, *changes.changed):
        context.log.warning(f"since the last release, {sentence}")
    raise_errors(changes.refused)
    return pd.DataFrame(rows).astype({"size_bytes": "int64"}).sort_values("id", ignore_index=True)


def files_of_a_run(settings: RunSettings) -> dict[str, Path]:
    """Every file under the folders of inputs by its name in a manifest, whatever the folders are called."""
    return input_paths(settings.data_path, settings.trajectories_path)


def _file_row(identifier: str, path: Path, store: InputStore) -> dict[str, object]:
    content = path.read_bytes()
    table = INPUT_TABLES.get(path.stem)
    return {
        "id": identifier,
        "table": table.name if table else None,
        "sha256": store.keep_bytes(content),
        "size_bytes": len(content),
        "source_id": (table.source_id or None) if table else None,
    }


_AFTER_CHECK = ["input_files"]
"""No input is taken over before all of them have been found good: an order, and nothing is taken from it."""


def _input_asset(table: Table) -> dg.AssetsDefinition:
    @dg.asset(
        name=table.name,
        group_name="inputs",
        description=table.description,
        kinds={"csv"},
        deps=_AFTER_CHECK,
    )
    def read(settings: RunSettings) -> pd.DataFrame:
        return _read_input(table, settings)

    return read


input_assets = [_input_asset(table) for table in INPUT_TABLES.values()]


@dg.asset(group_name="inputs", kinds={"yaml"}, deps=_AFTER_CHECK)
def sources(settings: RunSettings) -> pd.DataFrame:
    """Every source: what was published, by whom, in which release, under which licence."""
    return _read_sources(settings)


@dg.asset(group_name="inputs", kinds={"yaml"}, deps=_AFTER_CHECK)
def scenarios(
    settings: RunSettings, local_plan_requirements: pd.DataFrame, places: pd.DataFrame
) -> pd.DataFrame:
    """The scenarios of the run, each with its whole definition, the principal one first."""
    listed = load_scenarios(settings.data_path / "scenarios")
    names = dict(zip(places["place"], places["place_name"], strict=True))
    return scenario_table(with_plans_told(listed, local_plan_requirements, names))
