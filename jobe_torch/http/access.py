"""Who may use the server: keys, and how many runs each may start in an hour.

The reference checks keys on POST only and counts runs per address, which is
one for a whole Moodle (protocol reference §10). Here a key is needed on every
route, and the count is the key's own.
"""

from __future__ import annotations

import hmac
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, g, request

from jobe_torch.http.keys import ANYONE, Key, digest
from jobe_torch.protocol.errors import Forbidden, RateExceeded

__all__ = ["Access", "key_of_request", "own_file"]

_HOUR_SECONDS = 3600
_ROUNDING = 1e-6
"""Who waits for as long as was said is not to be refused again for a last digit."""
_OPEN_TO_ALL = frozenset({"live", "ready"})
"""Routes for balancers and supervisors, which have no key."""


@dataclass(slots=True)
class _Bucket:
    """Runs that a key may still start: full at first, refilled evenly."""

    runs_per_hour: int
    left: float
    at: float

    def take(self, now: float) -> float:
        """Take one; if there is none, the seconds until there is."""
        rate = self.runs_per_hour / _HOUR_SECONDS
        self.left = min(self.runs_per_hour, self.left + (now - self.at) * rate)
        self.at = now
        if self.left < 1 - _ROUNDING:
            return (1 - self.left) / rate
        self.left = max(0, self.left - 1)
        return 0


class Access:
    """Knows the keys. Safe for many threads.

    Args:
        keys: Those that are accepted; None where no key is asked for.
        clock: Seconds.
    """

    def __init__(
        self, keys: tuple[Key, ...] | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._keys = keys
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: dict[str, _Bucket] = {}

    def replace(self, keys: tuple[Key, ...]) -> None:
        """Accept these keys from now on. What a key has used up stays used up."""
        with self._lock:
            self._keys = keys
            names = {key.name for key in keys}
            self._buckets = {name: one for name, one in self._buckets.items() if name in names}

    def install(self, app: Flask) -> None:
        """Check the key of each request before it is looked at."""
        app.before_request(self._check)

    def name_of(self, sent: str) -> str:
        """Whose key it is; empty where it is nobody's, and where none is asked for."""
        try:
            return self._find(self._keys or (), sent).name
        except Forbidden:
            return ""

    def start_run(self, key: Key) -> None:
        """Count a run.

        Raises:
            RateExceeded: The key has started too many.
        """
        if not key.runs_per_hour:
            return
        with self._lock:
            bucket = self._bucket(key)
            seconds = bucket.take(self._clock())
        if seconds:
            raise RateExceeded(math.ceil(seconds))

    def take_back(self, key: Key) -> None:
        """Do not count the last run: the client uploads its files and starts it again."""
        with self._lock:
            if key.runs_per_hour:
                self._bucket(key).left += 1

    def _bucket(self, key: Key) -> _Bucket:
        bucket = self._buckets.get(key.name)
        if bucket is None or bucket.runs_per_hour != key.runs_per_hour:
            bucket = _Bucket(key.runs_per_hour, key.runs_per_hour, self._clock())
            self._buckets[key.name] = bucket
        return bucket

    def _check(self) -> None:
        g.key = ANYONE
        # A browser asks for leave (OPTIONS) before it sends a key.
        known = request.endpoint is not None and request.endpoint not in _OPEN_TO_ALL
        if self._keys is not None and known and request.method != "OPTIONS":
            g.key = self._find(self._keys, _sent_key())

    @staticmethod
    def _find(keys: tuple[Key, ...], sent: str | None) -> Key:
        if sent is None:
            raise Forbidden("Missing API key")
        wanted = digest(sent)
        # All are compared, so that the time tells nothing of the place or the value.
        found = [key for key in keys if hmac.compare_digest(key.sha256, wanted)]
        if not found:
            raise Forbidden("Unknown API key")
        return found[0]


def _sent_key() -> str | None:
    if request.endpoint == "metrics" and (sent := request.authorization) and sent.type == "bearer":
        return sent.token  # Prometheus sends no header of another name before its version 3
    return request.headers.get("X-API-KEY")


def key_of_request() -> Key:
    """The key of the current request."""
    key: Key = g.key
    return key


def own_file(file_id: str) -> str:
    """What the store calls a file of the current request's key.

    Nobody checks an id against the content, so that one key's files must not be another's: it
    could upload something else under an id that the other is known to use.
    """
    name = key_of_request().name
    return f"{name}/{file_id}" if name else file_id
