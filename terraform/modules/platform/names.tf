# The same names as ggvd_dagster/names.py: <project>-<name>-<env>, with - for _ and /.
locals {
  spec    = yamldecode(file(coalesce(var.spec_path, "${path.module}/../../../ggvd_dagster/platform.yaml")))
  project = local.spec.project
  region  = local.spec.region

  layers = { for layer in ["bronze", "silver", "gold"] : layer => {
    for name, table in local.spec.tables : name => table if startswith(name, "${layer}/")
  } }
  delta_tables = merge(local.layers.silver, local.layers.gold)

  buckets = { for role, bucket in local.spec.buckets : role => {
    name        = "${local.project}-${role}-${var.env}-${var.account}"
    versioned   = try(bucket.versioned, false)
    expire_days = try(bucket.expire_days, null)
  } }
  bucket_arns = { for role, bucket in local.buckets : role => "arn:aws:s3:::${bucket.name}" }
  table_uris = { for name in keys(local.spec.tables) :
    name => "s3://${local.buckets[split("/", name)[0]].name}/${split("/", name)[1]}"
  }

  queue_names       = { for name in keys(local.spec.queues) : name => "${local.project}-${replace(name, "_", "-")}-${var.env}" }
  dead_letter_names = { for name in keys(local.spec.queues) : name => "${local.project}-${replace(name, "_", "-")}-dead-letters-${var.env}" }
  function_names    = { for name in keys(local.spec.functions) : name => "${local.project}-${replace(name, "_", "-")}-${var.env}" }
  job_names         = { for name in keys(local.delta_tables) : name => "${local.project}-${replace(replace(name, "_", "-"), "/", "-")}-${var.env}" }
  crawler_names     = { for layer in keys(local.spec.databases) : layer => "${local.project}-${layer}-${var.env}" }
  secret_names = { for name, source in local.spec.sources :
    name => "${local.project}/${var.env}/${source.secret}" if try(source.secret, null) != null
  }

  # what IAM knows them by
  role_names = { for principal in concat(keys(local.spec.functions), ["silver-jobs", "gold-jobs", "crawler", "dagster", "analysts"]) :
    principal => "${local.project}-${replace(principal, "_", "-")}-${var.env}"
  }
  queue_arns       = { for name, queue in local.queue_names : name => "arn:aws:sqs:${local.region}:${var.account}:${queue}" }
  manifests_queue  = "${local.project}-manifests-${var.env}" # S3 tells it of each manifest
  manifests_arn    = "arn:aws:sqs:${local.region}:${var.account}:${local.manifests_queue}"
  alarms_arn       = "arn:aws:sns:${local.region}:${var.account}:${local.project}-${var.env}-alarms"
  dead_letter_arns = { for name, queue in local.dead_letter_names : name => "arn:aws:sqs:${local.region}:${var.account}:${queue}" }
  function_arns    = { for name, function in local.function_names : name => "arn:aws:lambda:${local.region}:${var.account}:function:${function}" }
  # Secrets Manager adds a hyphen and six characters to the name
  secret_arns = { for source, name in local.secret_names : source => "arn:aws:secretsmanager:${local.region}:${var.account}:secret:${name}-??????" }
  glue_arn    = "arn:aws:glue:${local.region}:${var.account}"
  logs_arn    = "arn:aws:logs:${local.region}:${var.account}:log-group"
}
