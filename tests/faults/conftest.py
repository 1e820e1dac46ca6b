"""The faults' seed, a world for each test, and what a run without faults leaves."""

import random
import sys
from dataclasses import dataclass

import pytest

from local_aws.glue.host import Host
from tests.faults import world as worlds
from tests.faults.jobs import Jobs


@pytest.fixture
def chance(request):
    """Random numbers that follow from the seed and the test's name; what repeats a failure is printed with it."""
    seed = request.config.getoption("fault_seed")
    sys.stdout.write(f"repeat with: pytest '{request.node.nodeid}' --fault-seed {seed}\n")
    return random.Random(f"{seed} {request.node.name}")


@pytest.fixture(scope="session")
def jobs(tmp_path_factory):
    host = Host()
    host.warm_up()
    yield Jobs(host, tmp_path_factory.mktemp("jobs"))
    host.close()


@pytest.fixture
def world(aws_endpoint, jobs):
    with worlds.lakehouse(aws_endpoint, jobs) as world:
        yield world


@dataclass(frozen=True)
class Truth:
    """What a run without faults leaves: bronze objects by key, rows by table."""

    bronze: dict
    tables: dict


@pytest.fixture(scope="session")
def truth(aws_endpoint, jobs):
    with worlds.lakehouse(aws_endpoint, jobs) as world:
        world.extract("tmdb_movies", *worlds.MEMBERS)
        world.make(*worlds.TABLES, *worlds.GOLD)
        assert not world.dead
        for table in worlds.TABLES:
            world.balanced(table)
        return Truth(world.bronze(), world.tables())


@pytest.fixture
def extracted_tmdb(world):
    """A world whose release years are in bronze."""
    world.extract("tmdb_movies")
    return world
