"""Amazon Athena that really asks the Delta tables of the Glue catalog."""
