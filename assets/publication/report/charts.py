"""The chart forms of the report, as Vega-Lite made by Altair; the page fills in the rows.

`python -m assets.publication.report.charts` prints what stands in page/charts.json. They are kept as a file
because importing Altair would cost every run a second; a test holds the file to this code.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from assets.publication.report.maps.map_form import map_form

COLOURS = ("#12436D", "#28A197", "#801650", "#F46A25")
"""The government's categorical palette, in its order; a fifth and sixth are greys and violets of it."""

GREY, VIOLET = "#3D3D3D", "#A285D1"
_SERIES = ("s1", "s2", "s3", "s4", "s5")
_LINE = 14
_NUMBER = ",~f"
"""Axes write numbers out: 1,200,000 and 0.5, for readers who do not read 1.2M or 500m."""


def specifications() -> dict[str, dict[str, Any]]:
    """Every chart form by name. Rows come as the named data set `rows`, marked years as `marked`."""
    forms = {
        "fan": _fan(),
        "pyramid": _pyramid(),
        "waterfall": _waterfall(),
        "bars": _bars(),
        "pairs": _pairs(),
        "spans": _spans(),
        "tornado": _tornado(),
        "control": _control(),
        "map": map_form(),
    }
    return {name: _plain(chart) for name, chart in forms.items()}


def _plain(chart: Any) -> dict[str, Any]:
    made = chart.configure_view(stroke=None).configure_axis(
        labelFontSize=13, titleFontSize=13, labelColor="#0b0c0c", titleColor="#0b0c0c", gridColor="#d8d8d8"
    )
    spec = made.properties(width="container", background="#ffffff").to_dict(validate=True)
    spec.pop("datasets", None)
    spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    spec.get("config", {}).pop("view", None)
    spec["config"]["view"] = {"stroke": None}
    spec["config"]["font"] = "Arial, Helvetica, sans-serif"
    return spec


def _rows() -> Any:
    import altair as alt

    return alt.NamedData(name="rows")


def _fan() -> Any:
    """Lines over years, the first with its interval, labels at their ends, and marked years shaded."""
    import altair as alt

    colour = alt.Color(
        "key:N",
        scale=alt.Scale(domain=list(_SERIES), range=[*COLOURS, GREY]),
        legend=None,
    )
    dash = alt.StrokeDash(
        "key:N",
        scale=alt.Scale(domain=list(_SERIES), range=[[1, 0], [8, 4], [3, 3], [10, 3, 2, 3], [1, 0]]),
        legend=None,
    )
    years = alt.Scale(zero=False, nice=False)
    year = alt.X(
        "year:Q", title=None, scale=years, axis=alt.Axis(format="d", grid=False, tickMinStep=1, tickCount=7)
    )
    value = alt.Y(
        "value:Q", title=None, scale=alt.Scale(zero=False), axis=alt.Axis(format=_NUMBER, tickCount=6)
    )
    base = alt.Chart(_rows())
    marked = alt.Chart(alt.NamedData(name="marked"))
    return alt.layer(
        marked.mark_rect(color="#eeefef").encode(x=alt.X("from:Q", scale=years, title=None), x2="to:Q"),
        marked.mark_text(align="left", baseline="top", dx=4, dy=2, fontSize=12, color="#0b0c0c").encode(
            x=alt.X("from:Q", scale=years, title=None), y=alt.value(0), text="words:N"
        ),
        base.transform_filter("isValid(datum.low)")
        .mark_area(opacity=0.22)
        .encode(x=year, y=alt.Y("low:Q", title=None, scale=alt.Scale(zero=False)), y2="high:Q", color=colour),
        base.transform_filter("!datum.point && isValid(datum.value)")
        .mark_line(strokeWidth=2.5, clip=True)
        .encode(x=year, y=value, color=colour, strokeDash=dash, tooltip="shown:N"),
        base.transform_filter("!datum.point && isValid(datum.value)")
        .mark_point(filled=True, size=160, opacity=0)
        .encode(x=year, y=value, tooltip="shown:N"),
        base.transform_filter("datum.point")
        .mark_point(filled=True, size=90, shape="diamond", opacity=1)
        .encode(x=year, y=value, color=colour, tooltip="shown:N"),
        # A label stands right of the plot, led to from the end of its line: black, for its contrast.
        base.transform_filter("!datum.point && isValid(datum.label)")
        .mark_rule(strokeWidth=1.2)
        .encode(x=year, y=value, x2=alt.value(alt.ExprRef("width + 10")), y2="label_at:Q", color=colour),
        base.transform_filter("!datum.point && isValid(datum.label)")
        .mark_point(filled=True, shape="square", size=70, opacity=1)
        .encode(x=alt.value(alt.ExprRef("width + 14")), y="label_at:Q", color=colour),
        base.transform_filter("!datum.point && isValid(datum.label)")
        .mark_text(
            align="left",
            baseline="middle",
            fontSize=13,
            fontWeight="bold",
            dx=8,
            lineHeight=15,
            color="#0b0c0c",
        )
        .encode(x=alt.value(alt.ExprRef("width + 14")), y="label_at:Q", text="label:N"),
        # A published figure is a point and has its label beside it.
        base.transform_filter("datum.point && isValid(datum.label)")
        .mark_text(align="right", baseline="middle", fontSize=13, fontWeight="bold", dx=-10, color="#0b0c0c")
        .encode(x=year, y="value:Q", text="label:N"),
    ).properties(height=340)


def _pyramid() -> Any:
    """Men to the left, women to the right by age band; the base year as an outline."""
    import altair as alt

    age = alt.Y("age:N", sort=alt.EncodingSortField("order", op="min", order="descending"), title=None)
    sex = alt.Color(
        "sex:N", scale=alt.Scale(domain=["male", "female"], range=[COLOURS[0], COLOURS[1]]), legend=None
    )
    base = alt.Chart(_rows())
    across = alt.Axis(labelExpr="format(abs(datum.value), ',')", tickCount=6)
    return alt.layer(
        base.mark_bar(opacity=0.85).encode(
            x=alt.X("signed:Q", title=None, axis=across), y=age, color=sex, tooltip="shown:N"
        ),
        base.mark_tick(color="#0b0c0c", thickness=2).encode(x="signed_now:Q", y=age, tooltip="shown:N"),
        base.transform_filter("isValid(datum.label)")
        .mark_text(fontSize=13, fontWeight="bold", baseline="top", color="#0b0c0c")
        .encode(x="label_at:Q", y=alt.value(0), text="label:N"),
    ).properties(height=430)


def _named() -> Any:
    import altair as alt

    return alt.Y(
        "name:N",
        sort=alt.EncodingSortField("order", op="min"),
        title=None,
        # The page breaks long names into lines, which are centred on the row.
        axis=alt.Axis(
            labelExpr="split(datum.label, '\\n')",
            labelLimit=0,
            labelLineHeight=_LINE,
            labelOffset={
                "condition": [
                    {
                        "test": f"length(split(datum.label, '\\n')) == {lines}",
                        "value": -_LINE * (lines - 1) / 2,
                    }
                    for lines in (2, 3, 4)
                ],
                "value": 0,
            },
        ),
    )


def _waterfall() -> Any:
    """Steps from the base year's amount to the chosen year's, each with what it adds."""
    import altair as alt

    base = alt.Chart(_rows())
    kind = alt.Color(
        "kind:N",
        scale=alt.Scale(domain=["whole", "more", "less"], range=[COLOURS[0], COLOURS[1], COLOURS[2]]),
        legend=None,
    )
    # Room to the right of the longest bar for its label.
    room = alt.Scale(zero=False, nice=False, padding=58)
    across = alt.X("from:Q", title=None, scale=room, axis=alt.Axis(format=_NUMBER, tickCount=4))
    return alt.layer(
        base.mark_bar().encode(x=across, x2="to:Q", y=_named(), color=kind, tooltip="shown:N"),
        base.mark_text(align="left", dx=5, fontSize=13).encode(
            x=alt.X("label_at:Q", scale=room), y=_named(), text="label:N"
        ),
    ).properties(height=330)


def _bars() -> Any:
    """A bar a name with its 80 % interval as a line."""
    import altair as alt

    base = alt.Chart(_rows())
    across = alt.X("value:Q", title=None, axis=alt.Axis(format=_NUMBER, tickCount=5))
    return alt.layer(
        base.mark_bar(color=COLOURS[0]).encode(x=across, y=_named(), tooltip="shown:N"),
        base.mark_rule(strokeWidth=3, color=COLOURS[3]).encode(
            x="low:Q", x2="high:Q", y=_named(), tooltip="shown:N"
        ),
    ).properties(height=alt.Step(30))


def _pairs() -> Any:
    """Planned and expected homes of a site on one line: a hollow square and a filled circle."""
    import altair as alt

    base = alt.Chart(_rows())
    across = alt.X("value:Q", title=None, axis=alt.Axis(format=",d", tickCount=5))
    kind = ["Planned", "Expected"]
    return alt.layer(
        base.mark_line(color="#b1b4b6", strokeWidth=3).encode(x=across, y=_named(), detail="name:N"),
        base.mark_point(size=130, strokeWidth=2.5, opacity=1).encode(
            x=across,
            y=_named(),
            shape=alt.Shape(
                "kind:N",
                scale=alt.Scale(domain=kind, range=["square", "circle"]),
                legend=alt.Legend(orient="top", title=None, labelFontSize=13, symbolSize=130),
            ),
            color=alt.Color("kind:N", scale=alt.Scale(domain=kind, range=[COLOURS[2], COLOURS[0]])),
            fill=alt.Fill("kind:N", scale=alt.Scale(domain=kind, range=["#ffffff", COLOURS[0]])),
            tooltip="shown:N",
        ),
    ).properties(height=alt.Step(28))


def _spans() -> Any:
    """Years from early to late with the central one marked; an open end is an arrow."""
    import altair as alt

    base = alt.Chart(_rows())
    years = alt.Scale(
        zero=False, nice=False, domainMin={"expr": "first_year"}, domainMax={"expr": "last_year"}
    )
    when = alt.X("low:Q", title=None, scale=years, axis=alt.Axis(format="d", tickMinStep=1, tickCount=7))
    return (
        alt.layer(
            base.mark_rule(strokeWidth=6, color="#8fa3b8").encode(
                x=when, x2="high:Q", y=_named(), tooltip="shown:N"
            ),
            base.transform_filter("datum.open")
            .mark_point(shape="triangle-right", size=140, filled=True, color="#8fa3b8", opacity=1)
            .encode(x=alt.X("high:Q", scale=years), y=_named(), tooltip="shown:N"),
            base.transform_filter("isValid(datum.value)")
            .mark_point(size=150, filled=True, color=COLOURS[0], opacity=1)
            .encode(x=alt.X("value:Q", scale=years), y=_named(), tooltip="shown:N"),
        )
        .properties(height=alt.Step(30))
        .add_params(alt.param(name="first_year", value=2024), alt.param(name="last_year", value=2050))
    )


def _tornado() -> Any:
    """What an assumption's low and high end make of a number, either side of its central value."""
    import altair as alt

    base = alt.Chart(_rows())
    kind = alt.Color(
        "kind:N",
        scale=alt.Scale(domain=["at its low", "at its high"], range=[COLOURS[0], COLOURS[3]]),
        legend=alt.Legend(orient="top", title=None, labelFontSize=13),
    )
    # Room either side for what stands at the ends of the bars.
    room = alt.Scale(zero=False, nice=False, padding=58)
    across = alt.X("from:Q", title=None, scale=room, axis=alt.Axis(format=_NUMBER, tickCount=5))
    ends = base.transform_filter("isValid(datum.label)")
    return alt.layer(
        base.mark_bar(height={"band": 0.72}).encode(
            x=across, x2="to:Q", y=_named(), color=kind, tooltip="shown:N"
        ),
        ends.transform_filter("datum.to >= datum.from")
        .mark_text(align="left", dx=4, fontSize=12, color="#0b0c0c")
        .encode(x=alt.X("to:Q", scale=room), y=_named(), text="label:N"),
        ends.transform_filter("datum.to < datum.from")
        .mark_text(align="right", dx=-4, fontSize=12, color="#0b0c0c")
        .encode(x=alt.X("to:Q", scale=room), y=_named(), text="label:N"),
    ).properties(height=alt.Step(34))


def _control() -> Any:
    """A month's actual between its limits; a month that breaks a rule is a filled square."""
    import altair as alt

    base = alt.Chart(_rows())
    when = alt.X("period:O", title=None, axis=alt.Axis(labelAngle=-60, labelOverlap=True))
    value = alt.Y("actual:Q", title=None, scale=alt.Scale(zero=False), axis=alt.Axis(format=_NUMBER))
    return alt.layer(
        base.mark_line(color=GREY, strokeDash=[4, 3]).encode(x=when, y="upper_limit:Q"),
        base.mark_line(color=GREY, strokeDash=[4, 3]).encode(x=when, y="lower_limit:Q"),
        base.mark_line(color=GREY).encode(x=when, y="centre:Q"),
        base.mark_line(color=COLOURS[0]).encode(x=when, y=value),
        base.mark_line(color=COLOURS[3], strokeDash=[8, 4]).encode(x=when, y="principal:Q"),
        base.mark_point(filled=True, size=70, opacity=1).encode(
            x=when,
            y=value,
            shape=alt.Shape(
                "signal:N", scale=alt.Scale(domain=["no", "yes"], range=["circle", "square"]), legend=None
            ),
            color=alt.Color(
                "signal:N",
                scale=alt.Scale(domain=["no", "yes"], range=[COLOURS[0], COLOURS[2]]),
                legend=None,
            ),
            tooltip="shown:N",
        ),
    ).properties(height=260)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(specifications(), indent=1, sort_keys=True) + "\n")
