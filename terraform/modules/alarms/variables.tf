variable "name" {
  description = "First part of the names: <project>-<env>."
  type        = string
}

variable "project" {
  description = "Value of the tag Project, whose cost the budget counts."
  type        = string
}

variable "account" {
  description = "Account whose services may publish to the topic."
  type        = string
}

variable "key_arn" {
  description = "Key that encrypts the topic."
  type        = string
}

variable "emails" {
  description = "Addresses that get the alarms; each is asked to confirm."
  type        = list(string)
  default     = []
}

variable "dead_letter_names" {
  description = "Queues of dead letters by the spec's queue."
  type        = map(string)
}

variable "function_names" {
  description = "Functions by the spec's name."
  type        = map(string)
}

variable "job_names" {
  description = "Glue jobs by table."
  type        = map(string)
}

variable "monthly_budget_usd" {
  description = "Cost in a month above which the forecast is an alarm; null for no budget."
  type        = number
  default     = null
}
