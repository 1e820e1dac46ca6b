variable "name" {
  description = "Name of the workgroup."
  type        = string
}

variable "bytes_limit" {
  description = "Bytes that one query may scan before it is stopped."
  type        = number

  validation {
    condition     = var.bytes_limit >= 10485760
    error_message = "bytes_limit is at least 10485760 (10 MiB), Athena's own smallest, not ${var.bytes_limit}."
  }
}

variable "output" {
  description = "S3 URI where results go."
  type        = string
}

variable "key_arn" {
  description = "Key for the results."
  type        = string
}

variable "queries" {
  description = "Folder of the named queries: <layer>/<name>.sql."
  type        = string
}

variable "databases" {
  description = "Database that the named queries of each layer are asked of."
  type        = map(string)
}

variable "force_destroy" {
  description = "Whether a destroy drops the query history too."
  type        = bool
  default     = false
}
