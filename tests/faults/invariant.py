"""What must hold after any fault and its recovery: the same objects in bronze and the same rows in silver and gold as without faults."""

from tests.faults.world import GOLD

CHAINS = {
    "tmdb_movies": ("silver/tmdb_movies", "gold/genre_popularity"),
    "movielens_ratings": ("silver/movielens_ratings",),
    "imdb_metadata": ("silver/imdb_metadata",),
}


def same_bronze(world, truth, *tables):
    found = world.bronze()
    assert found == {key: value for key, value in truth.bronze.items() if key.startswith(tuple(f"{table}/" for table in tables))}


def same_tables(world, truth, *tables):
    """Rows of tables and their quarantines, and rows in = rows good + rows quarantined."""
    for table in tables:
        assert world.rows(table) == truth.tables[table], table
        if table not in GOLD:
            assert world.quarantine(table) == truth.tables[f"{table} quarantine"], table
            world.balanced(table)


def same_lakehouse(world, truth, *bronze):
    """Make what follows from these bronze tables, and compare all of it. The archives' two tables make one gold table."""
    assert world.dead == []
    same_bronze(world, truth, *bronze)
    tables = [table for name in bronze for table in CHAINS[name]]
    if {"movielens_ratings", "imdb_metadata"} <= {*bronze}:
        tables.append("gold/popular_people_by_decade")
    world.make(*tables)
    same_tables(world, truth, *tables)
