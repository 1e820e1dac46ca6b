# Where the questions are asked: a limit for every query, results encrypted and in one place, and the questions themselves by name.
resource "aws_athena_workgroup" "this" {
  name          = var.name
  description   = "Queries of the movie lakehouse"
  force_destroy = var.force_destroy

  configuration {
    enforce_workgroup_configuration    = true
    publish_cloudwatch_metrics_enabled = true
    bytes_scanned_cutoff_per_query     = var.bytes_limit

    result_configuration {
      output_location = var.output

      encryption_configuration {
        encryption_option = "SSE_KMS"
        kms_key_arn       = var.key_arn
      }
    }
  }
}

resource "aws_athena_named_query" "this" {
  for_each = fileset(var.queries, "*/*.sql")

  name        = trimsuffix(basename(each.key), ".sql")
  description = try(trimspace(regex("^-- ?([^\n]*)", file("${var.queries}/${each.key}"))[0]), "")
  workgroup   = aws_athena_workgroup.this.id
  database    = var.databases[dirname(each.key)]
  query       = file("${var.queries}/${each.key}")
}
