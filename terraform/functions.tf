# Queues, and the functions that they feed.
locals {
  runtime = "python3.12"
}

module "queues" {
  source   = "./modules/sqs"
  for_each = module.platform.queues

  name                = each.value.name
  dead_letter_name    = each.value.dead_letter_name
  visibility_seconds  = each.value.visibility_seconds
  least_visibility    = each.value.least_visibility
  retention_seconds   = each.value.retention_seconds
  dead_letter_seconds = each.value.dead_letter_seconds
  max_receives        = each.value.max_receives
}

module "layer" {
  source = "./modules/lambda_layer"

  name    = module.platform.layer_name
  package = "${local.packages}/requests_layer.zip"
  runtime = local.runtime
}

module "functions" {
  source   = "./modules/lambda"
  for_each = module.platform.functions

  name               = each.value.name
  role_arn           = module.iam.role_arns[each.key]
  handler            = each.value.handler
  runtime            = local.runtime
  package            = "${local.packages}/lambda_handlers.zip"
  layers             = [module.layer.arn]
  timeout_seconds    = each.value.timeout_seconds
  memory_mb          = each.value.memory_mb
  log_group          = each.value.log_group
  log_retention_days = var.log_retention_days
  key_arn            = module.key.arn
  environment        = merge(each.value.environment, { QUEUE_URLS = jsonencode({ for name, queue in module.queues : name => queue.url }) })

  event_source = each.value.queue == null ? null : {
    queue_arn           = module.queues[each.value.queue].arn
    batch_size          = each.value.batch_size
    maximum_concurrency = each.value.maximum_concurrency
  }
}
