variable "names" {
  description = "Names of the secrets by source."
  type        = map(string)
}

variable "key_arn" {
  description = "Key that encrypts them."
  type        = string
}

variable "recovery_days" {
  description = "Days for which a deleted secret can be had back; 0 deletes at once, which lets its name be used again."
  type        = number
  default     = 7
}
