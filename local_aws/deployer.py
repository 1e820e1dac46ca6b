"""Makes everything that the spec names, in the AWS that the environment names. A second run finds nothing to change."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from ggvd_dagster.names import Names
from local_aws.deploy import access, events, functions, glue, queues, storage
from local_aws.deploy.context import Deployment


def deploy(names: Names, source_urls: Mapping[str, str], token: str) -> list[str]:
    """Deploy the spec and return what was changed, one line each.

    `source_urls` are addresses that replace the spec's, by source; `token` becomes the value of TMDB's secret.
    """
    to = Deployment(names, source_urls, token)
    # each step needs only what stands before it; the steps of one stage need nothing of each other
    stages = (
        (storage.buckets, queues.queues, access.roles, access.secrets),
        (storage.code, events.manifest_events, functions.functions, glue.databases, glue.jobs, glue.crawlers, access.workgroup),
        (access.named_queries,),
    )
    with ThreadPoolExecutor(max_workers=6) as pool:
        for stage in stages:
            for step in [pool.submit(step, to) for step in stage]:
                step.result()
    return sorted(to.changes)
