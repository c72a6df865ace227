"""``PUT`` and ``HEAD files/<id>`` (protocol reference §4)."""

from __future__ import annotations

import binascii

import msgspec
import structlog
from flask import Response
from msgspec import Raw

from jobe_torch.files.store import DoesNotFit, FileStore
from jobe_torch.http.access import own_file
from jobe_torch.http.answers import empty, not_found, to_json
from jobe_torch.http.body import Bodies
from jobe_torch.protocol import coercion
from jobe_torch.protocol.coercion import NotJson, WrongType
from jobe_torch.protocol.errors import BadRequest, TooLarge

__all__ = ["Files"]

_MISSING = "put: missing file_contents parameter"

_log = structlog.get_logger(__name__)


class Files:
    """Takes files in and says whether they are here."""

    def __init__(self, store: FileStore, bodies: Bodies) -> None:
        self._store = store
        self._bodies = bodies

    def put(self, file_id: str) -> Response:
        """Answer ``PUT files/<id>``."""
        if not _is_id(file_id):
            return not_found()
        try:
            with self._bodies.received() as body:
                self._store.put(own_file(file_id), _content(file_id, body))
        except DoesNotFit as error:
            raise TooLarge(f"put: file {file_id} does not fit into the cache") from error
        except OSError as error:
            _log.error("file not written", reason=str(error))
            return to_json(f"put: failed to write file {file_id} to cache", 500)
        return empty()

    def head(self, file_id: str) -> Response:
        """Answer ``HEAD files/<id>``."""
        if not _is_id(file_id) or self._store.size(own_file(file_id)) is None:
            return not_found()
        return empty()


class _Body(msgspec.Struct):
    file_contents: Raw = Raw(b"null")


def _is_id(file_id: str) -> bool:
    return file_id.isascii() and file_id.isalnum()


def _content(file_id: str, body: bytes) -> bytes:
    try:
        raw = coercion.decode(body, _Body).file_contents
    except (NotJson, WrongType) as error:
        raise BadRequest(_MISSING) from error
    if coercion.is_null(raw):
        raise BadRequest(_MISSING)
    try:
        return _decode(coercion.text(raw).encode("ascii"))
    except ValueError as error:
        raise BadRequest(f"put: contents of file {file_id} are not valid base-64") from error


def _decode(data: bytes) -> bytes:
    """Base-64 as PHP takes it: with white space, and with all of its padding or none."""
    data = data.translate(None, delete=b" \t\r\n")
    bare = data.rstrip(b"=")
    padding = b"=" * (-len(bare) % 4)
    if len(data) > len(bare) and data != bare + padding:
        raise ValueError("wrong padding")
    return binascii.a2b_base64(bare + padding, strict_mode=True)
