"""Column lineage both ways, on the terminal and as JSON; unknown names are said with those near to them."""

import json

import pytest

from ggvd_dagster import cli, questions, spec
from ggvd_dagster.errors import GgvdError
from ggvd_dagster.lineage import contract, graph, shown

TABLES = spec.load().tables


def run(capsys, *arguments):
    cli.main(["lineage", *arguments])
    return capsys.readouterr().out


def names(node):
    return {node.name} | {name for below in node.leads_to for name in names(below)}


def test_every_table_of_the_spec_has_a_contract_with_its_key_and_partition():
    assert list(contract.load()) == list(TABLES)
    for table in TABLES.values():
        wanted = {*table.key, *table.required, *table.foreign_keys, *([table.partitions] if table.partitions and table.inputs else [])}
        assert wanted <= set(contract.load()[table.name].columns)


def test_every_column_is_made_of_columns_that_are_there():
    for name, entry in contract.load().items():
        for source in {*entry.rows, *(s for column in entry.columns.values() for s in column.sources)}:
            table, column = contract.split(source)
            assert column in contract.load()[table].columns, f"{name} is made of {source}"


@pytest.mark.parametrize("table", [t for t in TABLES.values() if t.layer != "bronze"], ids=lambda t: t.name)
def test_values_come_from_the_inputs_only(table):
    """What is in quarantine was in no silver table: it comes from bronze."""
    inputs = {i for name in table.inputs for i in TABLES[name].inputs} if table.name == "silver/quarantine" else set(table.inputs)
    sources = {source for column in contract.load()[table.name].columns.values() for source in column.sources}
    assert {contract.split(source)[0] for source in sources} <= inputs


def test_a_column_is_followed_to_the_fields_of_the_sources():
    tree = graph.upstream("gold/best_rated_movies.weighted_rating")
    assert names(tree) == {
        "gold/best_rated_movies.weighted_rating",
        "silver/movielens_ratings.item_id",
        "silver/movielens_ratings.rating",
        "bronze/movielens_ratings.item_id",
        "bronze/movielens_ratings.rating",
    }
    (field,) = tree.leads_to[1].leads_to
    assert field.note == "rating of tag_genome, raw/ratings.json"


def test_what_a_dropped_field_breaks():
    found = graph.reached(graph.downstream("bronze/tmdb_movies.popularity"))
    gold = {"movies.popularity", "most_popular_movies.rank", "most_popular_movies.popularity", "genre_popularity.popularity"}
    kept = {"quarantine_id", "reason", "record", "copies"}
    assert found["column"] == {"silver/tmdb_movies.popularity", *(f"gold/{c}" for c in gold), *(f"silver/quarantine.{c}" for c in kept)}
    assert found["rows"] == {"silver/tmdb_movies", "silver/quarantine", "gold/most_popular_movies"}
    assert found["question"] == {"queries/most_popular_movies"}


def test_every_question_reads_columns_that_are_there():
    assert list(contract.questions()) == questions.all_names()
    for name, read in contract.questions().items():
        assert read, name
        assert all(column in contract.load()[table].columns for table, column in map(contract.split, read))


def test_both_ways_are_one_graph():
    for name, entry in contract.load().items():
        for column, facts in entry.columns.items():
            assert all(f"{name}.{column}" in names(graph.downstream(source)) for source in facts.sources)


@pytest.mark.parametrize("spelled", ["gold.movies.title", "gold/movies.title", " gold/movies/title"])
def test_spellings_of_a_column(spelled):
    assert graph.find(spelled) == ["gold/movies.title"]


def test_terminal_shows_a_tree_and_a_whole_table(capsys):
    shown_tree = run(capsys, "gold.movies.imdb_id").splitlines()
    assert shown_tree[0] == "gold/movies.imdb_id"
    assert any("bronze/movielens_links.imdbId  imdbId of movielens" in line for line in shown_tree)
    table = run(capsys, "gold/movies").splitlines()
    assert [line for line in table if line.startswith("gold/")] == [f"gold/movies.{c}" for c in contract.load()["gold/movies"].columns]


def test_terminal_says_what_breaks(capsys):
    said = " ".join(run(capsys, "--downstream", "bronze.tmdb_movies.popularity").split())
    assert "9 columns of 5 tables are made of it." in said
    assert "gold/most_popular_movies which rows it has" in said
    assert said.endswith("Questions read it: most_popular_movies.")
    assert "Nothing is made of gold/movies.genres." in run(capsys, "--downstream", "gold.movies.genres")


def test_json_is_the_same_tree(capsys):
    (tree,) = json.loads(run(capsys, "gold.movies.tmdb_id", "--format", "json"))
    assert tree == {
        "name": "gold/movies.tmdb_id",
        "kind": "column",
        "leads_to": [
            {
                "name": "silver/tmdb_movies.tmdb_id",
                "kind": "column",
                "leads_to": [{"name": "bronze/tmdb_movies.id", "kind": "column", "note": "id of tmdb", "leads_to": []}],
            }
        ],
    }


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("gold.best_rated_movies.rating", "gold/best_rated_movies has no column rating; did you mean ratings,"),
        ("gold.movie", "there is no table gold/movie; did you mean gold/movies,"),
        ("popularity", "there is no table popularity; "),
        ("gold.movies.x", "gold/movies has no column x; there are movie_key, title,"),
        ("", "there is no table ; "),
    ],
)
def test_unknown_names_get_one_line_with_near_ones_and_exit_code_2(capsys, asked, said):
    with pytest.raises(SystemExit) as end:
        cli.main(["lineage", asked])
    (line,) = capsys.readouterr().err.splitlines()
    assert end.value.code == 2
    assert said in line


def test_dagit_gets_columns_and_lineage_of_every_table():
    lineage = shown.column_lineage("gold/movies").deps_by_column["movie_key"]
    assert [(dep.asset_key.to_user_string(), dep.column_name) for dep in lineage] == [
        ("silver/imdb_metadata", "item_id"),
        ("silver/tmdb_movies", "tmdb_id"),
    ]
    for name, entry in contract.load().items():
        assert [(c.name, c.type) for c in shown.column_schema(name).columns] == [(n, c.type) for n, c in entry.columns.items()]
        assert list(shown.column_lineage(name).deps_by_column) == list(entry.columns)


def test_a_table_that_the_spec_has_newly_is_said_with_what_to_do(monkeypatch):
    """Not a KeyError while Dagster loads, nor "there is no table"."""
    known = contract.load()
    monkeypatch.setattr(contract, "load", lambda: {name: entry for name, entry in known.items() if name != "gold/movies"})
    for asked in (shown.column_schema, shown.column_lineage, graph.find):
        with pytest.raises(GgvdError, match=r"columns of gold/movies are not in columns\.json yet: run `make docs`"):
            asked("gold/movies")
