"""The report as an asset: one HTML page in the gold bucket, asked of Athena."""

import dagster as dg

from ggvd_dagster import names as naming
from ggvd_dagster import spec
from ggvd_dagster.resources.athena import Athena
from ggvd_dagster.resources.lake import Lake

LINK_SECONDS = 7 * 24 * 3600  # the longest that a signed link may last; temporary credentials end it sooner


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

    asked, bucket = build.ask(athena), naming.from_environment().bucket("gold")
    digest = asked.digest()
    stored = lake.metadata(bucket, build.KEY)
    unchanged = stored is not None and stored.get("digest") == digest
    if not unchanged:
        page = build.html(asked).encode()
        lake.s3.put_object(Bucket=bucket, Key=build.KEY, Body=page, ContentType="text/html; charset=utf-8", Metadata={"digest": digest})
    link = lake.s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": build.KEY}, ExpiresIn=LINK_SECONDS)
    return dg.MaterializeResult(
        metadata={
            "report": dg.MetadataValue.url(link),
            "dagster/uri": f"s3://{bucket}/{build.KEY}",
            "status": "unchanged" if unchanged else "written",
            "data_as_of": asked.snapshot,
            "movies": asked.movies,
        },
        data_version=dg.DataVersion(digest[:16]),
    )


assets = [report]
