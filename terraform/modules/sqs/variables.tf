variable "name" {
  description = "Name of the queue."
  type        = string
}

variable "dead_letter_name" {
  description = "Name of the queue of its dead letters."
  type        = string
}

variable "visibility_seconds" {
  description = "How long a received message is hidden from others."
  type        = number
}

variable "least_visibility" {
  description = "Shortest visibility that the function fed by the queue allows: 6 x its time-out."
  type        = number
}

variable "retention_seconds" {
  description = "Age at which a message that nobody took is dropped."
  type        = number
}

variable "dead_letter_seconds" {
  description = "Age at which a dead letter is dropped; its age counts from when it was first sent."
  type        = number
}

variable "max_receives" {
  description = "Receives after which a message is a dead letter; at least 5, since SQS may count one that nobody got."
  type        = number

  validation {
    condition     = var.max_receives >= 5
    error_message = "max_receives is at least 5, not ${var.max_receives}."
  }
}
