"""The page of evidence is of the assumptions as they are, and most of what carries weight is evidenced."""

from __future__ import annotations

import re

from benchmarks.population.backtest_people import england_assumptions
from benchmarks.validation.evidence_grades import PAGE, graded

AIM = 0.45
"""Share of assumptions that carry weight which are published or derived."""


def test_the_page_lists_what_is_left_to_evidence_and_counts_the_rest() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assumptions = england_assumptions()
    unasked = set(re.findall(r"`([\w.]+)`", text.split("No principal run asks for these")[1]))
    assert unasked <= set(assumptions["id"])
    weighty = graded(assumptions, set(assumptions["id"]) - unasked)
    ranked = re.findall(r"^\| `([\w.]+)` \| ([\d.]*) \|", text, flags=re.MULTILINE)
    assert sorted(name for name, _ in ranked) == sorted(weighty.loc[weighty["evidence_grade"] == "C", "id"])
    effects = [float(effect) for _, effect in ranked if effect]
    assert effects == sorted(effects, reverse=True)
    grades = weighty["evidence_grade"].value_counts()
    counted = re.search(
        r"(\d+) assumptions of .*?(\d+) are published \(A\), (\d+) are derived .*?(\d+) are working",
        " ".join(text.split()),
    )
    assert counted
    assert [int(each) for each in counted.groups()] == [len(weighty), *(int(grades[each]) for each in "ABC")]
    assert (grades["A"] + grades["B"]) / len(weighty) >= AIM
