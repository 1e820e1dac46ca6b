variable "project" {
  description = "First part of every name."
  type        = string
}

variable "env" {
  description = "Name of the deployment."
  type        = string
}

variable "owner" {
  description = "Team that answers for the resources and their cost, such as team:data-platform."
  type        = string
}
