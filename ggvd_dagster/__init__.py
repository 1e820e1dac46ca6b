"""The control room: spec, names, assets, sensors and commands. Here only what holds for all of them."""

import warnings

# We use backfill policies and freshness policies knowingly, with Dagster pinned; its notice would precede every command's output.
# Matched by its words, because naming the category would import Dagster (a second) for commands that do without.
warnings.filterwarnings("ignore", message=r".* is currently in (beta|preview), and may have breaking changes")
