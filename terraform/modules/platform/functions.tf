# The same variables as ggvd_dagster/function_environment.py. QUEUE_URLS is added where the queues are made.
locals {
  function_sources = { for function_name, function in local.spec.functions : function_name => { for name, source in local.spec.sources : name => {
    url                 = lookup(var.source_urls, name, source.url)
    requests_per_second = try(source.requests_per_second * try(function.request_share, 0), null)
    pages_per_message   = try(source.pages_per_message, null)
    part_bytes          = try(source.part_bytes, null)
  } } }
  function_tables = { for name, table in local.layers.bronze : split("/", name)[1] => {
    source     = table.source
    member     = try(table.member, null)
    partitions = try(table.partitions, null)
    queue      = try(table.member, null) == null ? "extract-tmdb" : "extract-archive"
  } }

  functions = { for name, function in local.spec.functions : name => {
    name                = local.function_names[name]
    role                = local.role_names[name]
    handler             = function.handler
    timeout_seconds     = function.timeout_seconds
    memory_mb           = function.memory_mb
    queue               = try(function.queue, null)
    batch_size          = try(function.batch_size, 1)
    maximum_concurrency = try(function.maximum_concurrency, 2)
    log_group           = "/aws/lambda/${local.function_names[name]}"
    environment = {
      BRONZE_BUCKET       = local.buckets.bronze.name
      TABLES              = jsonencode(local.function_tables)
      SOURCES             = jsonencode(local.function_sources[name])
      TMDB_SECRET_ID      = local.secret_names.tmdb
      MAXIMUM_CONCURRENCY = tostring(try(function.queue, null) == null ? 1 : try(function.maximum_concurrency, 2))
    }
  } }
}
