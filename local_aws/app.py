"""The ASGI application: the emulator's, whose Glue jobs, crawlers and Athena queries do their work (see `overlay.py`)."""

from __future__ import annotations

import os
from typing import Any

from local_aws import alarms, authorization, disk, long_queues, managed_keys, mappings
from local_aws.athena.queries import Queries
from local_aws.glue.crawlers import Crawlers
from local_aws.glue.host import Host
from local_aws.glue.jobs import Jobs
from local_aws.overlay import install
from local_aws.persistence import Saver


class LocalAws:
    """Callable as an ASGI application. Its environment must be set before it is made (`server.py`)."""

    def __init__(self) -> None:
        from ministack import app
        from ministack.core import iam_actions
        from ministack.services import athena, cloudwatch, glue, kms, lambda_svc, s3, sqs

        self._emulator = app.app
        self._host, self._sqs = Host(), sqs
        self._jobs = Jobs(glue, self._host, int(os.environ["GGVD_GLUE_SLOTS"]), float(os.environ["GGVD_GLUE_MINUTE"]))
        self._saver = Saver(app)
        self._crawlers = Crawlers(glue)
        self._queries = Queries(athena)
        install(glue, self._jobs.operations() | self._crawlers.operations(), self._jobs.amendments() | self._crawlers.amendments())
        install(athena, self._queries.operations(), self._queries.amendments())
        mappings.install(lambda_svc)
        managed_keys.install(kms)
        long_queues.install(sqs)
        alarms.install(cloudwatch)
        disk.install(s3)
        authorization.install(iam_actions, athena)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._emulator(scope, receive, self._at_start(send))
            return
        try:
            await self._emulator(scope, receive, send)
        finally:
            self._saver.note(scope)  # when the change is there: a save before it would be taken for one of it

    def _at_start(self, send: Any) -> Any:
        async def sending(message: dict[str, Any]) -> None:
            if message["type"] == "lifespan.startup.complete":
                for service in (self._jobs, self._crawlers, self._queries):
                    service.fail_interrupted()
                mappings.release(self._sqs)
                self._saver.start()
                self._host.warm_up()
            await send(message)

        return sending
