"""`python -m tests.chaos --seed 1 --minutes 5`: exit code 1 when anything was lost, doubled or made up."""

import argparse
import random
import sys
import tempfile
from pathlib import Path

from tests.chaos.run import run


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    parser.add_argument("--minutes", type=float, default=5.0)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="ggvd-chaos-"))
    problems = run(options.seed, options.minutes * 60, folder)
    for problem in problems:
        sys.stdout.write(f"VIOLATION {problem}\n")
    told = f"repeat with: make chaos SEED={options.seed} MINUTES={options.minutes:g}; history: {folder / 'history.ndjson'}"
    sys.stdout.write(f"{'UNSOUND' if problems else 'sound'}; {told}\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
