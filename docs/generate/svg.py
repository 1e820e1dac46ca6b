"""Draws boxes and arrows as one SVG file that follows the reader's light or dark setting and can be read aloud."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from docs.generate.layout import Graph, Node, place

Point = tuple[float, float]
# kind: colour on light, colour on dark; each has a contrast of 3:1 or more to its panel, and the text never depends on it
COLOURS = {
    "source": ("#5b5f97", "#a9adf0"),
    "function": ("#c2571a", "#f59a5c"),
    "queue": ("#b83280", "#f08cc4"),
    "bronze": ("#95592a", "#d69a68"),
    "silver": ("#5f6f80", "#b4c2d0"),
    "gold": ("#8d6a00", "#e6c04a"),
    "job": ("#0f766e", "#4fd1c5"),
    "query": ("#1d5fc4", "#82b4ff"),
    "dagster": ("#4f43dd", "#a7a0ff"),
}
STYLE = """
text{font:13px ui-sans-serif,system-ui,"Segoe UI",Helvetica,Arial,"Liberation Sans",sans-serif;fill:#1c2430}
.panel{fill:#fff;stroke:#d5dae1}.box{fill:#f6f8fa;stroke:#c3cad3}.lane{fill:#f6f8fa}
.head{font-weight:600;font-size:12px;letter-spacing:.04em;fill:#55606e}.detail{font-size:11px;fill:#55606e}.name{font-weight:600}
.edge{fill:none;stroke:#8a95a3;stroke-width:1.4}.calls{stroke-dasharray:2 4;stroke-linecap:round}.tip{fill:#8a95a3}
LIGHT
@media (prefers-color-scheme:dark){
text{fill:#e6edf3}.panel{fill:#12171e;stroke:#323b46}.box{fill:#1b222b;stroke:#3c4652}.lane{fill:#171d25}
.head,.detail{fill:#a3b0be}.edge{stroke:#77828f}.tip{fill:#77828f}
DARK
}"""


def draw(graph: Graph) -> str:
    """The SVG text of a graph in columns."""
    placed = place(graph)
    parts = [edge(points) for _, _, points in placed.lines]
    parts += [f'<text class="head" x="{x:.1f}" y="40">{escape(heading)}</text>' for x, heading in placed.heads]
    parts += [box(node, *placed.boxes[node.name]) for node in graph.nodes]
    return document(graph.title, graph.description, placed.width, placed.height, parts)


def document(title: str, description: str, width: float, height: float, parts: Iterable[str]) -> str:
    """A whole SVG file with a panel behind its parts, so that it reads on any page."""
    light = "".join(f".{kind}{{fill:{colours[0]}}}" for kind, colours in COLOURS.items())
    dark = "".join(f".{kind}{{fill:{colours[1]}}}" for kind, colours in COLOURS.items())
    style = STYLE.replace("LIGHT", light).replace("DARK", dark)
    size = f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title description">',
            f'<title id="title">{escape(title)}</title>',
            f'<desc id="description">{escape(description)}</desc>',
            f"<style>{style}</style>",
            '<defs><marker id="tip" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
            '<path class="tip" d="M0 0.5L8 4L0 7.5z"/></marker></defs>',
            f'<rect class="panel" x="0.5" y="0.5" width="{width - 1:.0f}" height="{height - 1:.0f}" rx="10"/>',
            *parts,
            "</svg>\n",
        ]
    )


def box(node: Node, x: float, y: float, width: float, height: float) -> str:
    """A rounded box with a stripe in its kind's colour, a label and a detail."""
    first = y + (20 if node.detail else height / 2 + 4.5)
    lines = f'<text class="name" x="{x + 16:.1f}" y="{first:.1f}">{escape(node.label)}</text>'
    if node.detail:
        lines += f'<text class="detail" x="{x + 16:.1f}" y="{y + 37:.1f}">{escape(node.detail)}</text>'
    frame = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="6"'
    stripe = f'<rect class="{node.kind}" x="{x:.1f}" y="{y:.1f}" width="5" height="{height:.1f}" rx="2.5"/>'
    return f'<g id={quoteattr(node.name.replace("/", "-"))}><rect class="box" {frame}/>{stripe}{lines}</g>'


def edge(points: Sequence[Point], style: str = "edge") -> str:
    """A smooth line through points from left to right, with a tip at its end."""
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for (x1, y1), (x2, y2) in pairwise(points):
        half = (x2 - x1) / 2
        path += f"L{x2:.1f} {y2:.1f}" if y1 == y2 else f"C{x1 + half:.1f} {y1:.1f} {x2 - half:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
    return f'<path class="{style}" d="{path}" marker-end="url(#tip)"/>'
