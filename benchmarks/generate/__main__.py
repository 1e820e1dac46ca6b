"""`python -m benchmarks.generate --scale 0.1 FOLDER`: bronze snapshots with plans and manifests; what was made is in FOLDER/facts.json."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.generate import bronze, upload


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scale", type=float, default=0.1, help="1 is Tag Genome 2021 and a million TMDB movies")
    parser.add_argument("--seed", type=int, default=2021)
    parser.add_argument("--upload", metavar="BUCKET", help="copy the files to this bucket, at AWS_ENDPOINT_URL where it is set")
    given = parser.parse_args()
    facts = bronze.generate(given.folder, given.scale, given.seed)
    for table, counts in facts["tables"].items():
        print(f"{table:<26}" + "".join(f"{name} {value:>14,}   " for name, value in counts.items()))
    print(f"made in {facts['seconds']} s")
    if given.upload:
        print(f"{upload.upload(given.folder, given.upload)} objects uploaded to s3://{given.upload}")


if __name__ == "__main__":
    main()
