"""A randomized run: users at work while faults strike, then peace, then the reckoning."""

import sys
import threading
import time

from deltalake import DeltaTable

from tests.chaos import faults
from tests.chaos.history import History, Version, verdict
from tests.chaos.platform import TABLE, YEARS, rows_of_year, running
from tests.chaos.workload import Workload

RECOVERY_SECONDS = 400


def run(seed, seconds, folder, tell=sys.stdout.write):
    """Every violation, one line each. `folder` (which exists) gets the history as NDJSON and the server's state."""
    strikes = faults.schedule(seed, seconds)
    tell(f"seed {seed}, {seconds} s, {len(strikes)} faults:\n  {'; '.join(f'{item.at} {item.kind}' for item in strikes)}\n")
    with (folder / "history.ndjson").open("w", encoding="utf-8") as file, running(folder / "aws") as platform:
        work = Workload(platform, History(file), threading.Event(), pause=max(0.5, seconds / YEARS - 0.5))
        if not work.recover(RECOVERY_SECONDS):
            return ["the platform does not work without faults either"]
        problems = []
        threads = [
            threading.Thread(target=_user, args=(target, problems), daemon=True) for target in (work.extract_years, work.make_silver)
        ]
        for thread in threads:
            thread.start()
        _strike(platform, work.history, strikes, seconds, tell)
        work.over.set()
        hit = sum(rule.fired for rule in platform.proxy.rules)
        tell(f"{len(strikes)} faults were laid; those of the proxy hit {hit} requests\n")
        platform.heal()
        for thread in threads:
            thread.join(timeout=RECOVERY_SECONDS)
        problems += [f"a user still waits {RECOVERY_SECONDS} s after the faults" for thread in threads if thread.is_alive()]
        tell("healed; the table as it is:\n")
        problems += _checked(platform, work, tell, "before recovery")
        if not work.recover(RECOVERY_SECONDS):
            problems.append(f"not recovered after {RECOVERY_SECONDS} s")
        return problems + _checked(platform, work, tell, "after recovery")


def _user(work, problems):
    """One that stops working before its time would leave little to check, and nobody would know."""
    try:
        work()
    except Exception as error:
        problems.append(f"{work.__name__} broke off: {type(error).__name__}: {error}")


def _strike(platform, history, strikes, seconds, tell):
    begun, shown = time.monotonic(), 0.0
    for item in strikes:
        time.sleep(max(0.0, item.at - (time.monotonic() - begun)))
        history.note(type="fault", kind=item.kind, hit=faults.strike(platform, item))
        if time.monotonic() - shown > 5:
            shown = time.monotonic()
            tell(f"  {time.monotonic() - begun:.0f} s: {_summary(history)}\n")
    time.sleep(max(0.0, seconds - (time.monotonic() - begun)))


def _summary(history):
    counts = (f"{len(history.of(kind, state))} {kind} {state}" for kind in ("extract", "job") for state in ("ok", "fail", "unknown"))
    return ", ".join(counts)


def _checked(platform, work, tell, when):
    read, versions = _table(platform)
    problems = verdict(work.history, rows_of_year, read, versions)
    tell(f"  {when}: {len(read)} rows, {len(versions)} versions, {_summary(work.history)}: {'; '.join(problems) or 'sound'}\n")
    return [f"{when}: {problem}" for problem in problems]


def _table(platform):
    """Ids of all rows, and the versions that wrote rows."""
    options = {"endpoint_url": platform.endpoint, "allow_http": "true"}
    uri = platform.names.table_uri(TABLE)
    if not DeltaTable.is_deltatable(uri, options):
        return [], []
    table = DeltaTable(uri, storage_options=options)
    history = [entry for entry in table.history() if entry["operation"] not in ("CREATE TABLE", "SET COLUMNS")]
    versions = [Version(entry["version"], str(entry.get("userMetadata"))) for entry in history]
    return table.to_pyarrow_table(columns=["tmdb_id"])["tmdb_id"].to_pylist(), versions
