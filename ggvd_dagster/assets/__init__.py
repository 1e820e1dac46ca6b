"""The software-defined assets, one for each table of the spec, and the catalogs that show them to Athena."""
