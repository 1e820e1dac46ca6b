locals {
  visibility_factor = 6 # https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html

  queues = { for name, queue in local.spec.queues : name => {
    name               = local.queue_names[name]
    dead_letter_name   = local.dead_letter_names[name]
    visibility_seconds = queue.visibility_seconds
    max_receives       = queue.max_receives
    retention_seconds  = queue.retention_days * 86400
    # a message that moves to the dead letters keeps its age
    dead_letter_seconds = queue.dead_letter_days * 86400
    least_visibility    = local.visibility_factor * max(1, [for function in values(local.spec.functions) : function.timeout_seconds if try(function.queue, null) == name]...)
  } }

  queue_problems = concat(
    [for name, queue in local.queues :
      "queue ${name}: visibility of ${queue.visibility_seconds} s is shorter than ${local.visibility_factor} x the time-out of its function; set visibility_seconds to at least ${queue.least_visibility}"
    if queue.visibility_seconds < queue.least_visibility],
    [for name, queue in local.queues :
      "queue ${name}: dead_letter_days must exceed retention_days (a moved message keeps its age)"
    if queue.dead_letter_seconds <= queue.retention_seconds],
    [for name, function in local.spec.functions :
      "function ${name}: unknown queue \"${function.queue}\"; known: ${join(", ", keys(local.spec.queues))}"
    if !contains(concat(keys(local.spec.queues), ["-"]), try(coalesce(function.queue, "-"), "-"))],
  )
  bucket_problems = [for role, bucket in local.buckets :
    "bucket ${role}: the name ${bucket.name} has ${length(bucket.name)} characters, S3 allows 63; use a shorter project or env"
  if length(bucket.name) > 63]
}
