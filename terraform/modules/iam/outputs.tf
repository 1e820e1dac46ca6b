output "role_arns" {
  description = "ARNs of the roles by principal."
  value       = { for principal, role in aws_iam_role.this : principal => role.arn }

  # a role without its policy would let the first run fail
  depends_on = [aws_iam_role_policy.this]
}

output "analysts_group" {
  description = "Group for people who ask SQL of the tables."
  value       = aws_iam_group.analysts.name
}
