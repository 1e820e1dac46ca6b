# The script of each table, the package that all share, and a job for each table.
resource "aws_s3_object" "package" {
  bucket      = var.assets_bucket
  key         = var.package_key
  source      = var.package
  source_hash = filesha256(var.package)
}

resource "aws_s3_object" "script" {
  for_each = var.jobs

  bucket       = var.assets_bucket
  key          = each.value.script_key
  source       = "${var.code}/${each.value.script_key}"
  source_hash  = filesha256("${var.code}/${each.value.script_key}")
  content_type = "text/x-python"
}

resource "aws_glue_job" "this" {
  for_each = var.jobs

  name                   = each.value.name
  description            = each.value.description
  role_arn               = var.role_arns[startswith(each.key, "silver/") ? "silver-jobs" : "gold-jobs"]
  glue_version           = var.settings.version
  worker_type            = var.settings.worker_type
  number_of_workers      = var.settings.workers
  timeout                = var.settings.timeout_minutes
  max_retries            = 0 # Dagster retries, and knows why
  execution_class        = var.execution_class
  security_configuration = aws_glue_security_configuration.this.name
  default_arguments      = each.value.arguments

  command {
    name            = "glueetl"
    python_version  = "3"
    script_location = each.value.script_uri
  }

  execution_property {
    max_concurrent_runs = each.value.max_concurrent_runs
  }

  depends_on = [aws_s3_object.script, aws_s3_object.package]
}

resource "aws_glue_security_configuration" "this" {
  name = var.security_configuration

  encryption_configuration {
    cloudwatch_encryption {
      cloudwatch_encryption_mode = "SSE-KMS"
      kms_key_arn                = var.key_arn
    }

    job_bookmarks_encryption {
      job_bookmarks_encryption_mode = "CSE-KMS"
      kms_key_arn                   = var.key_arn
    }

    s3_encryption {
      s3_encryption_mode = "SSE-KMS"
      kms_key_arn        = var.key_arn
    }
  }
}
