"""The report's sections in their order: a question, what a reader should know, and the chart of its answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ggvd_dagster.report import charts

if TYPE_CHECKING:
    import altair as alt


@dataclass(frozen=True)
class Section:
    """A question (its name in queries/), what a reader should know about its answer, and its chart."""

    question: str
    note: str
    chart: Callable[[charts.Records], alt.Chart | alt.LayerChart | alt.FacetChart]


SECTIONS = (
    Section(
        "best_rated_movies",
        "The average is drawn towards that of all movies when few people rated. Beside each point: how many did.",
        charts.best_rated,
    ),
    Section("most_popular_movies", "TMDB's own measure, which changes daily.", charts.most_popular),
    Section("genres_by_year", "Tap a genre in the legend to follow it alone. A movie counts in each of its genres.", charts.genres),
    Section(
        "ratings_over_time",
        "Stars that MovieLens users gave, by the year in which they gave them; the larger the point, the more ratings.",
        charts.over_time,
    ),
    Section("popular_people", "The director and the actor whose movies of the decade have most ratings.", charts.people),
    Section("tags_over_years", "Average stars of the movies with a tag, for decades with at least 100 ratings.", charts.tags),
    Section("sources_agree", "Movies that both have, with at least 5 ratings, by half points of TMDB's vote.", charts.agreement),
)
