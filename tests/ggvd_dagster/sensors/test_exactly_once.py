"""Whatever happens to objects, events and ticks: each version of a manifest leads to exactly one recorded request."""

from unittest import mock

import dagster as dg
from hypothesis import given, settings
from hypothesis import strategies as st

from ggvd_dagster.sensors import s3_events, s3_listing, silver_runs
from ggvd_dagster.sensors.ledger import Ledger
from tests.ggvd_dagster.sensors.fakes import BUCKET, Bucket, Queue, event, manifest

START = 1_800_000_000
KEYS = [manifest("tmdb_movies", partition=str(year)) for year in (2009, 2010, 2011)] + [manifest("movielens_tags")]

key = st.sampled_from(KEYS)
STEPS = st.one_of(
    st.tuples(st.just("put"), key, st.integers(0, 3), st.sampled_from([0, 1, 2])),  # seconds late, how many events
    st.tuples(st.just("delete"), key),
    st.tuples(st.just("wait"), st.sampled_from([0, 1, 30, 200, 4000])),
    st.tuples(st.just("tick"), st.sampled_from(["s3_events", "s3_listing"]), st.booleans()),  # False: the daemon dies before it records
)


class World:
    def __init__(self):
        self.now, self.bucket, self.queue = START, Bucket(), Queue(START)
        self.cursors = {s3_events.NAME: None, s3_listing.NAME: None}
        self.requested, self.due, self.versions = [], set(), 0

    def put(self, key, late, events):
        """Each put is a new version. It is due once an event is on its way, or when a listing saw it settled."""
        self.versions += 1
        content = f"version {self.versions}"
        self.bucket.objects[key] = (self.now - late, content)
        for _ in range(events):
            self.queue.send(event(key, content, self.now))
        if events:
            self.due.add((key, content))

    def delete(self, key):
        self.bucket.objects.pop(key, None)

    def wait(self, seconds):
        self.now += seconds
        self.queue.now = self.now

    def tick(self, sensor, recorded):
        found = []
        other = s3_listing.NAME if sensor == s3_events.NAME else s3_events.NAME
        context = dg.build_sensor_context(cursor=self.cursors[sensor])
        ledger = Ledger.from_cursor(self.cursors[other])
        with mock.patch.object(silver_runs, "run_requests", lambda objects: (found.extend(objects), ([], []))[1]):
            if sensor == s3_events.NAME:
                result = s3_events.evaluate(context, self.queue, "queue", BUCKET, ledger)
            else:
                result = s3_listing.evaluate(context, self.bucket, BUCKET, ledger, self.now)
        if recorded:
            self.cursors[sensor] = result.cursor
            self.requested += [landed.identity for landed in found]
            if sensor == s3_listing.NAME:
                settled = self.now - s3_listing.SETTLING_SECONDS
                self.due |= {(key, content) for key, (second, content) in self.bucket.objects.items() if second <= settled}


def identity(key, content):
    from tests.ggvd_dagster.sensors.fakes import etag

    return s3_listing.Landed(key, etag(content), 0).identity


@settings(max_examples=300, deadline=None)
@given(st.lists(STEPS, max_size=40))
def test_no_version_is_missed_or_repeated(steps):
    world = World()
    for name, *arguments in steps:
        getattr(world, name)(*arguments)
    for _ in range(3):  # the world comes to rest
        world.wait(200)
        world.tick(s3_events.NAME, recorded=True)
        world.tick(s3_listing.NAME, recorded=True)
    assert sorted(world.requested) == sorted({identity(*version) for version in world.due})
    assert world.queue.left() == []


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), max_size=30), st.integers(1, 4))
def test_a_full_ledger_forgets_whole_seconds_and_says_until_when(landed, most):
    objects = [s3_listing.Landed(f"k{i}", str(number), START + second) for i, (second, number) in enumerate(landed)]
    ledger = Ledger().with_handled(objects).bounded(look_back=1000, most=most)
    forgotten = {o.identity for o in objects} - ledger.identities
    assert forgotten == {o.identity for o in objects if o.at <= ledger.floor}
    assert Ledger.from_cursor(ledger.to_cursor()) == ledger
