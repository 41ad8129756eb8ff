"""What became of the faults: the table the project keeps, the score, and the page that lists what survived.

`results/mutants.csv` has a row a fault. Two of its columns are a person's: `judged` (`equivalent` where no
input can show the fault, `left` where a test would cost more than it holds) and `why`. They are kept when the
faults are tried again.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from benchmarks.validation.mutant_sample import JOINS

STORED = Path("benchmarks/results/mutants.csv")
PAGE = Path("docs/mutants.md")
BY_PERSON = ["judged", "why"]
SAME_FAULT = ["module", "was", "becomes"]
COLUMNS = [
    *("seed", "module", "line", "kind", "was", "becomes", "at_first", "outcome", "seen_by", "seconds"),
    *("tests_left_out", "date", "commit", *BY_PERSON),
]


def read(path: Path) -> pd.DataFrame:
    """The stored table, empty if there is none."""
    if not path.exists():
        return pd.DataFrame(columns=COLUMNS)
    return pd.read_csv(path, dtype={"judged": str, "why": str, "seen_by": str}, keep_default_na=False)


def store(fresh: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Puts one sample's rows in the place of those it had; what a person wrote and the first outcome stay."""
    before = read(path)
    seed = int(fresh["seed"].iloc[0])
    written = before.loc[before["why"] != "", [*SAME_FAULT, *BY_PERSON]].drop_duplicates(SAME_FAULT)
    first = before.loc[before["seed"] == seed, [*SAME_FAULT, "at_first"]].drop_duplicates(SAME_FAULT)
    rows = fresh.merge(written, how="left", on=SAME_FAULT).merge(first, how="left", on=SAME_FAULT)
    rows = rows.assign(at_first=rows["at_first"].fillna(rows["outcome"]))
    # What was written of a survivor is no longer true of one that a test now sees.
    rows.loc[rows["outcome"] != "survived", BY_PERSON] = ""
    rows = rows.fillna(dict.fromkeys(BY_PERSON, ""))
    others = before[before["seed"] != seed]
    stored = pd.concat([others, rows], ignore_index=True)[COLUMNS] if len(others) else rows[COLUMNS]
    stored = stored.sort_values("seed", kind="stable")
    path.parent.mkdir(parents=True, exist_ok=True)
    stored.to_csv(path, index=False, lineterminator="\n")
    return stored


def room(module: str) -> str:
    """The room a module stands in, `models` by its folders."""
    parts = module.split("/")
    return "/".join(parts[:-1]) if parts[0] == "models" else parts[0]


def scores(table: pd.DataFrame) -> pd.DataFrame:
    """By sample and room, the last row of a sample its whole: faults that are seen of those that can be."""
    counted = pd.DataFrame(
        {
            "seed": table["seed"],
            "room": table["module"].map(room),
            "faults": 1,
            "killed": table["outcome"] != "survived",
            "timed_out": table["outcome"] == "timed out",
            "equivalent": table["judged"] == "equivalent",
            "survived": (table["outcome"] == "survived") & (table["judged"] != "equivalent"),
            "killed_at_first": table["at_first"] != "survived",
        }
    )
    whole = counted.assign(room="all")
    summed = pd.concat([counted, whole]).groupby(["seed", "room"], sort=False).sum().reset_index()
    summed = summed.sort_values(["seed", "room"], key=lambda column: column.replace("all", "~"))
    can_be_seen = summed["faults"] - summed["equivalent"]
    return summed.assign(
        score=summed["killed"] / can_be_seen, score_at_first=summed["killed_at_first"] / can_be_seen
    )


HEAD = """# Deliberate faults, and the tests that see them

`make mutants` puts small faults into a copy of the code, one at a time, and runs the tests that touch the
line. A fault no test sees is a mistake that could be made and published.
`benchmarks/validation/mutants.py` makes them with cosmic-ray, and this page from
`benchmarks/results/mutants.csv`, a row a fault. `make bench` prints the score.

- **Drawn from**: all of `models/`, and the stages of `assets/` that put tables together: every module
  in their folders that calls one of {joins}, but not
  those that make pages; besides them `release_history/retention.py`,
  `publication/audit.py` and `publication/headlines.py`. One fault on each line drawn, every line that can
  hold one as likely as any other.
- **Kinds**: an operator for its opposite, a boundary moved, a number one more or less, a condition turned
  round, a loop not run, the largest for the smallest, the first for the last, `left` for `inner`, two
  arguments exchanged. Not in declarations, what an error says or `strict` of `zip`.
- **Tests**: files whose run touches the line (coverage, each file by itself), the mirrored room's first, up
  to {cap} seconds of tests; what does not fit is not run. Tests of whole forecasts and nights are not run
  for each fault, and what runs in a process of its own is not seen by coverage: a fault that only they
  would see counts as survived. Steps of developer contributions are tried on the tables of one whole
  forecast made beforehand. Functions that numba compiles run as plain Python, by the tests of `models` alone.
- **Score**: faults seen (killed, timed out) of all that are not equivalent. A fault is equivalent if no
  input can show it: the reason stands beside it.

Tests were written against the first sample; `at first` is its score with the tests there were before, at most
a minute of them for each fault. The second sample was drawn and run once after that: no test had been written
for it, so its score is the unbiased one.

"""


def page(table: pd.DataFrame, cap: float) -> str:
    """The page for readers."""
    lines = [HEAD.format(joins=", ".join(f"`{name}`" for name in sorted(JOINS)), cap=f"{cap:.0f}")]
    lines += [
        "## Score\n\n| sample | room | faults | killed | of them timed out | survived | equivalent | score "
    ]
    lines += ["| at first |\n|---|---|---:|---:|---:|---:|---:|---:|---:|\n"]
    for row in scores(table).itertuples():
        lines.append(
            f"| {row.seed} | {row.room} | {row.faults} | {row.killed} | {row.timed_out} | {row.survived} "
            f"| {row.equivalent} | {row.score:.0%} | {row.score_at_first:.0%} |\n"
        )
    survived = table[(table["outcome"] == "survived") & (table["judged"] != "equivalent")]
    lines += ["\n## Survived\n", *_listed(survived)]
    lines += ["\n## Equivalent\n", *_listed(table[table["judged"] == "equivalent"])]
    return "".join(lines)


def _listed(rows: pd.DataFrame) -> list[str]:
    listed = []
    for module, of_module in rows.groupby("module"):
        listed.append(f"\n`{module}`\n\n")
        for row in of_module.itertuples():
            listed.append(
                f"- `{row.was}` → `{row.becomes}` (sample {row.seed}): {row.why or 'not looked at'}\n"
            )
    return listed or ["\nNone.\n"]
