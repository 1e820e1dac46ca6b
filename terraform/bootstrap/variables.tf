variable "project" {
  description = "First part of the bucket's name."
  type        = string
  default     = "ggvd"
}

variable "region" {
  description = "Region of the bucket."
  type        = string
}

variable "account" {
  description = "The twelve digits of the AWS account."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account))
    error_message = "account is the 12 digits of an AWS account, not \"${var.account}\"."
  }
}
