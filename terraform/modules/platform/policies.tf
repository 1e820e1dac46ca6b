# One document a principal, as data: Terraform attaches them, the tests load the very same ones into the local AWS.
locals {
  # the platform's own key, which IAM can tell by its alias without knowing its id
  key_alias = "alias/${local.project}-${var.env}"
  key_statements = { for principal in keys(local.object_access) : principal => [{
    Sid      = "Key"
    Effect   = "Allow"
    Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
    Resource = ["arn:aws:kms:${local.region}:${var.account}:key/*"]
    Condition = {
      "ForAnyValue:StringEquals" = { "kms:ResourceAliases" = [local.key_alias] }
      StringEquals               = { "kms:ViaService" = [for service in ["s3", "secretsmanager", "lambda", "sns"] : "${service}.${local.region}.amazonaws.com"] }
    }
  }] }

  function_statements = { for name, function in local.functions : name => concat(
    [{
      Sid      = "Log"
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = ["${local.logs_arn}:${function.log_group}:*"]
    }],
    [for queue in [function.queue] : {
      Sid      = "Receive"
      Effect   = "Allow"
      Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"]
      Resource = [local.queue_arns[queue]]
    } if queue != null],
    [for arns in [values(local.queue_arns)] : {
      Sid      = "Send"
      Effect   = "Allow"
      Action   = ["sqs:SendMessage"]
      Resource = arns
    } if function.queue == null],
    [for arns in [[for source, arn in local.secret_arns : arn if anytrue([
      for table in values(local.function_tables) : table.source == source && (function.queue == null || function.queue == table.queue)
      ])]] : {
      Sid      = "Token"
      Effect   = "Allow"
      Action   = ["secretsmanager:GetSecretValue"]
      Resource = arns
    } if length(arns) > 0],
  ) }

  job_statements = { for layer in ["silver", "gold"] : "${layer}-jobs" => [
    {
      Sid      = "Log"
      Effect   = "Allow"
      Action   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents", "logs:AssociateKmsKey"]
      Resource = ["${local.logs_arn}:/aws-glue/*"]
    },
    {
      Sid       = "Measure"
      Effect    = "Allow"
      Action    = ["cloudwatch:PutMetricData"]
      Resource  = ["*"] # has no resources; the namespace is what can be limited
      Condition = { StringEquals = { "cloudwatch:namespace" = ["Glue"] } }
    },
  ] }

  catalog_arns = { for layer, database in local.spec.databases : layer => [
    "${local.glue_arn}:catalog", "${local.glue_arn}:database/${database}", "${local.glue_arn}:table/${database}/*",
  ] }
  catalog_read = ["glue:GetDatabase", "glue:GetDatabases", "glue:GetTable", "glue:GetTables", "glue:GetPartition", "glue:GetPartitions"]
  query_statements = [
    {
      Sid    = "Query"
      Effect = "Allow"
      Action = ["athena:StartQueryExecution", "athena:StopQueryExecution", "athena:GetQueryExecution", "athena:GetQueryResults",
      "athena:GetWorkGroup", "athena:ListQueryExecutions", "athena:GetNamedQuery", "athena:ListNamedQueries"]
      Resource = ["arn:aws:athena:${local.region}:${var.account}:workgroup/${local.workgroup.name}"]
    },
    { Sid = "Catalog", Effect = "Allow", Action = local.catalog_read, Resource = distinct(flatten(values(local.catalog_arns))) },
  ]

  statements = merge(local.function_statements, local.job_statements, {
    crawler = [
      {
        Sid    = "Catalog"
        Effect = "Allow"
        Action = concat(local.catalog_read, ["glue:CreateTable", "glue:UpdateTable", "glue:CreatePartition",
        "glue:BatchCreatePartition", "glue:BatchGetPartition", "glue:UpdatePartition", "glue:DeletePartition"])
        Resource = distinct(flatten(values(local.catalog_arns)))
      },
      {
        Sid      = "Log"
        Effect   = "Allow"
        Action   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents", "logs:AssociateKmsKey"]
        Resource = ["${local.logs_arn}:/aws-glue/crawlers*"]
      },
    ]
    dagster = concat(local.query_statements, [
      {
        Sid      = "StartExtraction"
        Effect   = "Allow"
        Action   = ["lambda:InvokeFunction"]
        Resource = [for name, function in local.functions : local.function_arns[name] if function.queue == null]
      },
      {
        Sid      = "Jobs"
        Effect   = "Allow"
        Action   = ["glue:StartJobRun", "glue:GetJob", "glue:GetJobRun", "glue:GetJobRuns", "glue:BatchStopJobRun"]
        Resource = [for job in values(local.job_names) : "${local.glue_arn}:job/${job}"]
      },
      {
        Sid      = "Crawlers"
        Effect   = "Allow"
        Action   = ["glue:StartCrawler", "glue:GetCrawler"]
        Resource = [for crawler in values(local.crawler_names) : "${local.glue_arn}:crawler/${crawler}"]
      },
      {
        Sid      = "JobLogs"
        Effect   = "Allow"
        Action   = ["logs:GetLogEvents", "logs:FilterLogEvents", "logs:DescribeLogStreams"]
        Resource = ["${local.logs_arn}:/aws-glue/*"]
      },
      {
        Sid      = "QueueDepth"
        Effect   = "Allow"
        Action   = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl"]
        Resource = concat(values(local.queue_arns), values(local.dead_letter_arns))
      },
      { # what is in the dead letters is shown, and on request sent again
        Sid      = "Redrive"
        Effect   = "Allow"
        Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"]
        Resource = values(local.dead_letter_arns)
      },
      { # the sensor that waits for bronze
        Sid      = "Manifests"
        Effect   = "Allow"
        Action   = ["sqs:GetQueueUrl", "sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:DeleteMessage"]
        Resource = [local.manifests_arn]
      },
      { Sid = "Alert", Effect = "Allow", Action = ["sns:Publish"], Resource = [local.alarms_arn] },
      { Sid = "SendAgain", Effect = "Allow", Action = ["sqs:SendMessage"], Resource = values(local.queue_arns) },
    ])
    analysts = local.query_statements
  })

  policies = { for principal in keys(local.object_access) : principal => jsonencode({
    Version   = "2012-10-17"
    Statement = concat(local.statements[principal], local.object_statements[principal], local.key_statements[principal])
  }) }
  trusted_services = merge(
    { for name in keys(local.functions) : name => "lambda.amazonaws.com" },
    { silver-jobs = "glue.amazonaws.com", gold-jobs = "glue.amazonaws.com", crawler = "glue.amazonaws.com", dagster = "ecs-tasks.amazonaws.com" },
  )
}
