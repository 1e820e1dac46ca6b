"""One Altair chart for each question of the report. Colours and text follow the page's light or dark theme, which the page sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import altair as alt

Records = list[dict[str, Any]]
BAR_HEIGHT = 26  # pixels a row, which a finger can hit
LABEL_PIXELS = 40
EDGE_PIXELS = 12  # so that no point is cut off by the edge
AREAS = [30, 450]  # square pixels of the smallest and the largest point: a single movie can be seen


def _data(records: Records) -> alt.InlineData:
    import altair as alt

    return alt.InlineData(values=records)


def _bars(records: Records, value: str, title: str, label: str, tooltip: list[str]) -> alt.Chart:
    import altair as alt

    base = alt.Chart(_data(records)).encode(
        y=alt.Y(f"{label}:N", sort=None, title=None),
        x=alt.X(f"{value}:Q", title=title, axis=alt.Axis(tickCount=5, labelOverlap=True)),
        tooltip=tooltip,
    )
    chart: alt.Chart = base.mark_bar(cornerRadiusEnd=3).properties(width="container", height=alt.Step(BAR_HEIGHT))
    return chart


def _year(field: str, title: str) -> alt.X:
    """Years as they are: no thousands' comma, no years that the data has not."""
    import altair as alt

    scale = alt.Scale(zero=False, nice=False, padding=EDGE_PIXELS)
    return alt.X(f"{field}:Q", title=title, scale=scale, axis=alt.Axis(format="d", tickCount=5, labelOverlap=True))


def _size(field: str, title: str) -> alt.Size:
    import altair as alt

    return alt.Size(f"{field}:Q", title=title, scale=alt.Scale(range=AREAS), legend=alt.Legend(orient="bottom", tickCount=3, columns=3))


def best_rated(records: Records) -> alt.LayerChart | alt.FacetChart:
    import altair as alt

    chart = _bars(records, "weighted_rating", "", "title", ["title:N", "weighted_rating:Q", "ratings:Q"])
    # the best differ by tenths of a star, which bars from zero would hide; points need no zero
    scale, ticks = alt.Scale(zero=False, padding=LABEL_PIXELS), alt.Axis(tickCount=5, labelOverlap=True)
    chart = chart.encode(x=alt.X("weighted_rating:Q", title="Weighted stars", scale=scale, axis=ticks))
    counts = chart.mark_text(align="left", dx=11, fontSize=12).encode(text="ratings:Q")
    both: alt.LayerChart | alt.FacetChart = alt.layer(chart.mark_circle(size=150, opacity=1), counts)
    return both


def most_popular(records: Records) -> alt.Chart:
    return _bars(records, "popularity", "Popularity", "title", ["title:N", "popularity:Q"])


def genres(records: Records) -> alt.Chart:
    import altair as alt

    chosen = alt.selection_point(fields=["genre"], bind="legend")
    chart: alt.Chart = (
        alt.Chart(_data(records))
        .mark_line(strokeWidth=2)
        .encode(
            x=_year("release_year", "Year of release"),
            y=alt.Y("movies:Q", title="Movies"),
            color=alt.Color("genre:N", title=None, legend=alt.Legend(orient="bottom", columns=2)),
            opacity=alt.condition(chosen, alt.value(1), alt.value(0.12)),
            tooltip=["genre:N", "release_year:Q", "movies:Q"],
        )
        .add_params(chosen)
        .properties(width="container", height=280)
    )
    return chart


def over_time(records: Records) -> alt.LayerChart | alt.FacetChart:
    import altair as alt

    line = (
        alt.Chart(_data(records))
        .mark_line(strokeWidth=2)
        .encode(
            x=_year("rating_year", "Year of rating"),
            y=alt.Y("average_rating:Q", title="Average, stars", scale=alt.Scale(zero=False)),
            tooltip=["rating_year:Q", "average_rating:Q", "ratings:Q"],
        )
    )
    points = line.mark_circle(opacity=1).encode(size=_size("ratings", "Ratings"))
    both: alt.LayerChart | alt.FacetChart = alt.layer(line, points).properties(width="container", height=240)
    return both


def people(records: Records) -> alt.Chart:
    import altair as alt

    shown = [{**record, "who": f"{record['decade']}s {record['name']}"} for record in records]
    chart = _bars(shown, "ratings", "Ratings", "who", ["name:N", "decade:Q", "role:N", "movies:Q", "ratings:Q"])
    legend = alt.Legend(orient="bottom", columns=2)
    coloured: alt.Chart = chart.encode(color=alt.Color("role:N", title=None, legend=legend))
    return coloured


def tags(records: Records) -> alt.Chart:
    import altair as alt

    chart: alt.Chart = (
        alt.Chart(_data(records))
        .mark_rect()
        .encode(
            x=alt.X("decade:O", title="Decade of release", axis=alt.Axis(labelAngle=0, labelOverlap=True)),
            y=alt.Y("tag:N", title=None),
            color=alt.Color("average_rating:Q", title="Stars", scale=alt.Scale(scheme="viridis"), legend=alt.Legend(orient="bottom")),
            tooltip=["tag:N", "decade:O", "average_rating:Q", "movies:Q"],
        )
        .properties(width="container", height=alt.Step(20))
    )
    return chart


def agreement(records: Records) -> alt.Chart:
    import altair as alt

    chart: alt.Chart = (
        alt.Chart(_data(records))
        .mark_circle(opacity=0.85)
        .encode(
            x=alt.X("tmdb_vote:Q", title="TMDB's vote, 0 to 10", scale=alt.Scale(zero=False, padding=EDGE_PIXELS)),
            y=alt.Y("average_rating:Q", title="MovieLens' average, stars", scale=alt.Scale(zero=False, padding=EDGE_PIXELS)),
            size=_size("movies", "Movies"),
            tooltip=["tmdb_vote:Q", "average_rating:Q", "movies:Q"],
        )
        .properties(width="container", height=260)
    )
    return chart
