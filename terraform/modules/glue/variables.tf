variable "jobs" {
  description = "Jobs by <layer>/<table>, as the platform module gives them."
  type = map(object({
    name                = string
    description         = string
    script_key          = string
    script_uri          = string
    max_concurrent_runs = number
    arguments           = map(string)
  }))
}

variable "crawlers" {
  description = "Crawlers by layer, as the platform module gives them."
  type = map(object({
    name     = string
    database = string
    targets  = list(string)
  }))
}

variable "settings" {
  description = "Glue version, worker type, workers (the most that auto scaling may use) and time-out of every job."
  type = object({
    version         = string
    worker_type     = string
    workers         = number
    timeout_minutes = number
  })
}

variable "execution_class" {
  description = "STANDARD, or FLEX (spare capacity: about a third cheaper, may wait for minutes) for an environment that mostly backfills."
  type        = string
  default     = "STANDARD"

  validation {
    condition     = contains(["STANDARD", "FLEX"], var.execution_class)
    error_message = "execution_class is STANDARD or FLEX, not ${var.execution_class}."
  }
}

variable "role_arns" {
  description = "Roles by principal: silver-jobs, gold-jobs, crawler."
  type        = map(string)
}

variable "assets_bucket" {
  description = "Bucket for scripts and the package."
  type        = string
}

variable "package" {
  description = "Path of the zip of glue_scripts."
  type        = string
}

variable "package_key" {
  description = "Key of that zip in the assets bucket."
  type        = string
}

variable "code" {
  description = "Folder that holds glue_scripts."
  type        = string
}

variable "security_configuration" {
  description = "Name of the security configuration of jobs and crawlers."
  type        = string
}

variable "key_arn" {
  description = "Key for what jobs and crawlers write."
  type        = string
}
