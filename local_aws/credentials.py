"""Whose credentials work is done with: a job or crawler has a session of its role, a query is its caller's. As on AWS, and always."""

from __future__ import annotations

import time
from contextvars import ContextVar
from dataclasses import dataclass

# the access key of the request that is being answered; threads that carry it on copy the context
caller_key: ContextVar[str] = ContextVar("ggvd_caller_key", default="")


@dataclass(frozen=True)
class Credentials:
    """A key pair, with a token where it is a session's, and the region that it is used in."""

    key: str
    secret: str
    token: str
    region: str

    def variables(self) -> dict[str, str]:
        session = {"AWS_SESSION_TOKEN": self.token} if self.token else {}
        return {"AWS_ACCESS_KEY_ID": self.key, "AWS_SECRET_ACCESS_KEY": self.secret, **session}


def of_account() -> Credentials:
    """The root of the request's account, for what the server does for nobody in particular."""
    from ministack.core.responses import get_account_id

    return of_root(get_account_id(), _region())


def of_root(account: str, region: str) -> Credentials:
    return Credentials(account, "test", "", region)


def of_role(role: str, name: str, seconds: float) -> Credentials:
    """A new session of a role (its ARN or name), as the service that runs `name` gets one; it ends after `seconds`."""
    from ministack.core.responses import get_account_id
    from ministack.services import iam, sts

    plain = role.rpartition("/")[2]
    found = Credentials(iam._gen_session_access_key(), iam._gen_secret(), iam._gen_session_token(), _region())
    session = {
        "Arn": f"arn:aws:sts::{get_account_id()}:assumed-role/{plain}/{name[:64]}",
        "UserId": f"{plain}:{name[:64]}",
        "SecretAccessKey": found.secret,
        "SessionToken": found.token,
        "Expiration": time.time() + seconds,
    }
    sts.register_session(found.key, session)
    return found


def of_caller() -> Credentials:
    """Those that the request was signed with; the account's root where the emulator does not know them (it then asks for none)."""
    from ministack.core.iam_evaluator import ResolvedCredential, is_root_access_key, resolve_credential
    from ministack.core.responses import get_account_id

    key = caller_key.get()
    if not is_root_access_key(key):
        found = resolve_credential(key, get_account_id())
        if isinstance(found, ResolvedCredential):
            return Credentials(key, found.secret_access_key, found.session_token or "", _region())
    return of_account()


def _region() -> str:
    from ministack.core.responses import get_region

    return str(get_region())
