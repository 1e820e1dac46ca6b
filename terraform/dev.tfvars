env = "dev"

# account = "123456789012"   # refuse every other account; without it, the one that the credentials belong to

# a development environment may be thrown away with its data
force_destroy      = true
execution_class    = "FLEX"
monthly_budget_usd = 20
alarm_emails       = []
manifest_events    = true # what the sensor of new snapshots listens to
