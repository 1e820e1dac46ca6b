"""The sample sources: how to start them and where they answer."""

import sys


def command(port: int, state: str, token: str) -> list[str]:
    """The process that serves the sample sources on `port`."""
    return [sys.executable, "-m", "local_aws.sources", "--port", str(port), "--state", state, "--token", token]


def urls(port: int) -> dict[str, str]:
    """Source name to URL."""
    root = f"http://127.0.0.1:{port}"
    return {
        "tmdb": f"{root}/3",
        "tag_genome": f"{root}/datasets/tag-genome-2021/genome_2021.zip",
        "movielens": f"{root}/datasets/movielens/ml-latest.zip",
    }
