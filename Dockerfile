# One image, three commands: the webserver (default), the daemon and the code location. See docs/deploy.md.
FROM python:3.11.14-slim-bookworm AS base

FROM base AS packages
# The lock alone comes first: a change of the code does not install the packages again.
COPY requirements/runtime.lock /tmp/runtime.lock
# --no-deps: the lock names all that is needed; pip would ask for hashes of extras that the lock has under their plain names.
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --require-hashes --requirement /tmp/runtime.lock \
    && /opt/venv/bin/pip check

FROM base AS dagster
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/opt/ggvd \
    PYTHONUNBUFFERED=1 \
    DAGSTER_HOME=/opt/dagster/ecs
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin dagster
COPY --from=packages /opt/venv /opt/venv

# Two homes, chosen by DAGSTER_HOME: runs as tasks of ECS, or in the code location's container.
WORKDIR /opt/dagster
COPY ggvd_dagster/instance/production.yaml container/dagster.yaml
COPY ggvd_dagster/instance/ecs_launcher.yaml ecs/launcher.yaml
RUN cat container/dagster.yaml ecs/launcher.yaml > ecs/dagster.yaml \
    && rm ecs/launcher.yaml \
    && chown -R dagster: container ecs

# glue_scripts and lambda_handlers are not run here: the assets' code versions are digests of them.
WORKDIR /opt/ggvd
COPY deploy/workspace.yaml ./
COPY glue_scripts ./glue_scripts
COPY lambda_handlers ./lambda_handlers
COPY ggvd_dagster ./ggvd_dagster

USER 10001
EXPOSE 3000 4000
# For the default command. Compose gives the others their own; ECS reads none of an image.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:3000/server_info', timeout=5)"]
CMD ["dagster-webserver", "-w", "workspace.yaml", "--host", "0.0.0.0", "--port", "3000"]
