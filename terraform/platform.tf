# The spec, as names, settings and policies.
module "platform" {
  source = "./modules/platform"

  env         = var.env
  account     = var.account
  source_urls = var.source_urls
}

module "tags" {
  source = "./modules/tags"

  project = module.platform.project
  env     = var.env
  owner   = module.platform.owner
}

locals {
  packages = coalesce(var.packages, "${path.module}/../build/packages")
  name     = "${module.platform.project}-${var.env}"
}
