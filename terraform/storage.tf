# Bronze, silver, gold, assets, query results and logs.
module "key" {
  source = "./modules/kms"

  alias   = module.platform.key_alias
  account = var.account
  region  = module.platform.region
}

module "logs" {
  source = "./modules/s3"

  name               = module.platform.buckets.logs.name
  versioned          = module.platform.buckets.logs.versioned
  expire_days        = module.platform.buckets.logs.expire_days
  log_writer_account = var.account
  force_destroy      = var.force_destroy
}

module "buckets" {
  source   = "./modules/s3"
  for_each = { for role, bucket in module.platform.buckets : role => bucket if role != "logs" }

  name          = each.value.name
  key_arn       = module.key.arn
  versioned     = each.value.versioned
  expire_days   = each.value.expire_days
  log_bucket    = module.platform.buckets.logs.name
  force_destroy = var.force_destroy

  # by name and not by reference, because whether there is one must be known in the plan
  depends_on = [module.logs]
}

module "manifest_events" {
  source = "./modules/s3_notifications"
  count  = var.manifest_events ? 1 : 0

  bucket     = module.buckets["bronze"].name
  bucket_arn = module.buckets["bronze"].arn
  queue_name = module.platform.manifests_queue
  account    = var.account
}

module "secrets" {
  source = "./modules/secrets"

  names         = module.platform.secrets
  key_arn       = module.key.arn
  recovery_days = var.force_destroy ? 0 : 7
}
