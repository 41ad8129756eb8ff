"""`make mutants`: whether a test sees deliberate faults, put into a copy of the project one at a time.

What is drawn is in `mutant_sample`, which tests a fault is tried with in `mutant_tests`, what is kept in
`mutant_results`. Everything of a run is under `.mutants/`: stopped, it goes on where it was. The faults go
into `.mutants/copy`, never into the work tree.
"""

from __future__ import annotations

import argparse
import datetime
import json
import statistics
import subprocess
import time
from functools import partial
from pathlib import Path
from typing import Any

import cosmic_ray.plugins
import pandas as pd
from cosmic_ray.mutating import mutate_code
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import MutationSpec, TestOutcome, WorkerOutcome, WorkResult
from rich.console import Console

from benchmarks.validation import mutant_results
from benchmarks.validation.mutant_sample import modules, named, sample
from benchmarks.validation.mutant_tests import (
    Copy,
    SeenTests,
    compiles,
    digest,
    run_tests,
    seen_tests,
    seen_uncompiled,
    tests_for,
)

ROOT = Path(__file__).resolve().parents[2]
CAP_SECONDS = 300.0
"""How long the tests of one fault may take without it."""
PATIENCE = 5.0
"""So many times longer with it before it counts as seen: it does not end."""
START_SECONDS = 60.0
Seen = dict[str, SeenTests]


def differing(right: str, wrong: str) -> tuple[str, str]:
    """The lines of a module that a fault changes, as they are and as they become."""
    before, after = right.splitlines(), wrong.splitlines()
    first = _alike(before, after)
    last = _alike(before[first:][::-1], after[first:][::-1])
    was, becomes = (" ".join(" ".join(text[first : len(text) - last]).split()) for text in (before, after))
    return was, becomes


def _alike(some: list[str], others: list[str]) -> int:
    """How many lines are the same from the start on."""
    pairs = zip(some, others, strict=False)
    return next((at for at, (one, other) in enumerate(pairs) if one != other), min(len(some), len(others)))


def faulty(root: Path, fault: MutationSpec) -> tuple[str, str]:
    """A module's text without and with a fault."""
    right = (root / fault.module_path).read_text(encoding="utf-8")
    operator = cosmic_ray.plugins.get_operator(fault.operator_name)()
    wrong = mutate_code(right, operator, fault.occurrence)
    if wrong is None or wrong == right:
        raise ValueError(f"no such fault: {named(fault)}")
    return right, wrong


def tried(copy: Copy, fault: MutationSpec, seen: Seen, uncompiled: Seen, cap: float) -> WorkResult:
    """What the tests make of a fault."""
    module = fault.module_path.as_posix()
    without_numba = compiles(copy.root, module)
    right, wrong = faulty(copy.root, fault)
    chosen = tests_for(module, fault.start_pos[0], uncompiled if without_numba else seen, cap)
    was, becomes = differing(right, wrong)
    noted: dict[str, Any] = {"was": was, "becomes": becomes, "tests_left_out": chosen.left_out, "seen_by": ""}
    started = time.monotonic()
    outcome = "survived"
    if chosen.tests:
        limit = START_SECONDS + PATIENCE * chosen.seconds
        (copy.folder / module).write_text(wrong, encoding="utf-8")
        try:
            work = partial(run_tests, chosen.files, chosen.tests, copy.whole)
            answer = copy.run(work, limit, keep=False, uncompiled=without_numba)
            noted["seen_by"] = next(iter(answer["failed"]), "")
            outcome = "survived" if answer["code"] in (0, 5) else "killed"
        except TimeoutError:
            outcome = "timed out"
        except ChildProcessError:
            outcome = "killed"
            noted["seen_by"] = "the process fell"
        finally:
            copy.restore(module)
    noted |= {"outcome": outcome, "seconds": round(time.monotonic() - started, 1)}
    verdict = TestOutcome.SURVIVED if outcome == "survived" else TestOutcome.KILLED
    return WorkResult(WorkerOutcome.NORMAL, json.dumps(noted), verdict, f"- {was}\n+ {becomes}")


def rows(database: WorkDB, seed: int, commit: str) -> pd.DataFrame:
    """What has been tried so far, a row a fault."""
    made = []
    for item, result in database.completed_work_items:
        fault = item.mutations[0]
        made.append(
            {
                "seed": seed,
                "module": fault.module_path.as_posix(),
                "line": fault.start_pos[0],
                "kind": fault.operator_name.split("/")[1].removeprefix("Replace"),
                **json.loads(result.output or "{}"),
                "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
                "commit": commit,
            }
        )
    return pd.DataFrame(made).sort_values(["module", "line", "kind", "becomes"], ignore_index=True)


def print_stored(console: Console, root: Path) -> None:
    """The score as it was measured last."""
    table = mutant_results.read(root / mutant_results.STORED)
    for row in mutant_results.scores(table).query("room == 'all'").itertuples():
        measured = table.loc[table["seed"] == row.seed, ["date", "commit"]].iloc[0]
        console.print(
            f"deliberate faults, sample {row.seed} ({measured['date']}, {measured['commit']}): "
            f"{row.killed} of {row.faults - row.equivalent} seen, {row.score:.0%}"
            f" ({row.equivalent} equivalent apart; {row.score_at_first:.0%} when first tried)",
            soft_wrap=True,
            highlight=False,
        )


def main() -> None:
    """Draws a sample, or goes on with it, and writes down what became of it."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--cap", type=float, default=CAP_SECONDS, help="seconds of tests for one fault")
    parser.add_argument(
        "--survivors", action="store_true", help="try again what survived, with today's tests"
    )
    parser.add_argument("--root", type=Path, default=ROOT, help="the project, this one unless told")
    parser.add_argument("--stored", action="store_true", help="only print the score that is stored")
    asked = parser.parse_args()
    console = Console()
    root = asked.root.resolve()
    if asked.stored:
        print_stored(console, root)
        return
    folder = root / ".mutants"
    folder.mkdir(exist_ok=True)
    copy = Copy(root, folder / "copy")
    seen = seen_tests(copy, modules(root), console.print)
    uncompiled = seen_uncompiled(copy, seen, console.print)
    drawn = sample(root, asked.count, asked.seed)
    with use_db(str(folder / f"seed_{asked.seed}_{digest(root)}.sqlite")) as database:
        known = {item.job_id for item in database.work_items}
        database.add_work_items([item for item in drawn if item.job_id not in known])
        done = dict(database.results)
        again = {name for name, result in done.items() if result.test_outcome == TestOutcome.SURVIVED}
        pending = [
            item for item in drawn if item.job_id not in done or (asked.survivors and item.job_id in again)
        ]
        try:
            for number, item in enumerate(pending, start=1):
                result = tried(copy, item.mutations[0], seen, uncompiled, asked.cap)
                database.set_result(item.job_id, result)
                noted = json.loads(result.output or "{}")
                console.print(
                    f"{number}/{len(pending)} {noted['outcome']:9} {noted['seconds']:5.1f} s  {item.job_id}",
                    highlight=False,
                    soft_wrap=True,
                )
        except KeyboardInterrupt:
            console.print("Stopped; the same command goes on from here.")
        commit = subprocess.check_output(["git", "-C", str(root), "rev-parse", "--short", "HEAD"], text=True)
        table = rows(database, asked.seed, commit.strip())
    stored = mutant_results.store(table, root / mutant_results.STORED)
    (root / mutant_results.PAGE).write_text(mutant_results.page(stored, asked.cap), encoding="utf-8")
    console.print(f"median {statistics.median(table['seconds']):.1f} s a fault")
    print_stored(console, root)


if __name__ == "__main__":
    main()
