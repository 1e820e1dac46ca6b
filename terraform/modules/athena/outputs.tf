output "workgroup" {
  description = "Name of the workgroup."
  value       = aws_athena_workgroup.this.name
}

output "named_queries" {
  description = "Ids of the named queries by name."
  value       = { for query in aws_athena_named_query.this : query.name => query.id }
}
