"""A PostgreSQL server of a test's own: a free port of 127.0.0.1, a password, TLS, a temporary folder."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest

from tests.conftest import free_port

PASSWORD = "a pass%word:with/what@URLs?reserve"
FOLDERS = ("/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/postgresql*/bin", "/usr/local/opt/postgresql*/bin")


@dataclass(frozen=True)
class Server:
    port: int

    def connect(self, **settings):
        known = {"host": "127.0.0.1", "port": self.port, "dbname": "dagster", "user": "dagster", "password": PASSWORD}
        return psycopg2.connect(**known | settings)

    def rows(self, sql, *parameters):
        with contextlib.closing(self.connect()) as connection, connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchall()


def binaries():
    """Folder of the newest server's programs; skips where PostgreSQL is not installed."""
    folders = [folder for pattern in FOLDERS for folder in sorted(Path("/").glob(pattern[1:])) if (folder / "initdb").exists()]
    if not folders and (found := shutil.which("initdb")):
        folders = [Path(found).parent]
    if not folders:
        pytest.skip("PostgreSQL is not installed; on Debian and Ubuntu: apt-get install postgresql")
    return folders[-1]


def owner():
    """Arguments of Popen by which a server may start: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}, os.geteuid()
    account = pwd.getpwnam("postgres")
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}, account.pw_uid


@contextlib.contextmanager
def running():
    """A server that accepts only TLS with a password, as RDS does where `rds.force_ssl` is set."""
    programs, (account, uid) = binaries(), owner()
    folder = Path(tempfile.mkdtemp(prefix="ggvd-pg-"))  # below /tmp itself: pytest's folders are closed to other users
    os.chown(folder, uid, -1)

    def call(*command):
        process = subprocess.run(command, cwd=folder, capture_output=True, text=True, **account)
        assert process.returncode == 0, process.stderr

    port, data = free_port(), folder / "data"
    (folder / "password").write_text(PASSWORD)
    (folder / "password").chmod(0o644)
    call(
        str(programs / "initdb"), "-D", str(data), "-U", "dagster", "--pwfile", str(folder / "password"), "-A", "scram-sha-256", "--no-sync"
    )
    certificate = ["-subj", "/CN=127.0.0.1", "-keyout", str(data / "server.key"), "-out", str(data / "server.crt")]
    call("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", *certificate)
    (data / "pg_hba.conf").write_text("hostssl all all 127.0.0.1/32 scram-sha-256\n")
    settings = {"port": port, "ssl": "on", "listen_addresses": "127.0.0.1", "unix_socket_directories": folder, "fsync": "off"}
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([str(programs / "postgres"), "-D", str(data), *options], stdout=log, stderr=log, **account)
    server = Server(port)
    try:
        _wait(server, process, folder / "log")
        yield server
    finally:
        process.send_signal(signal.SIGINT)  # PostgreSQL's "fast" shutdown: it does not wait for clients
        process.wait(timeout=20)
        shutil.rmtree(folder)


def _wait(server, process, log):
    for _ in range(200):
        assert process.poll() is None, log.read_text()
        try:
            server.connect(dbname="postgres").close()
            break
        except psycopg2.OperationalError:
            time.sleep(0.1)
    with contextlib.closing(server.connect(dbname="postgres")) as connection:
        connection.autocommit = True
        connection.cursor().execute("CREATE DATABASE dagster")
