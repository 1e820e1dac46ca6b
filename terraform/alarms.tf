module "alarms" {
  source = "./modules/alarms"

  name               = local.name
  project            = module.platform.project
  account            = var.account
  key_arn            = module.key.arn
  emails             = var.alarm_emails
  dead_letter_names  = { for name, queue in module.platform.queues : name => queue.dead_letter_name }
  function_names     = { for name, function in module.platform.functions : name => function.name }
  job_names          = { for table, job in module.platform.jobs : table => job.name }
  monthly_budget_usd = var.monthly_budget_usd
}
