# A role for each principal that a service takes, and a group for people. Their policies are documents of the platform module.
resource "aws_iam_role" "this" {
  for_each = var.trusted_services

  name        = var.names[each.key]
  description = "What ${each.key} may do, and nothing else"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [merge(
      { Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = each.value } },
      # not on behalf of another account's resources; Lambda does not document that it sends this key
      each.value == "lambda.amazonaws.com" ? {} : { Condition = { StringEquals = { "aws:SourceAccount" = var.account } } },
    )]
  })
}

resource "aws_iam_role_policy" "this" {
  for_each = var.trusted_services

  name   = "platform"
  role   = aws_iam_role.this[each.key].id
  policy = var.policies[each.key]
}

resource "aws_iam_group" "analysts" {
  name = var.names["analysts"]
}

resource "aws_iam_group_policy" "analysts" {
  name   = "platform"
  group  = aws_iam_group.analysts.name
  policy = var.policies["analysts"]
}
