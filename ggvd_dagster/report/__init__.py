"""The report: one page that answers the named questions with charts and numbers, whole without a network."""
