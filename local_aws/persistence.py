"""Saves the emulator's state while it runs, since it does so itself only when it is asked to end: a killed server loses at most a second.

S3 objects need no such care: they are files as soon as a PUT is answered.
"""

from __future__ import annotations

import contextlib
import logging
import re
import threading
from collections.abc import Callable
from typing import Any

SECONDS_BETWEEN_SAVES = 0.5
TRIES = 20
CREDENTIAL_SERVICE = re.compile(rb"Credential=[^/]*/[^/]*/[^/]*/([^/]*)/aws4_request")
# modules whose state event source mappings and running functions change without any request
CHANGED_ALONE = {"sqs", "cloudwatch_logs"}
log = logging.getLogger(__name__)


class Saver:
    """Notes which services were asked to change something and saves their state from a thread. `app` is the emulator's module."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._changed: set[str] = set()
        self._wake = threading.Event()

    def note(self, scope: dict[str, Any]) -> None:
        if scope["method"] == "GET" or scope["method"] == "HEAD":
            return
        for name, value in scope["headers"]:
            if name == b"authorization" and (match := CREDENTIAL_SERVICE.search(value)):
                self._changed.add(match.group(1).decode())
                self._wake.set()
                return

    def start(self) -> None:
        threading.Thread(target=self._run, daemon=True, name="state-saver").start()

    def _run(self) -> None:
        from ministack.core.persistence import save_all

        quiet = threading.Event()
        while True:
            self._wake.wait()
            quiet.wait(SECONDS_BETWEEN_SAVES)
            self._wake.clear()
            changed, self._changed = self._changed, set()
            names = {self._module(service) for service in changed} | CHANGED_ALONE
            states = self._app._build_persistence_save_dict()
            save_all({key: self.settled(state) for key, state in states.items() if self._app._state_map[key] in names})

    @staticmethod
    def settled(get_state: Callable[[], Any]) -> Callable[[], Any]:
        """The state as `get_state` gives it once nothing is added while it is copied: requests go on meanwhile."""

        def get() -> Any:
            for _ in range(TRIES):
                with contextlib.suppress(RuntimeError):  # a dictionary that changed
                    return get_state()
            return get_state()

        return get

    def _module(self, service: str) -> str:
        return str(self._app.SERVICE_REGISTRY.get(service, {}).get("module", service))
