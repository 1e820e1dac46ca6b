"""The generated docs are those that the code says now, whole, and drawn so that nothing lies on anything else."""

from itertools import combinations
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest

from docs.generate import architecture, dictionary, examples, files, flows, svg
from docs.generate.layout import Graph, Node, place
from ggvd_dagster import spec

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("path", "text"), list(files.expected()), ids=lambda value: value if value.endswith((".svg", ".md")) and len(value) < 60 else ""
)
def test_file_has_not_drifted(path, text):
    assert (files.ROOT / path).read_text() == text, f"{path} has drifted: run `make docs`"


def test_dictionary_has_every_table_and_every_column():
    page = dictionary.render()
    for table in spec.load().tables.values():
        section = page.split(f"### `{table.name}`\n")[1].split("\n### ")[0]
        assert table.description in section
        assert all(f"| `{column}` |" in section for column in {*table.key, *table.required})


def test_column_without_a_meaning_is_named(monkeypatch):
    from pyspark.sql.types import LongType, StructField, StructType

    monkeypatch.setattr(dictionary, "_schema", lambda name: StructType([StructField("n", LongType())]))
    with pytest.raises(ValueError, match=r"silver/tmdb_movies\.n"):
        dictionary.render()


GRAPHS = dict(flows.pictures(spec.load()))


@pytest.mark.parametrize("graph", GRAPHS.values(), ids=GRAPHS.keys())
def test_boxes_do_not_overlap_and_stay_inside(graph):
    placed = place(graph)
    assert set(placed.boxes) == {node.name for node in graph.nodes}
    for (x, y, width, height), (x2, y2, width2, height2) in combinations(placed.boxes.values(), 2):
        assert x + width <= x2 or x2 + width2 <= x or y + height <= y2 or y2 + height2 <= y
    assert all(x + width <= placed.width and y + height <= placed.height for x, y, width, height in placed.boxes.values())


@pytest.mark.parametrize("graph", GRAPHS.values(), ids=GRAPHS.keys())
def test_a_line_that_passes_a_column_touches_none_of_its_boxes(graph):
    placed = place(graph)
    for start, end, points in placed.lines:
        for px, py in points[1:-1]:
            touched = [name for name, (x, y, w, h) in placed.boxes.items() if x <= px <= x + w and y < py < y + h]
            assert not touched, f"{start} to {end} runs over {touched}"


DRAWN = {**{name: svg.draw(graph) for name, graph in GRAPHS.items()}, "architecture.svg": architecture.draw(spec.load())}


@pytest.mark.parametrize("text", DRAWN.values(), ids=DRAWN.keys())
def test_picture_says_in_words_what_it_shows_and_follows_the_reader_s_colours(text):
    root = ElementTree.fromstring(text)
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text
    assert len(root.find(f"{SVG}desc").text) > 60
    assert "prefers-color-scheme:dark" in text


def test_edge_that_leads_back_is_refused():
    nodes = (Node("a", "a", "silver", column=0), Node("b", "b", "silver", column=0))
    with pytest.raises(ValueError, match="later column"):
        place(Graph("t", "d", ("h",), nodes, (("a", "b"),)))


def test_the_example_of_a_new_table_is_about_the_movie_or_its_first_row(tmp_path):
    import pyarrow as pa
    from deltalake import write_deltalake

    write_deltalake(str(tmp_path / "counts"), pa.table({"n": [3, 2]}))
    write_deltalake(str(tmp_path / "titles"), pa.table({"n": [1, 2, 3], "title": ["Ran", "Inception", None]}))
    names = SimpleNamespace(table_uri=lambda name: str(tmp_path / name.split("/")[1]))
    new = spec.load().table("gold/movies")
    rows = [examples._row(names, new.model_copy(update={"name": f"gold/{name}", "key": ["n"]})) for name in ("counts", "titles")]
    assert rows == [{"n": 2}, {"n": 2, "title": "Inception"}]
