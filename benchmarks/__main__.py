"""`python -m benchmarks`: run benchmarks, print one table with ratios and goals, write a JSON file of each (benchmarks/results/).

Nothing else should run on the machine. Data is made under .ggvd/bench (GGVD_BENCH names another folder), about 8 GB at scale 1.
GGVD_BENCH_WITHOUT="naive Spark,Polars" leaves out pipelines; the naive one takes by far the longest.
"""

from __future__ import annotations

import argparse
import importlib
import sys

from benchmarks import result

QUICK = {"transformations": 0.1, "incremental": 0.1}
FULL = {"transformations": 1.0, "growth": 3.0, "incremental": 1.0, "extraction": 1.0, "overhead": 1.0, "layout": 1.0}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(result.SUITE)}; all without any")
    parser.add_argument("--scale", type=float, help="1 is 28.5 million ratings and a million movies; of growth the largest")
    parser.add_argument("--quick", action="store_true", help="scale 0.1, without what takes minutes")
    given = parser.parse_args()
    if unknown := set(given.names) - set(result.SUITE):
        parser.error(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(result.SUITE)}")
    plan = QUICK if given.quick else FULL
    chosen = {name: given.scale or plan.get(name, 0.1) for name in given.names or plan}
    facts, found, failed = result.machine(), [], []
    for name, scale in chosen.items():
        try:
            one = importlib.import_module(f"benchmarks.suite.{name}").run(scale)
        except Exception as error:
            # the others' hours are not lost for one that failed; the exit code tells
            print(f"{name} failed: {error}", file=sys.stderr, flush=True)
            failed.append(name)
            continue
        result.save(one, facts)
        found.append(one)
    result.show(found, facts)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
