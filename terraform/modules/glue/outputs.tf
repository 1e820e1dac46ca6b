output "job_names" {
  description = "Names of the jobs by <layer>/<table>."
  value       = { for table, job in aws_glue_job.this : table => job.name }
}

output "crawler_names" {
  description = "Names of the crawlers by layer."
  value       = { for layer, crawler in aws_glue_crawler.this : layer => crawler.name }
}

output "databases" {
  description = "Names of the databases by layer."
  value       = { for layer, database in aws_glue_catalog_database.this : layer => database.name }
}
