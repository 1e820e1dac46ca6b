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

    html, snapshot, movies = build.html(athena)
    bucket, body = naming.from_environment().bucket("gold"), html.encode()
    lake.s3.put_object(Bucket=bucket, Key=build.KEY, Body=body, ContentType="text/html; charset=utf-8")
    link = lake.s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": build.KEY}, ExpiresIn=LINK_SECONDS)
    return dg.MaterializeResult(
        metadata={
            "report": dg.MetadataValue.url(link),
            "dagster/uri": f"s3://{bucket}/{build.KEY}",
            "bytes": len(body),
            "data_as_of": snapshot,
            "movies": movies,
        }
    )


assets = [report]
