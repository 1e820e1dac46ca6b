variables {
  env     = "dev"
  account = "111122223333"
}

run "names_follow_from_the_spec" {
  command = plan

  assert {
    condition     = output.buckets.bronze.name == "ggvd-bronze-dev-111122223333"
    error_message = "bucket: ${output.buckets.bronze.name}"
  }
  assert {
    condition     = output.jobs["silver/tmdb_movies"].name == "ggvd-silver-tmdb-movies-dev"
    error_message = "job: ${output.jobs["silver/tmdb_movies"].name}"
  }
  assert {
    condition     = output.queues.extract-tmdb.dead_letter_name == "ggvd-extract-tmdb-dead-letters-dev"
    error_message = "dead letters: ${output.queues.extract-tmdb.dead_letter_name}"
  }
  assert {
    condition     = output.workgroup.name == "wg_uffic_dev" && output.secrets.tmdb == "ggvd/dev/tmdb-token"
    error_message = "workgroup or secret: ${output.workgroup.name}, ${output.secrets.tmdb}"
  }
}

run "every_queue_is_visible_long_enough" {
  command = plan

  assert {
    condition     = alltrue([for queue in values(output.queues) : queue.visibility_seconds >= queue.least_visibility])
    error_message = "a queue's visibility is shorter than 6 x its function's time-out"
  }
  assert {
    condition     = output.queues.extract-tmdb.least_visibility == 720
    error_message = "6 x 120 s is 720 s, not ${output.queues.extract-tmdb.least_visibility}"
  }
}

run "no_policy_allows_everything" {
  command = plan

  assert {
    condition = alltrue(flatten([for policy in values(output.policies) : [
      for statement in jsondecode(policy).Statement : [for action in statement.Action : !endswith(action, "*")]
    ]]))
    error_message = "an action with a wildcard"
  }
  assert {
    condition = alltrue(flatten([for policy in values(output.policies) : [
      for statement in jsondecode(policy).Statement : statement.Resource != ["*"] || can(statement.Condition)
    ]]))
    error_message = "a statement on every resource without a condition"
  }
}

run "sources_can_be_replaced" {
  command = plan

  variables {
    source_urls = { tmdb = "http://127.0.0.1:4577/3" }
  }
  assert {
    condition     = jsondecode(output.functions.extract-tmdb.environment.SOURCES).tmdb.url == "http://127.0.0.1:4577/3"
    error_message = "the source's address was not replaced"
  }
}

run "a_wrong_environment_is_refused" {
  command = plan
  variables {
    env = "Production!"
  }
  expect_failures = [var.env]
}

run "a_wrong_account_is_refused" {
  command = plan
  variables {
    account = "1234"
  }
  expect_failures = [var.account]
}
