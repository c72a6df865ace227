"""The web application: Jobe's resources under each of their addresses (protocol reference §1)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

import structlog
from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from jobe_torch.cell.wire import MAX_FRAME_BYTES
from jobe_torch.config import Settings
from jobe_torch.files.store import FileStore
from jobe_torch.http.access import Access, key_of_request
from jobe_torch.http.answers import not_found, to_json
from jobe_torch.http.body import Bodies
from jobe_torch.http.cells import Cells
from jobe_torch.http.client import job_id, loggable
from jobe_torch.http.cors import Cors
from jobe_torch.http.files import Files
from jobe_torch.http.health import Health
from jobe_torch.http.memory import return_large_blocks
from jobe_torch.http.metrics import Metrics
from jobe_torch.http.runs import Runs
from jobe_torch.http.status import StatusPage
from jobe_torch.languages.registry import Registry
from jobe_torch.pool.errors import Overloaded
from jobe_torch.protocol.errors import RateExceeded, RequestError
from jobe_torch.protocol.limits import Bounds
from jobe_torch.protocol.result import OVERLOADED

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["bounds", "create_app"]

_PREFIXES = [base + index + "/restapi" for base in ("", "/jobe") for index in ("", "/index.php")]
_SLASHES = re.compile("//+")
_BODIES_HELD = 8  # bodies of the greatest length that are worked on at one time
_HEADER_BYTES = 4 << 20  # of a frame, with the longest argument and file lists

_log = structlog.get_logger(__name__)


def bounds(settings: Settings) -> Bounds:
    """The most that a server with these settings gives one run."""
    return Bounds(
        cpu_seconds=settings.cputime_max_seconds,
        memory_bytes=settings.memory_max_bytes,
        file_bytes=settings.disk_max_bytes,
        stream_bytes=settings.stream_max_bytes,
        processes=settings.processes_max,
        # With the longest body it must fit into one frame to the cell.
        support_bytes=MAX_FRAME_BYTES - settings.body_max_bytes - _HEADER_BYTES,
    )


def create_app(
    settings: Settings,
    *,
    cells: Cells,
    files: FileStore,
    registry: Registry,
    access: Access | None = None,
) -> Flask:
    """The WSGI application of this server.

    Args:
        settings: Bounds, allowed origins and switches.
        cells: Executes the runs.
        files: What clients uploaded.
        registry: Which languages are present.
        access: Who may use the server; anyone where there is none.
    """
    return_large_blocks()
    app = Flask(__name__, static_folder=None)
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.url_map.merge_slashes = False  # it would redirect, which Jobe's clients do not follow
    app.wsgi_app = _PlainPaths(app.wsgi_app)  # type: ignore[method-assign] # Flask's own advice
    bodies = Bodies(
        longest_bytes=settings.body_max_bytes,
        held_bytes=_BODIES_HELD * settings.body_max_bytes,
    )
    metrics = Metrics(cells, files)
    access = access or Access()
    runs = Runs(
        cells=cells,
        files=files,
        registry=registry,
        access=access,
        bodies=bodies,
        metrics=metrics,
        bounds=bounds(settings),
        debugging=settings.debugging,
    )
    _add_jobe(app, runs, Files(files, bodies), registry)
    _add_operations(app, settings, cells=cells, files=files, metrics=metrics)
    Cors(settings.cors_origins).install(app)
    access.install(app)
    _answer_errors(app, metrics)
    return app


def _add_jobe(app: Flask, runs: Runs, files: Files, registry: Registry) -> None:
    jobe = Blueprint("jobe", __name__)
    jobe.add_url_rule("/languages", view_func=lambda: _languages(registry), endpoint="languages")
    jobe.add_url_rule("/runs", view_func=runs.post, methods=["POST"])
    jobe.add_url_rule("/files/<file_id>", view_func=files.put, methods=["PUT"])
    jobe.add_url_rule("/files/<file_id>", view_func=files.head, methods=["HEAD"])
    for number, prefix in enumerate(_PREFIXES):
        app.register_blueprint(jobe, url_prefix=prefix, name=f"jobe{number}")


def _add_operations(
    app: Flask, settings: Settings, *, cells: Cells, files: FileStore, metrics: Metrics
) -> None:
    health = Health(cells)
    app.add_url_rule("/healthz", view_func=health.live)
    app.add_url_rule("/readyz", view_func=health.ready)
    app.add_url_rule("/", view_func=StatusPage(cells, files).get, endpoint="status")
    if settings.metrics:
        app.add_url_rule("/metrics", view_func=metrics.get, endpoint="metrics")


def _languages(registry: Registry) -> Response:
    if request.method == "HEAD":
        return not_found()  # the reference has none
    key = key_of_request()
    return to_json([pair for pair in registry.versions().items() if key.allows(pair[0])])


def _answer_errors(app: Flask, metrics: Metrics) -> None:
    """Whatever goes wrong, the answer is JSON (protocol reference §2)."""

    @app.after_request
    def count(answer: Response) -> Response:
        if request.blueprint and answer.status_code >= HTTPStatus.BAD_REQUEST:
            metrics.count_refusal(answer.status_code)
        return answer

    @app.errorhandler(RequestError)
    def refused(error: RequestError) -> Response:
        _log.info("refused", job=job_id(), status=error.status, text=loggable(error.text))
        answer = to_json(error.text, error.status)
        if isinstance(error, RateExceeded):
            answer.headers["Retry-After"] = str(error.retry_seconds)
        return answer

    @app.errorhandler(Overloaded)
    def overloaded(refusal: Overloaded) -> Response:
        _log.warning("no cell to ask for the languages", refusal=refusal.reason.value)
        runs = request.method == "POST"
        return to_json(OVERLOADED) if runs else to_json("No cell is free", 503)

    @app.errorhandler(HTTPException)
    def not_handled(error: HTTPException) -> Response:
        if isinstance(error, (NotFound, MethodNotAllowed)):
            return not_found()
        _log.warning("refused", job=job_id(), status=error.code, text=error.name)
        return to_json(error.description or error.name, error.code or 500)

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        # What failed is for the log; a client might show it to students.
        _log.error("request failed", path=loggable(request.path), exc_info=error)
        return to_json("Server exception (see the server's log)", 500)


class _PlainPaths:
    """Takes doubled and trailing slashes for what was meant: no client follows redirects."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = _SLASHES.sub("/", environ.get("PATH_INFO", ""))
        environ["PATH_INFO"] = path.rstrip("/") or "/"
        return self._application(environ, start_response)
