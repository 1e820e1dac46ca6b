"""`python -m docs.generate [--check]`."""

from __future__ import annotations

import argparse
import sys

from docs.generate import files
from ggvd_dagster.errors import GgvdError


def main() -> int:
    """Write what has drifted, or with --check say which files those are and return 1."""
    parser = argparse.ArgumentParser(prog="python -m docs.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 when a file has drifted")
    arguments = parser.parse_args()
    try:
        drifted = files.drifted()
    except GgvdError as error:
        sys.stderr.write(f"docs: {error}\n")
        return 2
    if arguments.check:
        sys.stdout.writelines(f"{path} has drifted: run `make docs`\n" for path in drifted)
        return int(bool(drifted))
    for path, text in drifted.items():
        target = files.ROOT / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        sys.stdout.write(f"wrote {path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
