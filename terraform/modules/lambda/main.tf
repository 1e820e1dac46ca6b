# One function, its log group and the queue that feeds it, if there is one.
resource "aws_cloudwatch_log_group" "this" {
  name              = var.log_group
  retention_in_days = var.log_retention_days
  kms_key_id        = var.key_arn
}

resource "aws_lambda_function" "this" {
  function_name    = var.name
  role             = var.role_arn
  handler          = var.handler
  runtime          = var.runtime
  filename         = var.package
  source_code_hash = filebase64sha256(var.package)
  layers           = var.layers
  timeout          = var.timeout_seconds
  memory_size      = var.memory_mb
  kms_key_arn      = var.key_arn

  environment {
    variables = var.environment
  }

  # otherwise the first invocation makes the log group, without retention
  depends_on = [aws_cloudwatch_log_group.this]
}

resource "aws_lambda_event_source_mapping" "this" {
  count = var.event_source == null ? 0 : 1

  event_source_arn        = var.event_source.queue_arn
  function_name           = aws_lambda_function.this.arn
  batch_size              = var.event_source.batch_size
  function_response_types = ["ReportBatchItemFailures"]

  # reserved concurrency alone would make the pollers spend receives on throttled messages
  scaling_config {
    maximum_concurrency = var.event_source.maximum_concurrency
  }
}

# Who invokes start-extraction must not do so twice because an answer is late; the function is also never retried by Lambda itself.
resource "aws_lambda_function_event_invoke_config" "this" {
  function_name                = aws_lambda_function.this.function_name
  maximum_retry_attempts       = 0
  maximum_event_age_in_seconds = 3600
}
