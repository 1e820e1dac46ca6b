"""The AWS of a laptop: the emulator, with Glue jobs, crawlers and Athena queries that really run, and what deploys the spec to it."""
