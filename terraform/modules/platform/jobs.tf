# The same arguments as ggvd_dagster/job_arguments.py.
locals {
  package_key = "packages/glue_scripts.zip"

  spark_conf = [
    "spark.sql.extensions=io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog=org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.delta.logStore.s3.impl=io.delta.storage.S3SingleDriverLogStore",
    "spark.sql.session.timeZone=UTC",
    "spark.databricks.delta.snapshotPartitions=2",
  ]

  jobs = { for name, table in local.delta_tables : name => {
    name        = local.job_names[name]
    role        = local.role_names["${split("/", name)[0]}-jobs"]
    description = table.description
    script_key  = "glue_scripts/${name}.py"
    script_uri  = "s3://${local.buckets.assets.name}/glue_scripts/${name}.py"
    # one writer a table: open-source Delta has no conditional commit on S3
    max_concurrent_runs = 1
    arguments = merge(
      {
        "--table"                            = name
        "--inputs"                           = jsonencode({ for input in table.inputs : input => local.table_uris[input] })
        "--output"                           = local.table_uris[name]
        "--report"                           = "s3://${local.buckets.assets.name}/reports/${name}.json"
        "--key"                              = join(",", table.key)
        "--required"                         = join(",", try(table.required, []))
        "--foreign_keys"                     = jsonencode({ for column, parent in try(table.foreign_keys, {}) : column => local.table_uris[parent] })
        "--extra-py-files"                   = "s3://${local.buckets.assets.name}/${local.package_key}"
        "--datalake-formats"                 = "delta"
        "--conf"                             = join(" --conf ", local.spark_conf)
        "--enable-auto-scaling"              = "true"
        "--enable-continuous-cloudwatch-log" = "true"
        "--enable-metrics"                   = "true"
      },
      startswith(name, "silver/") ? { "--quarantine" = "s3://${local.buckets.silver.name}/_quarantine/${split("/", name)[1]}" } : {},
      try(table.partitions, null) == null ? {} : { "--partition_by" = table.partitions },
    )
  } }

  crawlers = { for layer, database in local.spec.databases : layer => {
    name     = local.crawler_names[layer]
    role     = local.role_names.crawler
    database = database
    targets  = [for name in keys(local.layers[layer]) : local.table_uris[name]]
  } }

  workgroup = {
    name        = "${local.spec.workgroup.name}_${var.env}"
    bytes_limit = local.spec.workgroup.bytes_limit
    output      = "s3://${local.buckets.athena.name}/"
  }
}
