"""Small archives, and how a test starts to extract one."""

import io
import json
import zipfile
from collections import deque

QUEUE, TABLE = "extract-archive", "movielens_ratings"
LINES = [json.dumps({"item_id": number, "user_id": number % 7, "rating": 3.5}) for number in range(200)]
NDJSON = "\n".join(LINES).encode() + b"\n"


def zipped(members, compression=zipfile.ZIP_DEFLATED):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return target.getvalue()


GOOD = zipped([("top/readme.txt", b"hello"), ("top/raw/ratings.json", NDJSON), ("top/raw/tags.json", b"{}")])


def serve(archive, content, etag='"v1"'):
    archive.versions = deque([(content, etag)])


def started(functions, archive, content=GOOD, etag='"v1"', table=TABLE):
    serve(archive, content, etag)
    answer = functions.start(table)["snapshots"][0]
    return answer["prefix"], functions.messages(QUEUE)


def visible(functions):
    return [key for key in functions.listing() if key.endswith((".gz", "_manifest.json"))]


def own(line):
    fields = json.loads(line)
    return {name: value for name, value in fields.items() if not name.startswith("_")}


def with_settings(monkeypatch, functions, variable, entry, **changes):
    """Let the functions find `changes` in one entry of TABLES or SOURCES."""
    value = json.loads(functions.variables[variable])
    value[entry].update(changes)
    monkeypatch.setenv(variable, json.dumps(value))
