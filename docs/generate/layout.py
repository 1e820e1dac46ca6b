"""Places a small directed graph in columns from left to right, with few crossings; knows nothing of drawing.

The method is Sugiyama's: columns by longest path, invisible waypoints where an edge passes a column, and an order inside each column by
the mean place of the neighbours (K. Sugiyama, S. Tagawa, M. Toda, 1981, doi:10.1109/TSMC.1981.4308636).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

COLUMN_GAP, ROW_GAP, WAYPOINT_HEIGHT, MARGIN, HEADING = 64.0, 18.0, 10.0, 28.0, 46.0
SWEEPS = 12


@dataclass(frozen=True)
class Node:
    """A box: `kind` chooses its colour, `detail` is its second line, `column` overrides the longest path."""

    name: str
    label: str
    kind: str
    detail: str = ""
    column: int | None = None

    @property
    def width(self) -> float:
        """Pixels that the longer line needs: the font is 13 px, its detail 11 px."""
        return max(8.1 * len(self.label), 6.6 * len(self.detail)) + 28

    @property
    def height(self) -> float:
        return 48.0 if self.detail else 34.0


@dataclass(frozen=True)
class Graph:
    """`headings` stand over the columns; `edges` are pairs of names."""

    title: str
    description: str
    headings: tuple[str, ...]
    nodes: tuple[Node, ...]
    edges: tuple[tuple[str, str], ...]


@dataclass
class Placed:
    """Boxes as (x, y, width, height) and edges as the points that they pass; `width` and `height` are the picture's."""

    boxes: dict[str, tuple[float, float, float, float]] = field(default_factory=dict)
    lines: list[tuple[str, str, list[tuple[float, float]]]] = field(default_factory=list)
    heads: list[tuple[float, str]] = field(default_factory=list)
    width: float = 0
    height: float = 0


def place(graph: Graph) -> Placed:
    """Place every box and edge of the graph. Raises ValueError when an edge does not lead to a later column."""
    columns = _columns(graph)
    layers: list[list[str]] = [[node.name for node in graph.nodes if columns[node.name] == c] for c in range(max(columns.values()) + 1)]
    paths = [_path(edge, columns, layers) for edge in graph.edges]
    _order(layers, [pair for path in paths for pair in pairwise(path)])
    return _coordinates(graph, layers, paths)


def _columns(graph: Graph) -> dict[str, int]:
    fixed = {node.name: node.column for node in graph.nodes}
    columns = {name: column or 0 for name, column in fixed.items()}
    for _ in graph.nodes:
        for start, end in graph.edges:
            if fixed[end] is None:
                columns[end] = max(columns[end], columns[start] + 1)
    wrong = [edge for edge in graph.edges if columns[edge[0]] >= columns[edge[1]]]
    if wrong:
        raise ValueError(f"edges that do not lead to a later column: {wrong}")
    return columns


def _path(edge: tuple[str, str], columns: Mapping[str, int], layers: list[list[str]]) -> list[str]:
    start, end = edge
    path = [start]
    for column in range(columns[start] + 1, columns[end]):
        waypoint = f"{start}>{end}>{column}"
        layers[column].append(waypoint)
        path.append(waypoint)
    return [*path, end]


def _order(layers: list[list[str]], pairs: Iterable[tuple[str, str]]) -> None:
    before: dict[str, list[str]] = {}
    after: dict[str, list[str]] = {}
    for start, end in pairs:
        before.setdefault(end, []).append(start)
        after.setdefault(start, []).append(end)
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        steps = list(pairwise(layers if forward else layers[::-1]))
        for fixed, moving in steps:
            rank = {name: (i + 0.5) / len(fixed) for i, name in enumerate(fixed)}
            neighbours = before if forward else after
            own = {name: (i + 0.5) / len(moving) for i, name in enumerate(moving)}
            moving.sort(key=lambda name: _mean([rank[n] for n in neighbours.get(name, ()) if n in rank], own[name]))


def _mean(places: list[float], otherwise: float) -> float:
    return sum(places) / len(places) if places else otherwise


def _coordinates(graph: Graph, layers: list[list[str]], paths: list[list[str]]) -> Placed:
    nodes = {node.name: node for node in graph.nodes}
    heights = [sum(nodes[n].height if n in nodes else WAYPOINT_HEIGHT for n in layer) + ROW_GAP * (len(layer) - 1) for layer in layers]
    placed, x = Placed(height=max(heights) + HEADING + 2 * MARGIN), MARGIN
    ends: dict[str, tuple[tuple[float, float], tuple[float, float]]] = {}
    for layer, height, heading in zip(layers, heights, graph.headings, strict=True):
        width = max([nodes[n].width for n in layer if n in nodes] + [9.0 * len(heading)])
        y = HEADING + MARGIN + (max(heights) - height) / 2
        placed.heads.append((x, heading))
        for name in layer:
            tall = nodes[name].height if name in nodes else WAYPOINT_HEIGHT
            ends[name] = ((x, y + tall / 2), (x + width, y + tall / 2))
            if name in nodes:
                placed.boxes[name] = (x, y, width, tall)
            y += tall + ROW_GAP
        x += width + COLUMN_GAP
    placed.width = x - COLUMN_GAP + MARGIN
    for path in paths:
        points = [ends[path[0]][1], *(point for waypoint in path[1:-1] for point in ends[waypoint]), ends[path[-1]][0]]
        placed.lines.append((path[0], path[-1], points))
    return placed
