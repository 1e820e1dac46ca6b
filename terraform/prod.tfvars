env = "prod"

# account = "123456789012"   # refuse every other account; set it before the first deploy

force_destroy      = false
execution_class    = "STANDARD"
monthly_budget_usd = 200
alarm_emails       = []
manifest_events    = true

# Dagster in the account; see docs/deploy.md
# dagster = {
#   zones           = ["us-east-1a", "us-east-1b"]
#   certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/..."
#   allowed_cidrs   = ["10.0.0.0/8"]
#   image_tag       = "0.1.0"
# }
