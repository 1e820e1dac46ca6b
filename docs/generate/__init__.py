"""Docs that follow from the code: `python -m docs.generate` writes them, `--check` names those that have drifted."""
