variable "name" {
  description = "Name of the network."
  type        = string
}

variable "region" {
  description = "Region of the network."
  type        = string
}

variable "cidr" {
  description = "Addresses of the network, at least a /20."
  type        = string
  default     = "10.20.0.0/16"

  validation {
    condition     = can(cidrsubnet(var.cidr, 4, 0))
    error_message = "cidr is an IPv4 range such as 10.20.0.0/16, not \"${var.cidr}\"."
  }
}

variable "zones" {
  description = "Availability zones, two or more: a load balancer and a database want two."
  type        = list(string)

  validation {
    condition     = length(var.zones) >= 2
    error_message = "zones: at least two, not ${length(var.zones)}."
  }
}

variable "interface_endpoints" {
  description = "Services that are called from inside, by the last part of their endpoint's name; each costs by the hour and zone."
  type        = list(string)
}

variable "log_bucket_arn" {
  description = "Bucket for the log of refused connections."
  type        = string
}
