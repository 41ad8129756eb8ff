"""Which deliberate faults there are to draw from, and the draw: one fault on each line chosen at random.

cosmic-ray finds and makes the faults. Of its operators those are kept that leave a plausible programme:
plus for minus, not plus for a shift of bits, which every test would see by its crash. Two more are added
for mistakes that joins of tables invite. Left out is what is never a figure: annotations, decorators,
docstrings and messages of errors.
"""

from __future__ import annotations

import ast
import random
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import cosmic_ray.plugins
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.operators.operator import Operator
from cosmic_ray.work_item import MutationSpec, WorkItem
from parso.python.tree import Name, String
from parso.tree import NodeOrLeaf

Span = tuple[tuple[int, int], tuple[int, int]]
"""From a line and column to a line and column."""
JOINS = {"concat", "groupby", "join", "merge", "reindex", "sel", "sum"}
"""A module of `assets` in which a table or an array is put together from others calls one of these."""
STAGES = ("housing", "population", "demand", "workforce", "estates", "contributions", "accuracy")
NOT_SUMS = ("statement", "statement_pdf", "statement_sources", "statement_words")
"""Pages and words of the stages' folders."""
MORE_STAGES = (
    "assets/release_history/retention.py",
    "assets/publication/audit.py",
    "assets/publication/headlines.py",
)
"""Outside the stages' folders, and yet what readers trust rests on their sums."""

KEPT = (
    *("Add_Sub", "Sub_Add", "Mul_Div", "Div_Mul", "FloorDiv_Mul", "Mod_FloorDiv", "Pow_Mul"),
    *("BitOr_BitAnd", "BitAnd_BitOr", "Eq_NotEq", "NotEq_Eq", "Is_IsNot", "IsNot_Is"),
    *("Lt_LtE", "LtE_Lt", "Gt_GtE", "GtE_Gt", "Lt_GtE", "LtE_Gt", "Gt_LtE", "GtE_Lt"),
    *("Delete_USub", "Delete_Invert", "Delete_Not", "AddNot", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue"),
    *("ReplaceAndWithOr", "ReplaceOrWithAnd", "ReplaceBreakWithContinue", "ReplaceContinueWithBreak"),
    *("ExceptionReplacer", "NumberReplacer", "ZeroIterationForLoop"),
)


class Counterpart(Operator):
    """The largest for the smallest, the last for the first, every row for those with a partner."""

    PAIRS = (
        ("min", "max"), ("minimum", "maximum"), ("idxmin", "idxmax"), ("argmin", "argmax"), ("floor", "ceil"),
        ("any", "all"), ("first", "last"), ("head", "tail"), ("ffill", "bfill"), ("sum", "mean"),
        ("left", "inner"), ("zeros", "ones"), ("cumsum", "cumprod"),
    )  # fmt: skip
    OTHER = dict(PAIRS) | {right: left for left, right in PAIRS}

    def _written(self, node: NodeOrLeaf) -> str | None:
        if isinstance(node, Name):
            before = node.get_previous_leaf()
            after = node.get_next_leaf()
            called = after is not None and after.value == "("
            return node.value if called and (before is None or before.value != "def") else None
        if isinstance(node, String) and node.value[0] in "\"'" and node.value[-1] == node.value[0]:
            return node.value[1:-1]
        return None

    def mutation_positions(self, node: NodeOrLeaf) -> Iterator[Span]:
        """Where in a module this fault can be made, node by node."""
        if self._written(node) in self.OTHER:
            yield node.start_pos, node.end_pos

    def mutate(self, node: NodeOrLeaf, index: int) -> NodeOrLeaf:
        """The node with the fault."""
        written = str(self._written(node))
        node.value = node.value.replace(written, self.OTHER[written])
        return node

    @classmethod
    def examples(cls) -> tuple[()]:
        """None: the tests of this module have theirs."""
        return ()


class ArgumentsSwapped(Operator):
    """Two arguments of a call that stand beside each other, each in the other's place."""

    @staticmethod
    def _places(node: NodeOrLeaf) -> list[int]:
        """Where in a list of arguments one that names a value is followed by another that names another."""
        if node.type != "arglist" or node.parent.type == "classdef":
            return []
        plain = [child.type in ("name", "atom_expr") for child in node.children]
        texts = [child.get_code().strip() for child in node.children]
        places = range(0, len(plain) - 2, 2)
        return [at for at in places if plain[at] and plain[at + 2] and texts[at] != texts[at + 2]]

    def mutation_positions(self, node: NodeOrLeaf) -> Iterator[Span]:
        """Where in a module this fault can be made, node by node."""
        for at in self._places(node):
            yield node.children[at].start_pos, node.children[at + 2].end_pos

    def mutate(self, node: NodeOrLeaf, index: int) -> NodeOrLeaf:
        """The node with the fault."""
        at = self._places(node)[index]
        node.children[at], node.children[at + 2] = node.children[at + 2], node.children[at]
        return node

    @classmethod
    def examples(cls) -> tuple[()]:
        """None: the tests of this module have theirs."""
        return ()


cosmic_ray.plugins.OPERATOR_PROVIDERS["joins"] = {
    each.__name__: each for each in (Counterpart, ArgumentsSwapped)
}


def operators() -> list[str]:
    """The names of the kinds of fault that are drawn from."""
    names = cosmic_ray.plugins.operator_names()
    return [name for name in names if name.startswith("joins/") or name.split("/")[1].endswith(KEPT)]


def modules(root: Path) -> list[str]:
    """All of `models`, and the stages of `assets` that put tables together."""
    stages = [
        path
        for stage in STAGES
        for path in (root / "assets" / stage).glob("*.py")
        if path.stem not in NOT_SUMS and _joins(path)
    ]
    found = [*(root / "models").rglob("*.py"), *stages, *(root / name for name in MORE_STAGES)]
    return sorted(path.relative_to(root).as_posix() for path in found if path.exists())


def _joins(path: Path) -> bool:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return any(isinstance(node, ast.Attribute) and node.attr in JOINS for node in ast.walk(tree))


def _no_figure(source: str) -> list[Span]:
    """Spans of a module that are never a figure: declarations, what an error says, `strict` of `zip`."""
    spans: list[ast.expr | ast.stmt | ast.keyword] = []
    heads: list[Span] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            spans += node.decorator_list
            heads.append(((node.lineno, node.col_offset), (node.body[0].lineno, node.body[0].col_offset)))
        if isinstance(node, ast.AnnAssign):
            spans.append(node.annotation)
        if isinstance(node, ast.keyword) and node.arg == "strict":
            spans.append(node)
        if isinstance(node, ast.Raise):
            spans.append(node)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Subscript | ast.BinOp):
            # An alias of a type, such as `Array = NDArray[np.float64]`.
            names = {name.id for name in ast.walk(node.value) if isinstance(name, ast.Name)}
            if names & {"NDArray", "Callable", "Mapping", "Sequence"}:
                spans.append(node)
    return heads + [
        ((at.lineno, at.col_offset), (at.end_lineno or at.lineno, at.end_col_offset or at.col_offset))
        for at in spans
    ]


def faults(root: Path, module: str) -> list[MutationSpec]:
    """Every fault that could be put into a module."""
    source = (root / module).read_text(encoding="utf-8")
    nodes = list(ast_nodes(get_ast(source)))
    apart = _no_figure(source)
    found = []
    for name in operators():
        operator = cosmic_ray.plugins.get_operator(name)()
        positions = [(node, *at) for node in nodes for at in operator.mutation_positions(node)]
        for occurrence, (node, start, end) in enumerate(positions):
            unpacks = node.type == "operator" and node.parent.type == "dictorsetmaker"
            if not unpacks and not any(first <= start < last for first, last in apart):
                found.append(MutationSpec(module, name, occurrence, start, end))
    return found


def sample(root: Path, count: int, seed: int) -> list[WorkItem]:
    """One fault on each of so many lines: every line as likely as any other, then every kind on it."""
    lines: dict[tuple[str, int], list[MutationSpec]] = defaultdict(list)
    for module in modules(root):
        for fault in faults(root, module):
            lines[module, fault.start_pos[0]].append(fault)
    draw = random.Random(seed)  # noqa: S311 - a sample, no secret
    chosen = draw.sample(sorted(lines), min(count, len(lines)))
    drawn = []
    for line in chosen:
        kind = draw.choice(sorted({fault.operator_name for fault in lines[line]}))
        drawn.append(draw.choice([fault for fault in lines[line] if fault.operator_name == kind]))
    return [WorkItem.single(named(fault), fault) for fault in drawn]


def named(fault: MutationSpec) -> str:
    """A fault's name, the same every time."""
    return f"{fault.module_path.as_posix()}:{fault.start_pos[0]}:{fault.operator_name}:{fault.occurrence}"
