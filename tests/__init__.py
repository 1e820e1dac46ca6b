"""A package of its own, so that no installed one of the same name stands before it."""
