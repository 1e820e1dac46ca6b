"""Clients of AWS services. boto3 is imported when the first one is made: the package must load where only the layer is."""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def client(service: str) -> Any:
    """A client that lives as long as the container. `AWS_ENDPOINT_URL` in the environment is honoured by boto3 itself."""
    import boto3
    from botocore.config import Config

    make: Any = boto3.client  # its stubs want a literal name of a service
    return make(service, config=Config(retries={"mode": "standard", "max_attempts": 5}, connect_timeout=5, read_timeout=60))


def error_code(error: Exception) -> str:
    """The service's code in a botocore ClientError, for example `NoSuchKey` or `412`; empty for other errors."""
    response = getattr(error, "response", None) or {}
    return str(response.get("Error", {}).get("Code", ""))


def secret(secret_id: str) -> str:
    """A token from Secrets Manager, fit for an HTTP header.

    Raises SourceRejected when the secret is missing, forbidden or no token; SourceUnavailable when the service does not answer.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    from lambda_handlers.errors import SourceRejected, SourceUnavailable

    try:
        token = str(client("secretsmanager").get_secret_value(SecretId=secret_id).get("SecretString", "")).strip()
    except ClientError as error:
        code = error_code(error)
        if code in {"ResourceNotFoundException", "AccessDeniedException", "DecryptionFailure", "InvalidRequestException"}:
            raise SourceRejected(f"secret {secret_id} cannot be read ({code}); create it, or let the function's role read it") from error
        raise SourceUnavailable(f"Secrets Manager did not give secret {secret_id} ({code})") from error
    except BotoCoreError as error:
        raise SourceUnavailable(f"Secrets Manager did not answer for secret {secret_id} ({type(error).__name__})") from error
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise SourceRejected(f"secret {secret_id} does not hold a token; store TMDB's read access token in it as plain text")
    return token
