output "project" {
  description = "First part of every name."
  value       = local.project
}

output "owner" {
  description = "Who owns the platform."
  value       = local.spec.owner
}

output "region" {
  description = "Region of the platform."
  value       = local.region
}

output "layer_name" {
  description = "Lambda layer that brings requests."
  value       = "${local.project}-requests-${var.env}"
}

output "buckets" {
  description = "By role: name, versioned, expire_days."
  value       = local.buckets

  precondition {
    condition     = length(local.bucket_problems) == 0
    error_message = join("; ", local.bucket_problems)
  }
}

output "table_uris" {
  description = "Where each table lies, by <layer>/<table>."
  value       = local.table_uris
}

output "queues" {
  description = "By the spec's name: both names, visibility, retention and receives; least_visibility is the shortest that its function allows."
  value       = local.queues

  precondition {
    condition     = length(local.queue_problems) == 0
    error_message = join("; ", local.queue_problems)
  }
}

output "manifests_queue" {
  description = "Queue that S3 tells of each manifest in the bronze bucket."
  value       = local.manifests_queue
}

output "functions" {
  description = "By the spec's name: handler, limits, event source and environment (QUEUE_URLS is added where the queues are made)."
  value       = local.functions
}

output "secrets" {
  description = "Name of the secret of each source that has one."
  value       = local.secret_names
}

output "package_key" {
  description = "Key of the zip of glue_scripts in the assets bucket."
  value       = local.package_key
}

output "glue" {
  description = "Version, worker type, workers and time-out of every Glue job."
  value       = local.spec.glue
}

output "jobs" {
  description = "Glue jobs by <layer>/<table>: name, role, script and default arguments."
  value       = local.jobs
}

output "crawlers" {
  description = "Glue crawlers by layer: database and Delta tables."
  value       = local.crawlers
}

output "workgroup" {
  description = "Athena workgroup: name, bytes a query may scan, where results go."
  value       = local.workgroup
}

output "key_alias" {
  description = "Alias by which the policies know the platform's key."
  value       = local.key_alias
}

output "roles" {
  description = "Name of each principal's role (analysts: of the group)."
  value       = local.role_names
}

output "trusted_services" {
  description = "The service that may take each role."
  value       = local.trusted_services
}

output "policies" {
  description = "Policy document of each principal, as JSON."
  value       = local.policies
}
