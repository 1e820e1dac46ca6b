"""The report as an asset: one HTML page in the gold bucket, asked of Athena."""

import dagster as dg

from ggvd_dagster import names as naming
from ggvd_dagster import spec
from ggvd_dagster.alerts.retries import again_if_transient
from ggvd_dagster.resources.athena import Athena
from ggvd_dagster.resources.lake import Lake


@dg.asset(
    key=["gold", "report"],
    deps=[dg.AssetKey(["catalog", layer]) for layer in ("silver", "gold")],
    description="One HTML page that answers the named questions with charts and numbers.",
    group_name="report",
    kinds={"athena", "altair", "html"},
    owners=[spec.load().owner],
)
def report(context: dg.AssetExecutionContext, athena: Athena, lake: Lake) -> dg.MaterializeResult:  # type: ignore[type-arg]
    from ggvd_dagster.report import build

    with again_if_transient(context.retry_number):
        asked = build.ask(athena)
    bucket = naming.from_environment().bucket("gold")
    digest = asked.digest()
    stored = lake.metadata(bucket, build.KEY)
    unchanged = stored is not None and stored.get("digest") == digest
    if not unchanged:
        page = build.html(asked).encode()
        lake.s3.put_object(Bucket=bucket, Key=build.KEY, Body=page, ContentType="text/html; charset=utf-8", Metadata={"digest": digest})
    region = naming.from_environment().platform.region
    return dg.MaterializeResult(
        metadata={
            # no signed link: whoever reads Dagster's storage would hold a key to the bucket
            "console": dg.MetadataValue.url(
                f"https://{region}.console.aws.amazon.com/s3/object/{bucket}?region={region}&prefix={build.KEY}"
            ),
            "open_with": "ggvd report",
            "dagster/uri": f"s3://{bucket}/{build.KEY}",
            "status": "unchanged" if unchanged else "written",
            "data_as_of": asked.snapshot,
            "movies": asked.movies,
        },
        data_version=dg.DataVersion(digest[:16]),
    )


assets = [report]
