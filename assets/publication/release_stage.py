"""The release: a run's tables collected in one folder, audited, and shown to readers in one atomic step.

A release is complete or absent: it is built beside the others under a hidden name, moved to its own name
when it is whole, and only then does `current` point at it.

Asset modules do without postponed annotations: Dagster reads the type of `context` as it stands.
"""

import codecs
import hashlib
import json
import os
import platform
import shutil
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any

import dagster as dg
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from assets.inputs.scenarios import read_scenarios
from assets.inputs.settings import RunSettings
from assets.inputs.system_totals import system_code
from assets.publication.audit import RULES, TOLERANCE, audit, failed_checks, principal_outside
from assets.publication.compared_with_last import audit_past, changed_meanwhile, facts_of_the_past
from assets.publication.dictionary import dictionary
from assets.publication.documents import FOR_DOCUMENTS, Documents, workbook_writer, write_documents
from assets.publication.report.report_page import stamped
from assets.release_history.environment import environment
from assets.release_history.retention import prune, readable, require_rules
from assets.release_history.shared_files import pack, share
from assets.tables.by_place import ByPlace
from assets.tables.declarations import PROMISED
from assets.tables.parquet import to_disk, write_frame
from assets.tables.uncertain_table import released
from housing_trajectories.plain_text import FORMULA, of_markdown

_LIBRARIES = ("dagster", "pandas", "pyarrow", "numpy", "numba", "xarray", "great-expectations")
_PAST = (
    "earlier_releases",
    "recorded_figures",
    "release_retention",
    "release_bounds",
    "release_acceptances",
)
"""What a release is told of the releases before it and of how they are kept."""


class AuditFailed(Exception):
    """The release as a whole breaks a rule; its message is one line, the first rule and how many more."""

    def __init__(self, wrong: list[str]) -> None:
        self.wrong = wrong
        super().__init__(
            "The release was not published: "
            + wrong[0]
            + (f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else "")
        )


def release_asset(made: set[str]) -> dg.AssetsDefinition:
    """The asset that publishes the promised tables among `made`."""
    names = [name for name in PROMISED if name in made]

    @dg.asset(
        name="release",
        group_name="publication",
        ins={name: dg.AssetIn(name) for name in [*names, *FOR_DOCUMENTS, *_PAST]},
        kinds={"parquet", "csv"},
    )
    def release(
        context: dg.AssetExecutionContext, settings: RunSettings, **tables: Any
    ) -> dg.MaterializeResult:
        """Every promised table with its dictionary and manifest, audited as a whole and made current."""
        require_everything(made, context.run.asset_selection)
        whole = {name: _whole(name, tables[name]) for name in names}
        folder, gone = examined_and_published(
            whole,
            {name: tables[name] for name in _PAST},
            Documents(**{name: tables[name] for name in FOR_DOCUMENTS}),
            settings,
            run_id=context.run.run_id,
            checks=(checks := _check_results(context)),
            files=_files(context, names),
            warn=context.log.warning,
        )
        if gone:
            context.log.info(f"releases no rule keeps any longer: {', '.join(gone)}")
        rows = sum(len(table) for table in whole.values())
        return dg.MaterializeResult(
            metadata={"release": folder.name, "tables": len(whole), "rows": rows, "checks": len(checks)}
        )

    return release


def require_everything(made: set[str], selected: Collection[dg.AssetKey] | None) -> None:
    """Raise AuditFailed for a run of a part: other tables may be of other inputs or another seed."""
    if not selected:  # nobody chose: everything
        return
    missing = sorted(made - {key.path[-1] for key in selected})
    if missing:
        words = f"this run makes only a part, without {missing[0]} and {len(missing) - 1} other tables"
        raise AuditFailed([f"{words}: start the job refresh, which makes everything"])


def examined_and_published(
    tables: Mapping[str, pd.DataFrame],
    past: Mapping[str, pd.DataFrame],
    documents: Documents,
    settings: RunSettings,
    *,
    run_id: str,
    checks: list[dict[str, object]],
    files: Mapping[str, Path] = MappingProxyType({}),
    warn: Callable[[str], None] = print,
) -> tuple[Path, list[str]]:
    """Audit the release as a whole, publish it and prune: its folder, and the ids of releases that went.

    `files` are those that tables have just been read from: they are published as they are. `warn` is told
    of what moved far since the last release and may be right.
    Raises AuditFailed where a rule is broken and BadInput where retention is not stated; readers then keep
    seeing the last release.
    """
    now = datetime.fromisoformat(settings.published_at) if settings.published_at else datetime.now(UTC)
    places = documents.places
    system = system_code(places)
    require_rules(past["release_retention"])

    def examined() -> Mapping[str, object]:
        wrong = [
            *failed_checks(checks),
            *audit(tables, system),
            *changed_meanwhile(tables["input_files"], settings),
        ]
        # Figures are only there to compare where the tables are whole.
        far, wrong = ([], wrong) if wrong else audit_past(tables, past, places, settings, now)
        if wrong:
            raise AuditFailed(wrong)
        for sentence in far:
            warn(f"far from the last release: {sentence}")
        return {**facts_of_the_past(tables, past, settings), "far_from_last_release": far}

    folder = publish(
        tables,
        settings,
        run_id=run_id,
        checks=checks,
        now=now,
        documents=documents,
        examined=examined,
        files=files,
    )
    gone, _ = prune(settings.outputs_path, past["release_retention"])
    pack(settings.outputs_path, readable(settings.outputs_path))
    return folder, gone


def _whole(name: str, value: pd.DataFrame | ByPlace) -> pd.DataFrame:
    """A table of all places, in the order of its keys."""
    return released(name, list(value.values())) if isinstance(value, ByPlace) else value


def _files(context: dg.AssetExecutionContext, names: list[str]) -> dict[str, Path]:
    """The file that each table lies in, where it is one of its own and not one a place."""
    kept = context.resources.io_manager.files
    return {name: files[0] for name in names if len(files := kept(name)) == 1 and files[0].stem == name}


def _check_results(context: dg.AssetExecutionContext) -> list[dict[str, object]]:
    """Every check this run has evaluated so far, as the run's own event log has it."""
    records = context.instance.all_logs(
        context.run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION
    )
    results = []
    for record in records:
        evaluation = record.get_dagster_event().asset_check_evaluation_data
        results.append(
            {
                "asset": evaluation.asset_key.to_user_string(),
                "check": evaluation.check_name,
                "passed": evaluation.passed,
                "severity": evaluation.severity.value,
                "description": of_markdown(evaluation.description or ""),
            }
        )
    return sorted(results, key=lambda result: (str(result["asset"]), str(result["check"])))


def publish(
    tables: Mapping[str, pd.DataFrame],
    settings: RunSettings,
    *,
    run_id: str,
    checks: list[dict[str, object]],
    now: datetime | None = None,
    documents: Documents | None = None,
    examined: Callable[[], Mapping[str, object]] = dict,
    files: Mapping[str, Path] = MappingProxyType({}),
) -> Path:
    """Write the tables as a release under the outputs folder, make it current, and return its folder.

    With `documents`, what the workbook and the report need beside the tables, these are part of it. The
    report says when it was published: it goes into the content's hash before that is put in. `examined` is
    called while the tables are being written; it raises where they must not be published, in which case
    nothing of them is left, and gives further entries of the manifest. A table in `files` is that file.
    """
    releases = settings.outputs_path / "releases"
    releases.mkdir(parents=True, exist_ok=True)
    moment = (now or datetime.now(UTC)).replace(microsecond=0)
    building = releases / f".building-{run_id}"
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir()
    try:
        report = building / "report.html"
        with (
            workbook_writer() if documents else nullcontext() as workbook,
            ThreadPoolExecutor(max_workers=1) as thread,  # Arrow leaves the interpreter to the examination
        ):

            def write_tables() -> None:
                for name, frame in tables.items():
                    if name in files:
                        shutil.copyfile(files[name], building / f"{name}.parquet")
                    else:
                        write_frame(frame, building / f"{name}.parquet")
                if workbook is not None and documents is not None:
                    workbook.begin(tables, documents, settings, building)
                for name, frame in tables.items():
                    _write_csv(frame, building / f"{name}.csv")
                _write_csv(dictionary(tables), building / "data_dictionary.csv")

            written = thread.submit(write_tables)
            facts = examined()
            if documents is not None:
                write_documents(tables, documents, settings, checks, building)
            written.result()
            if workbook is not None:
                workbook.finish()
        hashes = {path.name: _sha256(path) for path in sorted(building.iterdir())}
        content = hashlib.sha256(json.dumps(hashes, sort_keys=True).encode()).hexdigest()
        while (releases / (release_id := f"{moment:%Y%m%dT%H%M%SZ}-{content[:8]}")).exists():
            moment += timedelta(seconds=1)  # the same tables a second time within one second
        if report.exists():
            text = stamped(report.read_text(encoding="utf-8"), release_id, moment)
            report.write_text(text, encoding="utf-8")
            hashes[report.name] = _sha256(report)
        manifest = _manifest(release_id, moment, run_id, settings, tables, hashes, content, checks)
        manifest |= facts
        if documents is not None:
            told = read_scenarios(documents.scenarios)
            manifest["scenarios"] = {each.name: f"{each.title}. {each.description}" for each in told}
        (building / "manifest.json").write_text(
            json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        share(building, hashes, settings.outputs_path)
        for path in (*building.iterdir(), building):
            to_disk(path)
        folder = releases / release_id
        building.replace(folder)
        to_disk(releases)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    point_current_at(settings.outputs_path, folder)
    to_disk(settings.outputs_path)
    return folder


def point_current_at(outputs: Path, folder: Path) -> None:
    """Make `outputs/current` lead to a release, in one step: a reader sees the old one or the new one.

    A folder that somebody has put in the link's place, such as a copy, is moved aside and kept.
    """
    link, current = outputs / f".current-{os.getpid()}", outputs / "current"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("releases") / folder.name)
    if current.is_dir() and not current.is_symlink():
        current.replace(outputs / f"current-before-{folder.name}")
    link.replace(current)


def _manifest(
    release_id: str,
    moment: datetime,
    run_id: str,
    settings: RunSettings,
    tables: Mapping[str, pd.DataFrame],
    files: dict[str, str],
    content: str,
    checks: list[dict[str, object]],
) -> dict[str, object]:
    inputs = tables["input_files"]
    return {
        "release": release_id,
        "published_at": moment.isoformat(),
        "content_sha256": content,
        "run": run_id,
        "run_link": _run_link(run_id),
        "draws": settings.draws,
        "seed": settings.seed,
        "code_version": settings.code_version,
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in _LIBRARIES},
        "environment": environment(),
        "inputs": dict(zip(inputs["id"], inputs["sha256"], strict=True)),
        "tables": {
            name: {
                "rows": len(frame),
                "columns": list(frame.columns),
                "parquet_sha256": files[f"{name}.parquet"],
                "csv_sha256": files[f"{name}.csv"],
            }
            for name, frame in tables.items()
        },
        "files": files,
        "checks": checks,
        "audit": {
            "rules_kept": list(RULES),
            "tolerance": TOLERANCE,
            "rows_with_principal_outside_p10_to_p90": principal_outside(tables),
        },
        "licence": "Code MIT; data Open Government Licence v3.0, see the sources table",
    }


def _run_link(run_id: str) -> str | None:
    """Where the web interface shows the run; None for a run that no web interface has seen."""
    if not os.environ.get("DAGSTER_HOME"):
        return None
    return f"{os.environ.get('PLACECAST_UI_ADDRESS', 'http://127.0.0.1:3000').rstrip('/')}/runs/{run_id}"


def _write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Text that a spreadsheet would run as a formula gets a leading apostrophe; numbers stay numbers.

    UTF-8 with a byte order mark, without which Excel takes it for Windows-1252 (`systemâ€™s`).
    """
    table = pa.Table.from_pandas(frame, preserve_index=False)
    for number, column in enumerate(table.columns):
        if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
            continue
        # Few texts are many cells: only where one of them is live are the cells looked at.
        if pc.any(pc.match_substring_regex(pc.unique(column), FORMULA)).as_py():
            mark, nothing = pa.scalar("'", column.type), pa.scalar("", column.type)
            quoted = pc.binary_join_element_wise(mark, column, nothing)
            safe = pc.if_else(pc.match_substring_regex(column, FORMULA), quoted, column)
            table = table.set_column(number, table.field(number), safe)
    # A third of the time of pandas's own writer, which took four seconds of every run.
    with pa.OSFile(str(path), "wb") as file:
        file.write(codecs.BOM_UTF8)
        pa_csv.write_csv(table, file, pa_csv.WriteOptions(quoting_style="needed"))


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
