variable "alias" {
  description = "Alias of the key, alias/<project>-<env>."
  type        = string
}

variable "account" {
  description = "Account that owns the key."
  type        = string
}

variable "region" {
  description = "Region of the key."
  type        = string
}
