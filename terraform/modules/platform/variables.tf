variable "env" {
  description = "Name of the deployment: dev, prod or another short lower-case word; it is part of every name."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{1,9}$", var.env))
    error_message = "env is 2 to 10 lower-case letters and digits and starts with a letter (dev, prod), not \"${var.env}\"."
  }
}

variable "account" {
  description = "The twelve digits of the AWS account; bucket names end with them, because they are unique in the world."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account))
    error_message = "account is the 12 digits of an AWS account, not \"${var.account}\"."
  }
}

variable "spec_path" {
  description = "Path of the spec; without it, ggvd_dagster/platform.yaml of this checkout."
  type        = string
  default     = null
}

variable "source_urls" {
  description = "Addresses that replace those of the spec's sources, by source name (a mirror, a test server)."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for url in values(var.source_urls) : can(regex("^https?://", url))])
    error_message = "source_urls: each address starts with http:// or https://."
  }
}
