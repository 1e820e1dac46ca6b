"""Row 27: two writers of one table on the engine that Glue runs, whose commits to S3 are not conditional; writes to the log are slow."""

import json
import sys
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from ggvd_dagster.resources.lake import Lake
from tests.faults import actions
from tests.faults.world import storage
from tests.local_aws.conftest import until

pytestmark = [pytest.mark.faults, pytest.mark.spark, pytest.mark.timeout(900)]

SCRIPT = str(Path(__file__).with_name("append_rows.py"))
TABLE, APPENDS, SECONDS = "silver/movielens_tags", 4, 10


@pytest.fixture
def uri(world):
    """An empty table in a bucket that keeps versions, as the buckets of silver and gold do."""
    configuration = {"Status": "Enabled"}
    world.functions.s3.put_bucket_versioning(Bucket=world.names.bucket("silver"), VersioningConfiguration=configuration)
    empty = pa.table({"writer": pa.array([], pa.string()), "number": pa.array([], pa.int32())})
    write_deltalake(world.names.table_uri(TABLE), empty, storage_options=storage(world.direct))
    return world.names.table_uri(TABLE)


def both(world, uri, gate):
    """Start two writers, wait until both could begin, and let them. Returns what they said of each append."""
    given = {"uri": uri, "gate": str(gate), "count": str(APPENDS)}
    started = [world.jobs.start(world.names, TABLE, world.proxy.url, engine="spark", script=SCRIPT, writer=name, **given) for name in "ab"]
    outputs = [place / "stdout" for _, place in started]
    until(
        lambda: all(path.exists() and "ready" in path.read_text() for path in outputs) or any(w.exit_code.done() for w, _ in started), 400
    )
    gate.touch()
    ended = [world.jobs.wait(one, 300) for one in started]
    assert [one.code for one in ended] == [0, 0], ended[0].error[-3000:] + ended[1].error[-3000:]
    return [json.loads(line) for one in ended for line in one.output.splitlines() if line.startswith("{")]


def test_row_27_two_writers_without_the_guard(world, uri, tmp_path):
    world.proxy.on(actions.met(SECONDS), method="PUT", path=r"movielens_tags/_delta_log/\d{20}\.json$", times=None)
    said = both(world, uri, tmp_path / "gate")
    table = DeltaTable(uri, storage_options=storage(world.direct))
    found = Counter((row["writer"], row["number"]) for row in table.to_pyarrow_table().to_pylist())
    lost = [entry for entry in said if not found[entry["writer"], entry["number"]]]
    at_once = [entry for entry in lost if entry["check"]]
    written_over = [version for version in range(1, table.version() + 1) if Lake().commits(uri, version) > 1]
    sys.stdout.write(
        f"{len(said)} appends acknowledged, {len(lost)} of them lost; a look at the log right after the commit told of {len(at_once)}, "
        f"the versions of the log's objects of {sum(Lake().commits(uri, version) - 1 for version in written_over)}\n"
    )
    assert len(said) == 2 * APPENDS
    assert set(found.values()) == {1}
    assert lost, "no append was lost: the fault did not strike"
    assert sum(Lake().commits(uri, version) - 1 for version in written_over) == len(lost)
