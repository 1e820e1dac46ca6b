"""`python plan_cases.py`: lineage of small DataFrames, and the text of columns.json, as JSON. One JVM for all of it."""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from docs.generate import lineage, spark_plan  # noqa: E402


def cases(spark):
    """Each case is a name and a DataFrame over the tables l/a (x, y, z, list) and l/b (x, w)."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F  # noqa: N812

    def table(name, **columns):
        frame = spark.range(0).select(*(F.lit(None).cast(kind).alias(column) for column, kind in columns.items()))
        return spark_plan.input_table(frame, name)

    a = table("l/a", x="int", y="int", z="int", list="array<string>")
    b = table("l/b", x="int", w="int")
    yield "renamed and combined", a.select(F.col("x").alias("p"), (F.col("y") + F.col("z")).alias("q"), F.lit(1).alias("one"))
    yield "filtered", a.where("z > 1").select("x")
    yield "joined", a.join(b, "x").select("x", "w")
    yield (
        "joined with itself",
        a.join(a.selectExpr("x AS k", "z AS other"), F.expr("y = k")).select("x", "other"),
    )
    yield "full join", a.join(b, "x", "full").select("x")
    yield "union by position", a.select("x", "y").union(b.select("w", "x"))
    yield "union by name", a.select("x", "y").unionByName(b.select(F.col("w").alias("y"), "x"))
    yield "one branch of a union is used elsewhere", a.select("x").union(b.select("w")).join(a.select("x", "y"), "x").select("y")
    yield "exploded", a.select(F.explode("list").alias("one"))
    yield "aggregated", a.groupBy("x").agg(F.sum("y").alias("total"), F.count(F.lit(1)).alias("n"))
    yield "counted", a.agg(F.count(F.lit(1)).alias("n"))
    yield "constant aggregate", a.groupBy("x").agg(F.max(F.lit(1)).alias("one")).select("one")
    yield "ranked", a.select("x", F.row_number().over(Window.partitionBy("y").orderBy("z")).alias("place"))
    yield "distinct", a.select("x", "y").distinct().select("x")
    yield "newest of a key", a.dropDuplicates(["y"]).select("x")
    yield "field of a struct", a.groupBy("x").agg(F.max(F.struct("y", "z")).alias("last")).select(F.col("last.z").alias("z"))
    yield "without others", a.select("x").exceptAll(b.select("w"))
    yield "both", a.select("x").intersect(b.select("w"))
    yield "rolled up", a.rollup("x").agg(F.sum("y"))
    yield "pivoted", a.groupBy("x").pivot("y", [1, 2]).agg(F.sum("z"))


def main():
    spark = lineage.session()
    found = {}
    for name, frame in cases(spark):
        try:
            answer = spark_plan.lineage(frame)
            found[name] = {"columns": {c: sorted(of) for c, of in answer.columns.items()}, "rows": sorted(answer.rows)}
        except ValueError as error:
            found[name] = str(error)
    json.dump({"cases": found, "text": lineage.render()}, sys.stdout)


if __name__ == "__main__":
    main()
