# Glue: a job for each silver and gold table, their databases and crawlers.
module "glue" {
  source = "./modules/glue"

  jobs                   = module.platform.jobs
  crawlers               = module.platform.crawlers
  settings               = module.platform.glue
  execution_class        = var.execution_class
  role_arns              = module.iam.role_arns
  assets_bucket          = module.buckets["assets"].name
  package                = "${local.packages}/glue_scripts.zip"
  package_key            = module.platform.package_key
  code                   = "${path.module}/.."
  security_configuration = local.name
  key_arn                = module.key.arn
}

module "athena" {
  source = "./modules/athena"

  name          = module.platform.workgroup.name
  bytes_limit   = module.platform.workgroup.bytes_limit
  output        = module.platform.workgroup.output
  key_arn       = module.key.arn
  queries       = "${path.module}/../ggvd_dagster/queries"
  databases     = module.glue.databases
  force_destroy = var.force_destroy

  depends_on = [module.buckets]
}
