output "buckets" {
  description = "Names of the buckets by role."
  value       = { for role, bucket in module.platform.buckets : role => bucket.name }
}

output "queue_urls" {
  description = "URLs of the queues by the spec's name."
  value       = { for name, queue in module.queues : name => queue.url }
}

output "start_extraction" {
  description = "Function that Dagster invokes to plan an extraction."
  value       = module.functions["start-extraction"].name
}

output "workgroup" {
  description = "Athena workgroup for analysts and Dagster."
  value       = module.athena.workgroup
}

output "analysts_group" {
  description = "IAM group that may ask SQL of the tables, and nothing else."
  value       = module.iam.analysts_group
}

output "alarms_topic" {
  description = "Topic of the alarms."
  value       = module.alarms.topic_arn
}

output "secrets" {
  description = "Names of the secrets whose values are set outside Terraform, by source."
  value       = module.platform.secrets
}

output "dagster" {
  description = "Where Dagster is reached and where its image is pushed to; null without it."
  value = var.dagster == null ? null : {
    load_balancer = module.dagster[0].load_balancer
    repository    = module.dagster[0].repository_url
  }
}
