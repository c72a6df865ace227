"""What a request is told instead of a result (protocol reference §5 and §10).

RequestError: the request is at fault; carries the HTTP status and the text
├── BadRequest: 400, it cannot be understood or asks for what no server gives
├── Forbidden: 403, its access key is missing, unknown, or not good for what it asks
├── RateExceeded: 401, its key has started too many runs
├── MissingFile: 404, a file it names must be uploaded first
└── TooLarge: 413, it is longer than this server reads
"""

from __future__ import annotations

__all__ = ["BadRequest", "Forbidden", "MissingFile", "RateExceeded", "RequestError", "TooLarge"]


class RequestError(Exception):
    """The request is at fault. ``text`` is for people: clients show it."""

    status = 400

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class BadRequest(RequestError):
    """The request cannot be understood, or asks for what no server gives."""


class Forbidden(RequestError):
    """The access key is missing, unknown, or not good for what the request asks."""

    status = 403


class RateExceeded(RequestError):
    """The access key has started too many runs.

    The reference answers 429, for which CodeRunner has no words; it takes 401
    for "submission limit reached".
    """

    status = 401

    def __init__(self, retry_seconds: int) -> None:
        super().__init__("Max RUN rate for this server exceeded")
        self.retry_seconds = retry_seconds


class MissingFile(RequestError):
    """A file of the run is not here.

    CodeRunner takes a 404 as "upload the files and ask again", so nothing else
    about a run may answer 404.
    """

    status = 404

    def __init__(self) -> None:
        super().__init__("One or more of the specified files is missing/unavailable")


class TooLarge(RequestError):
    """The request is longer than this server reads."""

    status = 413
