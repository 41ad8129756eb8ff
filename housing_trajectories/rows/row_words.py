"""The words by which a row of a trajectory calls itself a total, a sum or an allowance rather than a site.

A site may be called by the same words (Balance Farm, Losses Lane), so the whole phrase is looked at as well.
Deciding what a row is belongs in `row_kinds`.
"""

from __future__ import annotations

import re

NO_REFERENCE = {"-", "--", "n/a", "na", "none", "<null>", "null", "tbc", "?", "#n/a", "."}

_TOTAL = re.compile(
    r"^\W*(?:sub|grand|overall|net|gross|annual|plan|sheet|site)?[\s\-]*totals?\b|^\W*sum of\b", re.I
)
_TOTAL_END = re.compile(r"\b(?:sub[\s\-]?)?totals?\W*$", re.I)
_PLAIN_TOTAL = re.compile(
    r"\W*(?:(?:sub|grand|overall|net|gross|running|sheet|site|plan|annual|overall)?[\s\-]*totals?"
    r"|all (?:\w+ )?(?:sites|homes|dwellings|units|sources|supply)|overall|sum|in total|total all sites)\W*"
    r"|[∑Σ]\W*(?:total|all sites)?",
    re.I,
)
_SUMMARY = re.compile(
    r"\b(?:requirement|target|annuali[sz]ed|cumulative|shortfall|surplus|over[\s\-]?supply|under[\s\-]?supply|monitor|"
    r"managed? delivery|five[\s\-]year|5[\s\-]year|housing need|past completions|average|buffer"
    r"|stepped|years? of supply|"
    r"net completions|actual completions|projected completions|housing trajectory|local housing need"
    r"|balance)\b",
    re.I,
)
_TELLING = {
    *("requirement", "requirements", "target", "annualised", "annualized", "cumulative", "shortfall"),
    *("surplus", "oversupply", "undersupply", "monitor", "manage", "managed", "average", "buffer", "stepped"),
    *("completions", "trajectory", "balance", "need", "residual", "supply", "backlog", "deficit"),
    *("yhls", "hls", "lhn", "dpa", "undelivered", "overprovision", "underprovision", "outturn"),
}
_BESIDE = {
    *("annual", "annually", "housing", "local", "plan", "plans", "past", "net", "gross", "actual"),
    *("projected", "position", "delivery", "delivered", "five", "year", "years", "yr", "yrs", "of", "the"),
    *(
        "a",
        "an",
        "per",
        "annum",
        "pa",
        "dpa",
        "in",
        "and",
        "or",
        "against",
        "over",
        "under",
        "above",
        "below",
    ),
    *("for", "to", "date", "total", "totals", "rate", "remaining", "dwellings", "homes", "units", "figure"),
    *("figures", "land", "planned", "expected", "forecast", "running", "minus", "less", "plus", "with", "by"),
    *("basic", "policy", "policies", "adopted", "emerging", "draft", "core", "strategy", "base", "period"),
    *("lpa", "standard", "method", "number", "numbers", "identified", "deliverable", "developable", "on"),
    *("from", "at", "as", "minimum", "cumulatively", "percent", "performance", "calculation", "all", "sites"),
}
_ALLOWANCES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "lapse_allowance",
        re.compile(r"\blaps\w*|non[\s\-]?(?:implementation|delivery)|discount|slippage allowance", re.I),
    ),
    ("windfall", re.compile(r"windfall", re.I)),
    (
        "small_sites",
        re.compile(
            r"small(?:er)? sites?|minor sites?|sites? (?:of )?(?:less|fewer|under|below)|\b(?:1"
            r"|<)\s*-?\s*\d sites",
            re.I,
        ),
    ),
    (
        "demolitions",
        re.compile(r"^(?:demolitions?|losses|dwellings lost|estimated losses|stock losses)\b", re.I),
    ),
    (
        "remainder",
        re.compile(
            r"^(?:remainder|other (?:commitments|sites|supply)|unidentified|contingency|unallocated)\b"
            r"|\ballowance\b",
            re.I,
        ),
    ),
)
_MAYBE_ALLOWANCE = re.compile(
    r"windf|laps|non|disc|slipp|small|minor|site|demol|loss|lost|remain|other|uniden|conting|unall|allow|<"
    r"|dwellings lost|estimated loss|stock loss",
    re.I,
)
_SURE_ALLOWANCE = re.compile(r"windfall|\blaps\w*|\ballowance\b|^demolition", re.I)
_STARTS = {
    *(
        "win",
        "lap",
        "non",
        "dis",
        "sli",
        "sma",
        "min",
        "sit",
        "dem",
        "dwe",
        "est",
        "sto",
        "los",
        "rem",
        "oth",
    ),
    *("uni", "con", "una", "all", "les", "ded", "app", "tak", "red"),
}
_TAKEN_OFF = re.compile(
    r"^(?:(?:less|minus|deduct(?:ion)?s?(?: for)?|apply|reduction for|take off)\W+)?"
    r"(?:\d+(?:\.\d+)?\s*%\s*)?(?:for |of )?",
    re.I,
)
_OF_ALLOWANCES = {
    *("small", "smaller", "minor", "site", "sites", "dwelling", "discount", "discounts", "discounted", "non"),
    *("implementation", "nonimplementation", "demolition", "demolitions", "loss", "losses", "lost"),
    *("estimated", "assumed", "stock", "remainder", "other", "commitments", "unidentified", "contingency"),
    *("unallocated", "slippage", "fewer", "than", "large", "larger", "major", "permission", "permissions"),
    *("planning", "permitted", "applied", "not", "without", "started", "unimplemented", "under"),
    *("construction", "extant", "windfalls", "conversions", "existing", "outstanding", "up", "each"),
    *("allocations", "allocated", "committed", "reduction", "factor", "deduction", "be", "rest", "sources"),
}


def is_total(text: str) -> bool:
    """Whether a text begins or ends as that of a total does; a site's name may."""
    return bool(_TOTAL.match(text) or _TOTAL_END.search(text)) or is_plain_total(text)


def is_plain_total(text: str) -> bool:
    """Whether a text says total and nothing else."""
    return bool(_PLAIN_TOTAL.fullmatch(text))


def names_summary(text: str) -> bool:
    """Whether a text has a word of requirements, targets or running sums; a site's name may."""
    return bool(_SUMMARY.search(text))


def is_summary_phrase(text: str, fewest: int = 1) -> bool:
    """Whether a text has only words of requirements and running sums, at least `fewest` of them."""
    words = _words(text)
    return len(words) >= fewest and bool(_TELLING & set(words)) and set(words) <= _TELLING | _BESIDE


def allowance_named(text: str) -> str:
    """The reference of the allowance a text has a word of, empty where it has none."""
    found = {kind: match.start() for kind, pattern in _ALLOWANCES if (match := pattern.search(text))}
    first = min(found, key=found.__getitem__, default="")
    if first in ("windfall", "small_sites"):
        return first  # `small sites, less 10 % for lapses` are small sites
    return next(iter(found), "")


def allowance_of(text: str) -> str:
    """The reference under which a row without a site of its own is kept, empty where the text names a
    site.
    """
    text = text.strip()
    if text[:3].lower() not in _STARTS and text[:1] != "<" and "%" not in text[:6]:
        return ""
    text = _TAKEN_OFF.sub("", text)
    if not _MAYBE_ALLOWANCE.match(text):
        return ""
    found = allowance_named(text)
    pattern = dict(_ALLOWANCES).get(found)
    if pattern is None or not pattern.match(text.strip()):
        return ""
    return found if is_whole_allowance(text) or _SURE_ALLOWANCE.search(text) else ""


def is_whole_allowance(text: str) -> bool:
    """Whether a text has the words of allowances and nothing else."""
    return set(_words(text)) <= _OF_ALLOWANCES | _BESIDE | {"lapse", "lapses", "lapsed", "allowance"}


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.lower().replace("p.a", "pa").replace("'", ""))
