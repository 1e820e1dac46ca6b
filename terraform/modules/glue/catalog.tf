# The databases, and the crawlers that keep them in step with the Delta tables' own logs.
resource "aws_glue_catalog_database" "this" {
  for_each = var.crawlers

  name        = each.value.database
  description = "Tables of the ${each.key} layer"
}

resource "aws_glue_crawler" "this" {
  for_each = var.crawlers

  name                   = each.value.name
  description            = "Maps the ${each.key} Delta tables into ${each.value.database}"
  role                   = var.role_arns["crawler"]
  database_name          = aws_glue_catalog_database.this[each.key].name
  security_configuration = aws_glue_security_configuration.this.name

  # native tables: Athena reads the Delta log itself; manifests would go stale
  delta_target {
    delta_tables              = each.value.targets
    write_manifest            = false
    create_native_delta_table = true
  }

  schema_change_policy {
    delete_behavior = "LOG" # a table that cannot be read for once is not dropped
    update_behavior = "UPDATE_IN_DATABASE"
  }

  lineage_configuration {
    crawler_lineage_settings = "DISABLE"
  }

  recrawl_policy {
    recrawl_behavior = "CRAWL_EVERYTHING"
  }
}
