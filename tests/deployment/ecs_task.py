"""The daemon as a task of ECS on the local AWS, with the metadata address that ECS gives each container."""

import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3

CLUSTER = "ggvd-dev-dagster"
EXECUTION_ROLE = "arn:aws:iam::000000000000:role/ggvd-dev-dagster-execution"
TASK_ROLE = "arn:aws:iam::000000000000:role/ggvd-dev-dagster"
SECRET = "arn:aws:secretsmanager:us-east-1:000000000000:secret:rds!db"
SECRETS = [{"name": f"DAGSTER_POSTGRES_{key.upper()}", "valueFrom": f"{SECRET}:{key}::"} for key in ("username", "password")]
ENVIRONMENT = [{"name": "GGVD_ENV", "value": "dev"}]


def start_daemon(image):
    """ARN of a running task that is defined as Terraform defines the daemon's."""
    ecs = boto3.client("ecs")
    ecs.create_cluster(clusterName=CLUSTER)
    container = {"name": "daemon", "image": image, "command": ["dagster-daemon", "run"], "environment": ENVIRONMENT, "secrets": SECRETS}
    ecs.register_task_definition(
        family=f"{CLUSTER}-daemon",
        requiresCompatibilities=["FARGATE"],
        networkMode="awsvpc",
        cpu="512",
        memory="1024",
        executionRoleArn=EXECUTION_ROLE,
        taskRoleArn=TASK_ROLE,
        containerDefinitions=[container],
    )
    network = {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}
    answer = ecs.run_task(cluster=CLUSTER, taskDefinition=f"{CLUSTER}-daemon", launchType="FARGATE", networkConfiguration=network)
    return answer["tasks"][0]["taskArn"]


@contextlib.contextmanager
def metadata(task):
    """Address of a task metadata endpoint, version 4, of the daemon's container."""
    answers = {"/": {"Name": "daemon"}, "/task": {"Cluster": CLUSTER, "TaskARN": task}}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            body = json.dumps(answers[self.path or "/"]).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
