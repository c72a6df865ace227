"""The command ``serve``, and the application it has gunicorn serve."""

from __future__ import annotations

import logging
import math
import signal
from typing import TYPE_CHECKING

import click
import structlog
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.config import Config
from gunicorn.errors import AppImportError
from gunicorn.glogging import Logger

from jobe_torch.backends.base import BackendError
from jobe_torch.cli.access_keys import keys_of
from jobe_torch.cli.address import why_not
from jobe_torch.cli.assemble import make_app, make_pool
from jobe_torch.cli.logs import start_logging
from jobe_torch.cli.options import with_settings
from jobe_torch.cli.serve.capacity import connections, threads
from jobe_torch.cli.serve.turnstile import CellsOutside, Turnstile
from jobe_torch.cli.serve.worker import Worker
from jobe_torch.config import BadSetting, Settings
from jobe_torch.http.access import Access
from jobe_torch.http.keys import BadKeys

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from jobe_torch.pool import Pools

__all__ = ["serve"]

ANSWER_SECONDS = 5
"""After the drain, for the last answers."""

_log = structlog.get_logger(__name__)


@click.command()
@with_settings
def serve(settings: Settings) -> None:
    """Serve Jobe's protocol until SIGTERM or Ctrl-C."""
    # gunicorn would try for five seconds, and complain each time.
    if error := why_not(settings.host, settings.port):
        raise click.ClickException(
            f"cannot serve at {settings.host}:{settings.port}: {error.strerror}"
        )
    start_logging(settings.log_format)
    _Arbiter(_Application(settings)).run()


def _say_address(arbiter: Arbiter) -> None:
    for listener in arbiter.LISTENERS:
        _log.info("listening", address=str(listener))


def _say_the_end(_arbiter: Arbiter) -> None:
    _log.info("ended")


def _is_news(record: logging.LogRecord) -> bool:
    """Whether a worker ended otherwise than by its application's own word, which it has printed."""
    return not (isinstance(record.args, tuple) and record.args[1:] == (Arbiter.APP_LOAD_ERROR,))


class _Logger(Logger):  # type: ignore[misc] # gunicorn ships no types
    """gunicorn's log goes where ours goes; of its progress ours says enough."""

    def setup(self, cfg: Config) -> None:
        """Called at start."""
        super().setup(cfg)
        self.error_log.handlers = []
        self.error_log.propagate = True
        self.error_log.setLevel(logging.WARNING)
        self.error_log.addFilter(_is_news)


class _Arbiter(Arbiter):  # type: ignore[misc] # gunicorn ships no types
    """Restarts the server process should it die. Ctrl-C ends in order, as SIGTERM does."""

    def handle_term(self) -> None:
        """SIGTERM."""
        _log.info("ending", seconds_for_runs=self.app.drain_seconds)
        super().handle_term()

    def handle_int(self) -> None:
        """Ctrl-C."""
        self.handle_term()

    def halt(self, reason: str | None = None, exit_status: int = 0) -> None:
        """The end. Why it cannot serve, the application has said."""
        if exit_status == self.APP_LOAD_ERROR:
            self.log.error_log.setLevel(logging.CRITICAL)
        super().halt(reason=reason, exit_status=exit_status)

    def handle_hup(self) -> None:
        """SIGHUP: the access keys are read again. Without a file of keys, the terminal is gone."""
        if not self.app.keys_file:
            self.handle_term()
        self.kill_workers(signal.SIGHUP)


class _Application(BaseApplication):  # type: ignore[misc] # gunicorn ships no types
    """What gunicorn serves: one process, made of threads, which owns the cells."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._pool: Pools | None = None
        self._access = Access()
        self.turnstile = Turnstile()
        super().__init__()

    @property
    def drain_seconds(self) -> float:
        """What running submissions may take when the server ends."""
        return self._settings.drain_seconds

    @property
    def keys_file(self) -> str:
        """The file of access keys, if there is one."""
        return self._settings.keys_file

    def load_config(self) -> None:
        """Tell gunicorn how to serve."""
        settings = self._settings
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        for name, value in {
            "bind": f"{host}:{settings.port}",
            "worker_class": Worker,
            "workers": 1,
            "threads": threads(settings),
            "worker_connections": connections(settings),
            "timeout": 60,
            "graceful_timeout": math.ceil(settings.drain_seconds) + ANSWER_SECONDS,
            "keepalive": 5,
            "control_socket_disable": True,
            "logger_class": _Logger,
            "when_ready": _say_address,
            "on_exit": _say_the_end,
        }.items():
            self.cfg.set(name, value)

    def load(self) -> WSGIApplication:
        """Make the application: in the worker, since its threads would not survive a fork."""
        try:
            self._access = Access(keys_of(self._settings))
            self._pool = make_pool(self._settings)
            cells = CellsOutside(self._pool, self.turnstile)
            return make_app(self._settings, cells, self._access)
        except (BackendError, BadKeys, BadSetting) as error:
            self.drain(0)
            raise AppImportError(f"jobe-torch cannot serve: {error}") from error

    def name_of_key(self, sent: str) -> str:
        """Who sends a key; nobody where it is not known."""
        return self._access.name_of(sent)

    def reload_keys(self) -> None:
        """Accept from now on the keys that are in the file now; a bad file changes nothing."""
        try:
            keys = keys_of(self._settings)
        except BadKeys as error:
            _log.error("keys not read again", reason=str(error))
        else:
            if keys is not None:
                self._access.replace(keys)
            _log.info("keys read again", count=len(keys or ()))

    def drain(self, seconds: float) -> None:
        """End the runs and the cells."""
        if self._pool is not None:
            self._pool.drain(seconds)
