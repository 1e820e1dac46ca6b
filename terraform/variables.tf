variable "env" {
  description = "Name of the deployment: dev, prod or another short lower-case word."
  type        = string
}

variable "account" {
  description = "The twelve digits of the AWS account; credentials of any other are refused. terraform/deploy.py asks STS when it is not set."
  type        = string
}

variable "packages" {
  description = "Folder of the zips that `python -m ggvd_dagster.packaging` writes; without it, build/packages of this checkout."
  type        = string
  default     = null
}

variable "source_urls" {
  description = "Addresses that replace those of the spec's sources, by source name (a mirror, a test server)."
  type        = map(string)
  default     = {}
}

variable "force_destroy" {
  description = "Whether `destroy` deletes buckets with data, query history and secrets at once. Off, so that a mistake costs nothing."
  type        = bool
  default     = false
}

variable "execution_class" {
  description = "STANDARD, or FLEX for an environment that mostly backfills."
  type        = string
  default     = "STANDARD"
}

variable "log_retention_days" {
  description = "How long the functions' logs are kept."
  type        = number
  default     = 365
}

variable "alarm_emails" {
  description = "Addresses that get alarms; each is asked to confirm."
  type        = list(string)
  default     = []
}

variable "monthly_budget_usd" {
  description = "Cost in a month above which the forecast is an alarm; null for no budget."
  type        = number
  default     = null
}

variable "manifest_events" {
  description = "Whether bronze tells of each complete snapshot in a queue."
  type        = bool
  default     = false
}

variable "dagster" {
  description = "Dagster on ECS behind an internal load balancer, with PostgreSQL on RDS; null for none (run it elsewhere)."
  type = object({
    zones             = list(string) # two or more availability zones
    certificate_arn   = string       # certificate of the load balancer
    allowed_cidrs     = list(string) # who reaches the load balancer, such as a VPN
    image_tag         = string       # tag of the image in the repository that is made here
    database_class    = optional(string, "db.t4g.micro")
    database_multi_az = optional(bool, false)
  })
  default = null
}
