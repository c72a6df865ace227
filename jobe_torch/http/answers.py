"""The shapes of an answer (protocol reference §2)."""

from __future__ import annotations

import msgspec
from flask import Response, request

__all__ = ["empty", "not_found", "to_json"]

_NO_CACHE = "no-store, max-age=0, no-cache"
_NOT_FOUND_PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>404 - Page Not Found</title></head>
<body><h1>404</h1><p>There is no such page here.</p></body>
</html>
"""


def to_json(value: object, status: int = 200) -> Response:
    """A JSON answer. Errors too are JSON: a string, with its quotes."""
    answer = Response(msgspec.json.encode(value), status)
    answer.headers["Content-Type"] = "application/json; charset=UTF-8"
    answer.headers["Cache-Control"] = _NO_CACHE
    return answer


def empty() -> Response:
    """204, without a body."""
    answer = Response(status=204)
    del answer.headers["Content-Type"]
    answer.headers["Cache-Control"] = _NO_CACHE
    return answer


def not_found() -> Response:
    """404 for whatever is no resource: an empty JSON string, or a page for a browser."""
    if "text/html" in request.headers.get("Accept", ""):
        return Response(_NOT_FOUND_PAGE, 404, content_type="text/html; charset=UTF-8")
    return to_json("", 404)
