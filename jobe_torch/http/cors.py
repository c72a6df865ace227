"""Cross-origin requests, for CodeRunner's scratchpad (protocol reference §11)."""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, Response, request

from jobe_torch.http.answers import empty, not_found

__all__ = ["Cors"]

_HEADERS = (
    "X-API-KEY, Origin, X-Requested-With, Content-Type, Accept, Access-Control-Request-Method"
)
_METHODS = "GET, POST, OPTIONS, PUT, HEAD, DELETE"
_PREFLIGHT = "Access-Control-Request-Method"


class Cors:
    """Says to browsers which web pages may call this server.

    Args:
        origins: Such as ``https://moodle.example``; ``*`` is any.
    """

    def __init__(self, origins: tuple[str, ...]) -> None:
        self._origins = frozenset(origins)

    def install(self, app: Flask) -> None:
        """Answer preflights and mark the answers of resources."""
        app.before_request(self._answer_options)
        app.after_request(self._mark)

    @staticmethod
    def _answer_options() -> Response | None:
        if request.method != "OPTIONS":
            return None
        return empty() if _PREFLIGHT in request.headers else not_found()

    def _mark(self, answer: Response) -> Response:
        if not self._origins and request.method == "OPTIONS":
            answer.vary.add(_PREFLIGHT)
        elif self._origins - {"*"}:
            # Shared caches must not hand one origin's answer to another.
            answer.vary.add("Origin")
        # What is no resource is nobody's.
        if request.blueprint or answer.status_code == HTTPStatus.NO_CONTENT:
            self._allow(answer)
        return answer

    def _allow(self, answer: Response) -> None:
        origin = request.headers.get("Origin", "")
        if "*" in self._origins:
            allowed = "*"
        elif origin in self._origins:
            allowed = origin
        else:
            return
        answer.headers["Access-Control-Allow-Origin"] = allowed
        answer.headers["Access-Control-Allow-Headers"] = _HEADERS
        answer.headers["Access-Control-Allow-Methods"] = _METHODS
