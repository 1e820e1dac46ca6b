from glue_scripts.silver import quarantine


def test_own_quarantines_lie_beside_the_tables(lake):
    assert quarantine.beside("s3://silver/tmdb_movies") == "s3://silver/_quarantine/tmdb_movies"


def test_tables_without_quarantine_contribute_nothing(lake):
    assert lake.run("silver/quarantine")["checks"]["rows"] == 0
