# Three services of one image: the code location, the webserver and the daemon. Each run is a task of its own (EcsRunLauncher).
locals {
  image = "${aws_ecr_repository.this.repository_url}:${var.image_tag}"

  commands = {
    code      = ["dagster", "api", "grpc", "-m", "ggvd_dagster.definitions", "--host", "0.0.0.0", "--port", "4000"]
    webserver = ["dagster-webserver", "-w", "workspace.yaml", "--host", "0.0.0.0", "--port", "3000"]
    daemon    = ["dagster-daemon", "run", "-w", "workspace.yaml"]
  }
  ports = { code = [4000], webserver = [3000], daemon = [] }

  environment = {
    AWS_REGION            = var.region
    GGVD_ENV              = var.env
    GGVD_ACCOUNT_ID       = var.account
    DAGSTER_CURRENT_IMAGE = local.image # what the launcher starts a run with
    DAGSTER_POSTGRES_HOST = aws_db_instance.this.address
    DAGSTER_POSTGRES_DB   = aws_db_instance.this.db_name
    DAGSTER_CODE_LOCATION = "${aws_service_discovery_service.code_location.name}.${aws_service_discovery_private_dns_namespace.this.name}"
    GGVD_ALERT_TOPIC_ARN  = var.alert_topic_arn # where cards of failures go
    PGSSLMODE             = "require"           # libpq reads it; rds.force_ssl refuses anything less
  }
  secrets = {
    DAGSTER_POSTGRES_USER     = "${aws_db_instance.this.master_user_secret[0].secret_arn}:username::"
    DAGSTER_POSTGRES_PASSWORD = "${aws_db_instance.this.master_user_secret[0].secret_arn}:password::"
  }
}

resource "aws_ecs_task_definition" "this" {
  for_each = local.commands

  family                   = "${var.name}-${each.key}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = each.key == "daemon" ? 512 : 1024
  memory                   = each.key == "daemon" ? 1024 : 2048
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = var.role_arn

  container_definitions = jsonencode([{
    name         = each.key
    image        = local.image
    essential    = true
    command      = each.value
    environment  = [for name, value in local.environment : { name = name, value = value }]
    secrets      = [for name, value in local.secrets : { name = name, valueFrom = value }]
    portMappings = [for port in local.ports[each.key] : { containerPort = port, protocol = "tcp" }]
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.this.name
        awslogs-region        = var.region
        awslogs-stream-prefix = each.key
      }
    }
  }])
}

resource "aws_ecs_service" "this" {
  for_each = local.commands

  name            = each.key
  cluster         = aws_ecs_cluster.this.id
  task_definition = aws_ecs_task_definition.this[each.key].arn
  desired_count   = 1
  launch_type     = "FARGATE"
  propagate_tags  = "SERVICE"

  # two daemons at a time would each tick every schedule
  deployment_minimum_healthy_percent = each.key == "daemon" ? 0 : 100
  deployment_maximum_percent         = each.key == "daemon" ? 100 : 200

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = var.network.subnet_ids
    security_groups  = [aws_security_group.tasks.id]
    assign_public_ip = false
  }

  dynamic "service_registries" {
    for_each = each.key == "code" ? [aws_service_discovery_service.code_location.arn] : []

    content {
      registry_arn = service_registries.value
    }
  }

  dynamic "load_balancer" {
    for_each = each.key == "webserver" ? [aws_lb_target_group.webserver.arn] : []

    content {
      target_group_arn = load_balancer.value
      container_name   = each.key
      container_port   = 3000
    }
  }

  depends_on = [aws_lb_listener.https]
}
