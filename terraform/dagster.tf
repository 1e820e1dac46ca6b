# Dagster in the account: off unless `dagster` is set. It wants a network of its own.
module "networking" {
  source = "./modules/networking"
  count  = var.dagster == null ? 0 : 1

  name           = "${local.name}-dagster"
  region         = module.platform.region
  zones          = var.dagster.zones
  log_bucket_arn = module.logs.arn
  # what Dagster calls: images, its own tasks, and the platform
  interface_endpoints = ["ecr.api", "ecr.dkr", "logs", "secretsmanager", "ecs", "ec2", "sts", "lambda", "glue", "athena", "sqs", "sns"]
}

module "dagster" {
  source = "./modules/dagster"
  count  = var.dagster == null ? 0 : 1

  name    = "${local.name}-dagster"
  region  = module.platform.region
  account = var.account
  env     = var.env
  network = {
    vpc_id            = module.networking[0].vpc_id
    cidr              = module.networking[0].cidr
    subnet_ids        = module.networking[0].subnet_ids
    s3_prefix_list_id = module.networking[0].s3_prefix_list_id
  }
  alert_topic_arn    = module.alarms.topic_arn
  role_arn           = module.iam.role_arns["dagster"]
  role_name          = module.platform.roles["dagster"]
  key_arn            = module.key.arn
  image_tag          = var.dagster.image_tag
  certificate_arn    = var.dagster.certificate_arn
  allowed_cidrs      = var.dagster.allowed_cidrs
  database_class     = var.dagster.database_class
  database_multi_az  = var.dagster.database_multi_az
  log_bucket         = module.logs.name
  log_retention_days = var.log_retention_days
}
