"""The two users of a randomized run: one extracts years, one makes silver of what is complete. Both know only what they are answered."""

import json
import threading
import time
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from ggvd_dagster.commands.redrive import redrive
from tests.chaos.history import History, RefusedError, UnknownOutcomeError
from tests.chaos.platform import FIRST_YEAR, QUEUE, TABLE, YEARS, Platform

SNAPSHOT = "2026-11-24"
ALIVE = ("STARTING", "RUNNING", "WAITING", "STOPPING")


@dataclass
class Workload:
    platform: Platform
    history: History
    over: threading.Event
    pause: float = 0.5  # seconds between two years, so that they last as long as the faults
    next_year: int = FIRST_YEAR + 1

    def extract_years(self):
        while not self.over.is_set() and self.next_year < FIRST_YEAR + YEARS:
            self.extract(self.next_year)
            self.next_year += 1
            self.over.wait(self.pause)

    def extract(self, year):
        """Ask for a year's snapshot; the answer says whether it is complete."""
        body = json.dumps({"table": "tmdb_movies", "partitions": [str(year)], "snapshot": SNAPSHOT})
        with self.history.operation("extract", year=year) as answer:
            function = self.platform.names.function("start-extraction")
            failed, payload = _asked(lambda: _answer(self.platform.through("lambda").invoke(FunctionName=function, Payload=body)))
            if failed:
                raise RefusedError(str(payload.get("errorMessage", payload)))
            answer |= {"year": year, "state": payload["snapshots"][0]["state"]}
        return answer.get("state")

    def make_silver(self):
        while not self.over.is_set():
            years = self.complete()
            if years:
                self.job(years)
            self.over.wait(0.5)

    def complete(self):
        """Years whose manifest is there."""
        found = (key.split("release_year=")[1][:4] for key in self.platform.bronze() if key.endswith("_manifest.json"))
        return sorted({int(year) for year in found})

    def job(self, years):
        glue, name = self.platform.direct("glue"), self.platform.names.job(TABLE)
        while any(run["JobRunState"] in ALIVE for run in glue.get_job_runs(JobName=name)["JobRuns"]):
            time.sleep(0.2)  # one whose start was never answered
        token = f"op-{len(self.history.entries)}"
        with self.history.operation("job", years=years) as answer:
            arguments = {"--partitions": ",".join(map(str, years)), "--run_token": token}
            told = _asked(lambda: self.platform.through("glue").start_job_run(JobName=name, Arguments=arguments))
            ended = _ended(glue, name, told["JobRunId"])
            if ended["JobRunState"] != "SUCCEEDED":
                raise RefusedError(f"{ended['JobRunState']}: {ended.get('ErrorMessage', '')}")
            report = json.loads(self.platform.object("assets", self.platform.names.report_key(TABLE)))
            if report["run_token"] != token:
                raise RefusedError(f"the report is of {report['run_token']}")
            done = [year for year in years if str(year) not in report.get("failed", {})]
            answer |= {"years": done, "version": report["delta_version"], "written": report["status"] == "written"}
        return answer

    def recover(self, seconds):
        """What a person does after an outage: send dead letters again, ask again, until every year that was asked for is in silver."""
        until, names = time.monotonic() + seconds, self.platform.names
        years = sorted({FIRST_YEAR, *(entry["year"] for entry in self.history.of("extract", "invoke"))})
        while time.monotonic() < until:
            redrive(self.platform.sqs, names.dead_letter_queue(QUEUE), names.queue(QUEUE))
            complete = self.complete()
            missing = [year for year in years if year not in complete]
            for year in missing:
                self.extract(year)
            if not missing and set(years) <= set(self.job(years).get("years", [])):
                return True
            time.sleep(2)
        return False


def _answer(told):
    """Whether an invocation failed, and what it answered: the body comes after the head, and may break off too."""
    return "FunctionError" in told, json.loads(told["Payload"].read())


def _asked(call):
    """The answer. A connection that broke, or half an answer, leaves it open what was done; an AWS error says that it was not."""
    try:
        return call()
    except ClientError as error:
        raise RefusedError(str(error)) from error
    except (BotoCoreError, OSError, ValueError) as error:
        raise UnknownOutcomeError(f"{type(error).__name__}: {error}") from error


def _ended(glue, name, run_id):
    while (run := glue.get_job_run(JobName=name, RunId=run_id)["JobRun"])["JobRunState"] in ALIVE:
        time.sleep(0.2)
    return run
