variable "names" {
  description = "Names of roles and of the analysts' group, by principal."
  type        = map(string)
}

variable "trusted_services" {
  description = "The service that may take each role, by principal."
  type        = map(string)
}

variable "policies" {
  description = "Policy documents by principal, as JSON."
  type        = map(string)
}

variable "account" {
  description = "Account on whose behalf a service may take a role."
  type        = string
}
