# Who may read, write and delete which objects. `prefixes` are keys' beginnings; "" is the whole bucket.
# Every statement on S3 in policies.tf is made from this table, and so are the tests that try what is not in it.
locals {
  bronze_prefixes = { for name in keys(local.layers.bronze) : name => "${split("/", name)[1]}/" }
  pipes_prefix    = "pipes/"   # where Dagster Pipes leaves a run's context and finds its messages
  page_prefix     = "_report/" # the report's page, which Dagster itself writes

  # the bronze tables that each function fills: all for the one that plans, those of its queue for the others
  function_fills = { for name, function in local.functions : name => [
    for table, entry in local.function_tables : "${table}/" if function.queue == null || function.queue == entry.queue
  ] }
  job_inputs = { for layer in ["silver", "gold"] : layer => distinct(flatten([for table in values(local.layers[layer]) : table.inputs])) }

  object_access = merge(
    { for name, prefixes in local.function_fills : name => [
      { bucket = "bronze", actions = ["s3:GetObject", "s3:PutObject"], prefixes = prefixes },
    ] },
    { for layer in ["silver", "gold"] : "${layer}-jobs" => concat(
      [for source in ["bronze", "silver", "gold"] : {
        bucket   = source
        actions  = ["s3:GetObject"]
        prefixes = sort([for input in local.job_inputs[layer] : "${split("/", input)[1]}/" if split("/", input)[0] == source])
      } if source != layer && length([for input in local.job_inputs[layer] : input if startswith(input, "${source}/")]) > 0],
      [
        {
          bucket   = layer
          actions  = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"]
          prefixes = concat(sort([for name in keys(local.layers[layer]) : "${split("/", name)[1]}/"]), layer == "silver" ? ["_quarantine/"] : [])
        },
        { bucket = "assets", actions = ["s3:GetObject"], prefixes = ["glue_scripts/${layer}/", local.package_key] },
        { bucket = "assets", actions = ["s3:GetObject", "s3:PutObject"], prefixes = ["reports/${layer}/", local.pipes_prefix] },
      ],
    ) },
    {
      crawler = [for layer in keys(local.spec.databases) : { bucket = layer, actions = ["s3:GetObject"], prefixes = sort([for name in keys(local.layers[layer]) : "${split("/", name)[1]}/"]) }]
      dagster = [
        { bucket = "bronze", actions = ["s3:GetObject"], prefixes = sort(values(local.bronze_prefixes)) },
        { bucket = "silver", actions = ["s3:GetObject"], prefixes = [""] },
        { bucket = "gold", actions = ["s3:GetObject"], prefixes = [""] },
        { bucket = "gold", actions = ["s3:PutObject"], prefixes = [local.page_prefix] },
        { bucket = "assets", actions = ["s3:GetObject"], prefixes = ["reports/"] },
        { bucket = "assets", actions = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], prefixes = [local.pipes_prefix] },
        { bucket = "athena", actions = ["s3:GetObject", "s3:PutObject"], prefixes = [""] },
      ]
      analysts = [
        { bucket = "silver", actions = ["s3:GetObject"], prefixes = sort([for name in keys(local.layers.silver) : "${split("/", name)[1]}/"]) },
        { bucket = "gold", actions = ["s3:GetObject"], prefixes = sort([for name in keys(local.layers.gold) : "${split("/", name)[1]}/"]) },
        { bucket = "athena", actions = ["s3:GetObject", "s3:PutObject"], prefixes = [""] },
      ]
    },
  )

  object_statements = { for principal, accesses in local.object_access : principal => concat(
    [for access in accesses : {
      Sid    = "Objects${title(access.bucket)}${contains(access.actions, "s3:PutObject") ? "Write" : "Read"}"
      Effect = "Allow"
      Action = access.actions
      # S3A asks for the key without its slash first; without a right to it the answer is 403 where it expects 404
      Resource = flatten([for prefix in access.prefixes : endswith(prefix, "/") ?
        [trimsuffix("${local.bucket_arns[access.bucket]}/${prefix}", "/"), "${local.bucket_arns[access.bucket]}/${prefix}*"] :
      ["${local.bucket_arns[access.bucket]}/${prefix == "" ? "*" : prefix}"]])
    }],
    # Dagster sees by the versions of a commit whether it was written over.
    [for bucket in distinct([for access in accesses : access.bucket]) : {
      Sid      = "List${title(bucket)}"
      Effect   = "Allow"
      Action   = concat(["s3:ListBucket", "s3:GetBucketLocation"], principal == "dagster" && contains(["silver", "gold"], bucket) ? ["s3:ListBucketVersions"] : [])
      Resource = [local.bucket_arns[bucket]]
    }],
  ) }
}
