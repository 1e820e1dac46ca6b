"""Silver: typed, deduplicated, checked tables, one script each."""
