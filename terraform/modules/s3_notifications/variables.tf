variable "bucket" {
  description = "Name of the bucket whose manifests are told of."
  type        = string
}

variable "bucket_arn" {
  description = "ARN of that bucket."
  type        = string
}

variable "queue_name" {
  description = "Name of the queue that gets the events."
  type        = string
}

variable "account" {
  description = "Account that owns the bucket."
  type        = string
}
