"""Turns .tf files into JSON. Runs in .venv-terraform/schema, the only place that has the parser; everything else reads its output.

Usage: parse.py FILE... ; prints {"<file>": <tree>, ...}, or one line for each file that is not HCL and exit code 1.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import hcl2  # type: ignore[import-not-found]  # is in .venv-terraform/schema only


def main(files: list[str]) -> int:
    trees, broken = {}, []
    for file in files:
        try:
            trees[file] = hcl2.loads(Path(file).read_text(encoding="utf-8"))
        except Exception as error:  # the parser raises whatever its grammar library does
            broken.append(f"{file}: {str(error).splitlines()[0]}")
    for line in broken:
        sys.stderr.write(line + "\n")
    json.dump(trees, sys.stdout)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
