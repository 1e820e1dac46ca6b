variable "name" {
  description = "Name of the layer."
  type        = string
}

variable "package" {
  description = "Path of the zip, with python/ at its root."
  type        = string
}

variable "runtime" {
  description = "Runtime that it is for."
  type        = string
}
