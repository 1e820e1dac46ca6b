"""What each `ggvd` command does."""
