"""The chart form of the report's map: areas by class, borders, names of places, points.

The page makes the rows: features of GeoJSON with their fill, and points with shape, size and fill. Its legend
is text beside the map, so that it can be read aloud and printed.
"""

from __future__ import annotations

from typing import Any

INK, PAPER = "#0b0c0c", "#ffffff"


def map_form() -> Any:
    """Areas from `rows`, lines from `borders`, names from `labels`, marks from `points`; one projection."""
    import altair as alt

    areas = (
        alt.Chart(alt.NamedData(name="rows"))
        .mark_geoshape(stroke=PAPER, strokeWidth=0.7, cursor="pointer")
        .encode(fill=alt.Fill("fill:N", scale=None), tooltip="shown:N")
    )
    borders = (
        alt.Chart(alt.NamedData(name="borders"))
        .mark_geoshape(filled=False, strokeWidth=1.6)
        .encode(stroke=alt.value(INK))
    )
    names = alt.Chart(alt.NamedData(name="labels"))
    at = {"longitude": "longitude:Q", "latitude": "latitude:Q"}
    words: dict[str, Any] = {"fontSize": 14, "fontWeight": "bold"}
    halo = names.mark_text(**words, stroke=PAPER, strokeWidth=4, strokeOpacity=0.85, strokeJoin="round")
    points = (
        alt.Chart(alt.NamedData(name="points"))
        .mark_point(filled=True, strokeWidth=1.3, opacity=1, cursor="pointer")
        .encode(
            **at,
            shape=alt.Shape("shape:N", scale=None),
            size=alt.Size("size:Q", scale=None),
            fill=alt.Fill("fill:N", scale=None),
            stroke=alt.Stroke("stroke:N", scale=None),
            tooltip="shown:N",
        )
    )
    return (
        alt.layer(
            areas,
            borders,
            points,
            halo.encode(**at, text="name:N"),
            names.mark_text(**words, color=INK).encode(**at, text="name:N"),
        )
        .project(type="mercator")
        .properties(height=520)
    )
