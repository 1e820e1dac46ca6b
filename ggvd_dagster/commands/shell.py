"""`ggvd shell`: a Python prompt with a Spark session in which every table is a view."""

from __future__ import annotations

import code

from ggvd_dagster import names
from ggvd_dagster.commands.terminal import console


def run() -> None:
    from ggvd_dagster.resources.spark import open_session

    with console.status("Starting Spark ..."):
        spark, views = open_session(names.from_environment())
    banner = "\n".join(
        ["`spark` is a session; these tables are views in it:", *(f"  {view}" for view in views), 'Try: spark.table("gold_movies").show()']
    )
    try:
        code.interact(banner=banner, local={"spark": spark}, exitmsg="")
    finally:
        spark.stop()
