output "arns" {
  description = "ARNs of the secrets by source."
  value       = { for source, secret in aws_secretsmanager_secret.this : source => secret.arn }
}
