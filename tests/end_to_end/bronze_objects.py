"""Bronze snapshots as a test wants them: copied, with objects and the manifest changed."""

import gzip
import hashlib
import json

MANIFEST = "_manifest.json"


def prefix(year, snapshot):
    return f"tmdb_movies/release_year={year}/snapshot={snapshot}/"


def names(bucket, folder):
    """What lies in a snapshot, by its name in there."""
    return {item.key.removeprefix(folder): item for item in bucket.objects.filter(Prefix=folder)}


def rewrite(bucket, source, target, change, *, tell=True, extra_rows=0):
    """Copy snapshot folder `source` to `target` with `change` applied to the bytes of each object; `tell` the manifest of it."""
    found = names(bucket, source)
    content = {name: item.get()["Body"].read() for name, item in found.items()}
    manifest = json.loads(
        content.pop(MANIFEST).decode().replace(source.split("snapshot=")[1].strip("/"), target.split("snapshot=")[1].strip("/"))
    )
    manifest["rows"] += extra_rows
    for entry in manifest["objects"]:
        name = entry["key"].rpartition("/")[2]
        changed = change(content[name])
        entry["rows"] += extra_rows
        if tell:
            entry |= {"bytes": len(changed), "sha256": hashlib.sha256(changed).hexdigest()}
        bucket.put_object(Key=target + name, Body=changed)
    bucket.put_object(Key=target + MANIFEST, Body=json.dumps(manifest).encode())
    return [target + entry["key"].rpartition("/")[2] for entry in manifest["objects"]]


def land(bucket, year, snapshot, movies):
    """A complete snapshot of one release year, as extraction leaves it; `movies` are TMDB's records."""
    folder, name = prefix(year, snapshot), f"{year}-01-01_{year}-12-31_p0001-0001.ndjson.gz"
    lineage = {"_source": "tmdb", "_snapshot": snapshot, "_object": name, "_page": 1, "_partition": year}
    lines = [json.dumps({**lineage, "_extracted_at": f"{snapshot}T00:00:00Z", **movie}) for movie in movies]
    content = gzip.compress("".join(f"{line}\n" for line in lines).encode(), mtime=0)
    entry = {"key": folder + name, "rows": len(lines), "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    manifest = {"table": "tmdb_movies", "partition": year, "snapshot": snapshot, "objects": [entry], "rows": len(lines)}
    bucket.put_object(Key=folder + name, Body=content)
    bucket.put_object(Key=folder + MANIFEST, Body=json.dumps(manifest).encode())
