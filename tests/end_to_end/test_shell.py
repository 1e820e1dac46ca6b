"""`ggvd shell` right after the lake was made, with nothing else set up."""

import os
import subprocess
import sys

from deltalake import DeltaTable

PROGRAM = "from ggvd_dagster.cli import main; main(['shell'])"
CHOSEN = ("SPARK_REMOTE", "MASTER", "SPARK_HOME")


def test_every_table_is_a_view(lake):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_") and name not in CHOSEN}
    asked = 'print("counted", spark.table("gold_movies").count(), spark.table("silver_quarantine").count())\n'
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, input=asked, capture_output=True, text=True, env=kept | lake.environment, check=True, timeout=120)
    counts = [len(DeltaTable(lake.names.table_uri(name)).to_pyarrow_table()) for name in ("gold/movies", "silver/quarantine")]
    assert f"counted {counts[0]} {counts[1]}" in done.stdout
    assert "INFO" not in done.stderr
