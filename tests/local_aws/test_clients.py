"""The server's clients to itself: as many as there are sessions, but few that keep connections."""

from concurrent.futures import ThreadPoolExecutor

import psutil

from local_aws import clients
from local_aws.credentials import Credentials


def test_clients_of_sessions_that_are_over_keep_no_connection(local_aws, monkeypatch):
    monkeypatch.setenv("GATEWAY_PORT", local_aws["AWS_ENDPOINT_URL"].rpartition(":")[2])
    before, found = psutil.Process().num_fds(), []
    for number in range(3 * clients.MOST):
        found.append(clients.client_as("s3", Credentials(f"key{number}", "secret", "", "us-east-1")))
        found[-1].list_buckets()
    assert psutil.Process().num_fds() - before <= clients.MOST + 2
    assert found[0].list_buckets()["Buckets"] is not None  # who still has one may use it


def test_one_that_is_given_up_while_it_is_used_goes_on(local_aws, monkeypatch):
    monkeypatch.setenv("GATEWAY_PORT", local_aws["AWS_ENDPOINT_URL"].rpartition(":")[2])
    monkeypatch.setattr(clients, "MOST", 1)

    def ask(number):
        return clients.client_as("s3", Credentials(f"key{number % 3}", "secret", "", "us-east-1")).list_buckets()

    with ThreadPoolExecutor(4) as pool:
        assert len(list(pool.map(ask, range(60)))) == 60
