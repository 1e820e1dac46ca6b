# Tags that every resource carries; the provider adds them.
locals {
  tags = {
    Project     = var.project
    Environment = var.env
    Owner       = var.owner
    ManagedBy   = "terraform"
  }
}
