# Where a source's token is kept. Its value is set outside Terraform, so it is in no state and no plan.
resource "aws_secretsmanager_secret" "this" {
  for_each = var.names

  name                    = each.value
  description             = "Token for the source ${each.key}"
  kms_key_id              = var.key_arn
  recovery_window_in_days = var.recovery_days
}
