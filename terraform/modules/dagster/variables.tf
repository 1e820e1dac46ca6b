variable "name" {
  description = "First part of the names: <project>-<env>-dagster."
  type        = string
}

variable "region" {
  description = "Region."
  type        = string
}

variable "account" {
  description = "Account."
  type        = string
}

variable "env" {
  description = "Name of the deployment, which the code location is told."
  type        = string
}

variable "network" {
  description = "Network: id, addresses, private subnets, and S3's addresses."
  type = object({
    vpc_id            = string
    cidr              = string
    subnet_ids        = list(string)
    s3_prefix_list_id = string
  })
}

variable "role_arn" {
  description = "Role of Dagster's tasks, with what the platform lets them do."
  type        = string
}

variable "role_name" {
  description = "Name of that role; the right to launch runs is added to it."
  type        = string
}

variable "alert_topic_arn" {
  description = "Topic that is told of each failure."
  type        = string
}

variable "key_arn" {
  description = "Key for database, images and logs."
  type        = string
}

variable "image_tag" {
  description = "Tag of the image in the repository that is made here."
  type        = string
}

variable "certificate_arn" {
  description = "Certificate of the load balancer."
  type        = string
}

variable "allowed_cidrs" {
  description = "Who reaches the load balancer. Dagster's webserver asks nobody who they are, so put authentication in front of it."
  type        = list(string)

  validation {
    condition     = !contains(var.allowed_cidrs, "0.0.0.0/0")
    error_message = "allowed_cidrs: 0.0.0.0/0 would let everybody in; Dagster's webserver has no login."
  }
}

variable "database_class" {
  description = "Instance class of the database."
  type        = string
}

variable "database_multi_az" {
  description = "Whether the database has a standby in another zone."
  type        = bool
}

variable "log_bucket" {
  description = "Bucket for the load balancer's access logs."
  type        = string
}

variable "log_retention_days" {
  description = "How long the tasks' logs are kept."
  type        = number
}
