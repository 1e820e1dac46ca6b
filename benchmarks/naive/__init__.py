"""The same tables by a pipeline of the usual kind on Spark 3.5.6: `python -m benchmarks.naive BRONZE LAKE`.

Schemas are inferred, rows are numbered to find the newest, repeated rows dropped, facts joined before they are aggregated, tables
appended to, shuffles left at 200 partitions, and each table is a process of its own. Nothing is slowed down on purpose.
"""
