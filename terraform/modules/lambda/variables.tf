variable "name" {
  description = "Name of the function."
  type        = string
}

variable "role_arn" {
  description = "Role that it takes."
  type        = string
}

variable "handler" {
  description = "Dotted path of the handler."
  type        = string
}

variable "runtime" {
  description = "Lambda runtime."
  type        = string
}

variable "package" {
  description = "Path of the zip of all handlers."
  type        = string
}

variable "layers" {
  description = "ARNs of layers."
  type        = list(string)
}

variable "timeout_seconds" {
  description = "Time-out of one invocation."
  type        = number
}

variable "memory_mb" {
  description = "Memory in MB."
  type        = number
}

variable "environment" {
  description = "Environment variables; none is a secret."
  type        = map(string)
}

variable "log_group" {
  description = "Name of its log group."
  type        = string
}

variable "log_retention_days" {
  description = "How long logs are kept."
  type        = number
}

variable "key_arn" {
  description = "Key for the environment and the logs."
  type        = string
}

variable "event_source" {
  description = "Queue that feeds it, messages of one invocation, and most invocations at a time (the sources' rate is shared among them); null when it is invoked."
  type = object({
    queue_arn           = string
    batch_size          = number
    maximum_concurrency = number
  })
  default = null

  validation {
    condition     = var.event_source == null || try(var.event_source.maximum_concurrency >= 2 && var.event_source.maximum_concurrency <= 1000, false)
    error_message = "maximum_concurrency is 2 to 1000."
  }
}
