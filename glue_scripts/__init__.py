"""PySpark jobs for AWS Glue: one script a table, and the modules by which they read, write and report."""
