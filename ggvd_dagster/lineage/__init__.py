"""Where every column comes from and what is made of it, as computed from the transforms (docs/lineage.md)."""
