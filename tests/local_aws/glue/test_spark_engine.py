"""The same job on Spark, as the environment of the local AWS chooses."""

import boto3
import pytest
from deltalake import DeltaTable

from tests.conftest import running_aws
from tests.local_aws.conftest import ROLE, until

SCRIPT = """
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
spark.range(10).write.format("delta").mode("overwrite").save("s3://spark/numbers")
print(spark.version)
"""


@pytest.mark.spark
def test_a_job_writes_delta_to_s3_on_spark(tmp_path):
    with running_aws(tmp_path / "aws", GGVD_ENGINE="spark"):
        s3, glue = boto3.client("s3"), boto3.client("glue")
        s3.create_bucket(Bucket="spark")
        s3.put_object(Bucket="spark", Key="script.py", Body=SCRIPT.encode())
        delta = "spark.sql.extensions=io.delta.sql.DeltaSparkSessionExtension"
        catalog = "spark.sql.catalog.spark_catalog=org.apache.spark.sql.delta.catalog.DeltaCatalog"
        arguments = {"--conf": f"{delta} --conf {catalog}"}
        glue.create_job(
            Name="job", Role=ROLE, Command={"Name": "glueetl", "ScriptLocation": "s3://spark/script.py"}, DefaultArguments=arguments
        )
        run_id = glue.start_job_run(JobName="job")["JobRunId"]
        run = until(
            lambda: (found := glue.get_job_run(JobName="job", RunId=run_id)["JobRun"])["JobRunState"] in ("SUCCEEDED", "FAILED") and found,
            120,
        )
        assert run["JobRunState"] == "SUCCEEDED", run.get("ErrorMessage")
        assert DeltaTable("s3://spark/numbers").to_pyarrow_table().num_rows == 10
