"""The diagram of the whole platform: five lanes, the last box of each leads to the next lane, Dagster drives them all."""

from __future__ import annotations

from itertools import pairwise

from docs.generate import svg
from docs.generate.flows import SOURCE_NAMES
from docs.generate.layout import Node
from ggvd_dagster import spec

LEFT, TOP, LANE, GAP, WIDTH = 196.0, 22.0, 92.0, 40.0, 178.0
COLUMNS = 4
Cell = tuple[Node, int, int]  # a box, its lane and its column


def draw(platform: spec.Platform) -> str:
    """The SVG text of the architecture."""
    cells = _cells(platform)
    lanes = ("0 source", "1 bronze", "2 silver", "3 gold", "4 query")
    width = LEFT + 86 + COLUMNS * (WIDTH + GAP)
    height = 2 * TOP + len(lanes) * LANE
    parts = [_lane(name, i, width) for i, name in enumerate(lanes)]
    places = {node.name: _place(lane, column) for node, lane, column in cells}
    parts += [_arrow(places[start], places[end]) for start, end in _edges(platform)]
    parts.append(_below(places["athena"], places["report"]))
    parts += [_call(places[name]) for name in ("start", "silver jobs", "gold jobs", "report")]
    parts += [svg.box(node, *places[node.name], WIDTH, 48) for node, _, _ in cells]
    parts.append(svg.box(Node("dagster", "Dagster", "dagster", "assets, checks, years"), 18, TOP + LANE + 12, 148, 4 * LANE - 24))
    told = (
        "Dagster starts the extraction, runs the Glue jobs and asks Athena for the report. "
        "Data goes from the sources over functions and queues to "
        "the bronze bucket, over Glue jobs to the silver and gold buckets, and over the Glue catalog to Athena."
    )
    return svg.document(f"Architecture of {platform.project}", told, width, height, parts)


def _cells(platform: spec.Platform) -> list[Cell]:
    count = {layer: len(platform.layer(layer)) for layer in spec.LAYERS}
    queues, extracting = len(platform.queues), [name for name, function in platform.functions.items() if function.queue]
    glue = f"Glue {platform.glue.version}, PySpark"
    sources = [(Node(name, SOURCE_NAMES.get(name, name), "source", "HTTP"), 0, column) for column, name in enumerate(platform.sources)]
    databases = " · ".join(name.removeprefix("uffic_").removesuffix("_db") for name in platform.databases.values())
    return [
        *sources,
        (Node("start", "start-extraction", "function", "Lambda"), 1, 0),
        (Node("queues", f"{queues} queues", "queue", "SQS, with dead letters"), 1, 1),
        (Node("extract", f"{len(extracting)} extract functions", "function", "Lambda"), 1, 2),
        (Node("bronze", "bronze bucket", "bronze", f"{count['bronze']} tables, gzip NDJSON"), 1, 3),
        (Node("silver jobs", f"{count['silver']} jobs", "job", glue), 2, 2),
        (Node("silver", "silver bucket", "silver", f"{count['silver']} tables, Delta"), 2, 3),
        (Node("gold jobs", f"{count['gold']} jobs", "job", glue), 3, 2),
        (Node("gold", "gold bucket", "gold", f"{count['gold']} tables, Delta"), 3, 3),
        (Node("catalog", "Glue catalog", "query", f"crawled: {databases}"), 4, 3),
        (Node("athena", "Athena", "query", platform.workgroup.name), 4, 2),
        (Node("ask", "ggvd query", "query", "SQL, named questions"), 4, 1),
        (Node("report", "report", "query", "one HTML page"), 4, 0),
    ]


def _edges(platform: spec.Platform) -> list[tuple[str, str]]:
    chain = ["start", "queues", "extract", "bronze", "silver jobs", "silver", "gold jobs", "gold", "catalog", "athena", "ask"]
    return [*((name, "extract") for name in platform.sources), *pairwise(chain)]


def _place(lane: int, column: int) -> tuple[float, float]:
    return LEFT + 86 + column * (WIDTH + GAP), TOP + lane * LANE + (LANE - 48) / 2


def _lane(name: str, index: int, width: float) -> str:
    y = TOP + index * LANE
    band = f'<rect class="lane" x="{LEFT - 12}" y="{y + 5:.1f}" width="{width - LEFT - 6:.1f}" height="{LANE - 10}" rx="8"/>'
    return f'{band}<text class="head" x="{LEFT}" y="{y + LANE / 2 + 4:.1f}">{name.upper()}</text>'


def _arrow(start: tuple[float, float], end: tuple[float, float]) -> str:
    (x1, y1), (x2, y2) = start, end
    if y1 == y2:
        points = [(x1 + WIDTH, y1 + 24), (x2, y2 + 24)] if x2 > x1 else [(x1, y1 + 24), (x2 + WIDTH, y2 + 24)]
        return svg.edge(points)
    (x1, y1), (x2, y2) = (x1 + WIDTH / 2, y1 + 48), (x2 + WIDTH / 2, y2)
    half = (y1 + y2) / 2
    return f'<path class="edge" d="M{x1:.1f} {y1:.1f}C{x1:.1f} {half:.1f} {x2:.1f} {half:.1f} {x2:.1f} {y2:.1f}" marker-end="url(#tip)"/>'


def _call(end: tuple[float, float]) -> str:
    return svg.edge([(166, end[1] + 40), (end[0], end[1] + 40)], "edge calls")


def _below(start: tuple[float, float], end: tuple[float, float]) -> str:
    (x1, x2), y = (start[0] + WIDTH / 2, end[0] + WIDTH / 2), start[1] + 48
    return f'<path class="edge" d="M{x1:.1f} {y:.1f}C{x1:.1f} {y + 28:.1f} {x2:.1f} {y + 28:.1f} {x2:.1f} {y:.1f}" marker-end="url(#tip)"/>'
