variable "name" {
  description = "Name of the bucket."
  type        = string
}

variable "key_arn" {
  description = "Key that encrypts the objects; null is S3's own (S3 can deliver access logs only to such a bucket)."
  type        = string
  default     = null
}

variable "versioned" {
  description = "Whether overwritten and deleted objects are kept for 7 days."
  type        = bool
  default     = false
}

variable "expire_days" {
  description = "Age in days at which objects are deleted; null keeps them."
  type        = number
  default     = null
}

variable "log_bucket" {
  description = "Bucket for access logs; null for none."
  type        = string
  default     = null
}

variable "log_writer_account" {
  description = "Account whose buckets, networks and load balancers may deliver logs here; null for none."
  type        = string
  default     = null
}

variable "force_destroy" {
  description = "Whether a destroy deletes the objects too."
  type        = bool
  default     = false
}
