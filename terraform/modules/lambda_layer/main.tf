resource "aws_lambda_layer_version" "this" {
  layer_name          = var.name
  description         = "requests, for every function that speaks HTTP"
  filename            = var.package
  source_code_hash    = filebase64sha256(var.package)
  compatible_runtimes = [var.runtime]
}
