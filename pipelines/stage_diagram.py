"""`python -m pipelines.stage_diagram`: writes the picture of the stages into docs/architecture.md."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import dagster as dg

PAGE = Path(__file__).resolve().parents[1] / "docs" / "architecture.md"
_BLOCK = re.compile(r"```mermaid\n.*?```", re.DOTALL)


def diagram(graph: dg.AssetGraph) -> str:
    """Stages with their number of assets, and an arrow for each stage that another takes values from."""
    sizes: Counter[str] = Counter()
    arrows: Counter[tuple[str, str]] = Counter()
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        stage = node.group_name
        sizes[stage] += 1
        for parent in node.parent_keys:
            if graph.get(parent).group_name != stage:
                arrows[graph.get(parent).group_name, stage] += 1
    lines = [
        f'    {stage}["{stage}<br/>{size} asset{"s" * (size > 1)}"]' for stage, size in sorted(sizes.items())
    ]
    # Every stage reads inputs and everything is published: arrows of these would hide the others.
    lines += [
        f"    {one} --> {other}"
        for one, other in sorted(arrows)
        if one != "inputs" and other not in ("publication", "history")
    ]
    return "\n".join(["```mermaid", "flowchart LR", *lines, "```"])


def with_diagram(page: str, graph: dg.AssetGraph) -> str:
    """The page with its picture drawn anew."""
    return _BLOCK.sub(lambda _: diagram(graph), page, count=1)


if __name__ == "__main__":
    from pipelines.definitions import build_definitions

    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(with_diagram(text, build_definitions().resolve_asset_graph()), encoding="utf-8")
