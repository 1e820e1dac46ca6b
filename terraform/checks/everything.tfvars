# Every optional part switched on, for the checks; never deployed.
env                = "dev"
account            = "111122223333"
alarm_emails       = ["data-platform@example.com"]
monthly_budget_usd = 100
manifest_events    = true
dagster = {
  zones           = ["us-east-1a", "us-east-1b"]
  certificate_arn = "arn:aws:acm:us-east-1:111122223333:certificate/00000000-0000-0000-0000-000000000000"
  allowed_cidrs   = ["10.0.0.0/8"]
  image_tag       = "0.1.0"
}
