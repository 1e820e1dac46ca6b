"""Gold: the answers, one script each."""
