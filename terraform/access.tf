# A role for each function, for the jobs of each layer, for the crawlers and for Dagster; a group for analysts.
module "iam" {
  source = "./modules/iam"

  names            = module.platform.roles
  trusted_services = module.platform.trusted_services
  policies         = module.platform.policies
  account          = var.account
}
