"""gunicorn's threaded worker, made to end in order and not to mind slow clients."""

from __future__ import annotations

import errno
import re
import selectors
import signal
import socket
import threading
import time
from functools import partial
from types import FrameType
from typing import Any

import structlog
from gunicorn.workers.gthread import TConn, ThreadWorker

from jobe_torch.cli.serve.slow_clients import PatientUnreader, SlowClients
from jobe_torch.cli.serve.turnstile import PATIENCE_SECONDS, Turnstile

__all__ = ["SLOW_CLIENTS", "Worker", "key_sent"]

SLOW_CLIENTS = 32
"""Threads that may wait for clients to send at one time, and as many for them to hang up."""
_NOBODY_THERE = (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK)
_NO_ROOM = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_NO_ROOM_SECONDS = 0.1
_HEAD_BYTES = 8192
_KEY = re.compile(rb"\r\nx-api-key:[ \t]*([^\r\n]*?)[ \t]*\r\n", re.IGNORECASE)

_log = structlog.get_logger(__name__)


class _Connection(TConn):  # type: ignore[misc] # gunicorn ships no types
    """A connection that reads patiently."""

    def __init__(self, slow_clients: SlowClients, lingering: SlowClients, *args: Any) -> None:  # noqa: ANN401 - gunicorn's
        super().__init__(*args)
        self._slow_clients = slow_clients
        self._lingering = lingering

    def init(self) -> None:
        """Called before each request on the connection."""
        new = not self.initialized
        super().init()
        if new:
            self.parser.unreader = PatientUnreader(self.sock, self._slow_clients)
        else:
            self.parser.unreader.begin_request()

    def close(self, graceful: bool = False) -> None:  # noqa: FBT001, FBT002 - gunicorn's signature
        """Close once; the second call finds nothing to do."""
        if self.sock.fileno() < 0:
            return
        with self._lingering.waiting_for(self.sock, time.monotonic()):
            super().close(graceful=graceful)


class Worker(ThreadWorker):  # type: ignore[misc] # gunicorn ships no types
    """The server's one process.

    Its application has ``drain(seconds)``, ``drain_seconds``, ``reload_keys()``, a ``turnstile``
    and ``name_of_key(key)``.

    SIGTERM and SIGINT: no new connections; the pool drains while the runs
    inside end; their answers are sent; then the process ends. SIGQUIT, which
    the arbiter sends when the signal is repeated, cuts the drain short.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - gunicorn's
        super().__init__(*args, **kwargs)
        self._turnstile: Turnstile = self.app.turnstile
        self._slow_clients = SlowClients(SLOW_CLIENTS, outside=self._turnstile.outside)
        self._lingering = SlowClients(SLOW_CLIENTS)
        self._has_room = True
        self._endings: list[threading.Thread] = []

    def init_signals(self) -> None:
        """Ctrl-C reaches the whole process group: it means the same as SIGTERM."""
        super().init_signals()
        signal.signal(signal.SIGINT, self.handle_exit)
        signal.signal(signal.SIGHUP, self.handle_hup)
        for number in (signal.SIGINT, signal.SIGHUP):
            signal.siginterrupt(number, False)

    def handle_hup(self, *_: object) -> None:
        """Have the event loop read the keys again."""
        self.method_queue.defer(self.app.reload_keys)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End in order."""
        # A handler may do little: the event loop does it. If no connection keeps
        # the loop going, `run` does what is left.
        if self.alive:
            self.method_queue.defer(self._end, self.app.drain_seconds)
        super().handle_exit(sig, frame)

    def handle_quit(self, sig: int, frame: FrameType | None) -> None:
        """End now, but leave nothing behind."""
        self.method_queue.defer(self._end, 0)
        super().handle_exit(sig, frame)

    def run(self) -> None:
        """Serve until told to end."""
        super().run()
        self._end(0)
        for ending in self._endings:
            ending.join()

    def accept(self, listener: socket.socket) -> None:
        """Take a connection, but no thread for it before it has sent something."""
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno in _NO_ROOM:
                self._leave_waiting(error)
            elif error.errno not in _NOBODY_THERE:
                raise
            return
        self._has_room = True
        self.nr_conns += 1
        server = listener.getsockname()
        slow = (self._slow_clients, self._lingering)
        conn = _Connection(*slow, self.cfg, client, address, server)
        conn.set_timeout()
        self.pending_conns.append(conn)
        self.poller.register(
            conn.sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn)
        )

    def _leave_waiting(self, error: OSError) -> None:
        """Whoever wants to connect waits until something else has been closed."""
        if self._has_room:
            _log.warning("connections have to wait", reason=error.strerror)
            self._has_room = False
        # The listener stays ready: without a pause the event loop would do nothing else.
        time.sleep(_NO_ROOM_SECONDS)

    def enqueue_req(self, conn: _Connection) -> None:
        """Have a thread answer a request, when it is its key's turn."""
        begin = partial(super().enqueue_req, conn)
        self._turnstile.enter(conn, partial(self._name_of_key, conn.sock), begin)

    def _name_of_key(self, client: socket.socket) -> str:
        return str(self.app.name_of_key(key_sent(client)))

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """One round of the event loop."""
        crowded = self._turnstile.is_crowded()
        super().wait_for_and_dispatch_events(min(timeout, PATIENCE_SECONDS) if crowded else timeout)
        self._turnstile.admit()

    def handle(self, conn: _Connection) -> Any:  # noqa: ANN401 - gunicorn's
        """Answer a request.

        Closing lingers for what the client is still sending; the event loop
        that serves everybody must not wait for that.
        """
        with self._turnstile.inside(conn):
            keep = super().handle(conn)
        if keep is False:
            conn.close(graceful=True)
        return keep

    def _end(self, seconds: float) -> None:
        # Refused connections go elsewhere at once; those that have sent nothing
        # yet would only be refused later.
        self.set_accept_enabled(False)
        for listener in self.sockets:
            listener.close()
        for conn in self.pending_conns:
            conn.timeout = 0
        ending = threading.Thread(target=self._drain, args=(seconds,), name="drain")
        self._endings.append(ending)
        ending.start()

    def _drain(self, seconds: float) -> None:
        self.app.drain(seconds)
        # What they would send now could only be refused.
        self._slow_clients.cut_off_all()
        self._lingering.cut_off_all()


def key_sent(client: socket.socket) -> str:
    """The access key in what a client has sent so far, which stays unread; empty without one."""
    try:
        head = client.recv(_HEAD_BYTES, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except OSError:
        head = b""
    found = _KEY.search(head)
    return found[1].decode("latin-1") if found else ""
