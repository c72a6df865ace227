"""A client that does what CodeRunner does: a connection for each run, files on 404."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlsplit

from jobe_torch.bench.workloads import Workload
from jobe_torch.protocol.verdict import Verdict

__all__ = ["Answer", "Client"]

_REST = "/jobe/index.php/restapi"
_PATIENCE_SECONDS = 300
_LONGEST_NOTE = 300
_COMMENT = {"c": "//"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one run."""

    seconds: float
    verdict: str
    """The outcome's name, or what came instead of one."""
    right: bool
    note: str = ""
    """The answer itself where it is wrong."""
    parts: Mapping[str, float] = field(default_factory=dict)
    """Where the server says that the seconds went; the rest is HTTP's."""

    @property
    def refused(self) -> bool:
        """The server had no room: neither right nor wrong."""
        return self.verdict == Verdict.OVERLOAD.name.lower()


class Client:
    """Submits workloads to one server. Safe for many threads.

    Args:
        url: ``http://host:port``, or the whole address of the REST interface.
        api_key: Sent with each request when there is one.
    """

    def __init__(self, url: str, api_key: str = "") -> None:
        parts = urlsplit(url if "//" in url else f"http://{url}")
        self._https = parts.scheme == "https"
        self._host = parts.netloc
        self._base = parts.path.rstrip("/") or _REST
        self._headers = {"Content-Type": "application/json; charset=utf-8"}
        if api_key:
            self._headers["X-API-KEY"] = api_key

    def languages(self) -> dict[str, str]:
        """The server's languages and their versions.

        Raises:
            OSError: Nobody answers, or not as Jobe does.
        """
        status, body, _ = self._request("GET", "/languages")
        if status != HTTPStatus.OK:
            raise OSError(f"GET languages: HTTP status {status}")
        return dict(json.loads(body))

    def run(self, workload: Workload) -> Answer:
        """Submit a workload and compare the answer byte by byte."""
        body = json.dumps({"run_spec": dict(_run_spec(workload))}).encode()
        began = time.perf_counter()
        try:
            status, answer, timing = self._submit(workload, body)
        except (OSError, http.client.HTTPException) as error:
            return Answer(time.perf_counter() - began, type(error).__name__, False, str(error))
        seconds = time.perf_counter() - began
        verdict, right = _judge(status, answer, workload)
        note = "" if right else answer[:_LONGEST_NOTE].decode(errors="replace")
        return Answer(seconds, verdict, right, note, _parts(timing, seconds))

    def _submit(self, workload: Workload, body: bytes) -> tuple[int, bytes, str]:
        status, answer, timing = self._request("POST", "/runs", body)
        if status == HTTPStatus.NOT_FOUND and workload.files:
            for content in workload.files.values():
                upload = json.dumps({"file_contents": base64.b64encode(content).decode()})
                self._request("PUT", f"/files/{_file_id(content)}", upload.encode())
            status, answer, timing = self._request("POST", "/runs", body)
        return status, answer, timing

    def _request(
        self, method: str, resource: str, body: bytes | None = None
    ) -> tuple[int, bytes, str]:
        kind = http.client.HTTPSConnection if self._https else http.client.HTTPConnection
        connection = kind(self._host, timeout=_PATIENCE_SECONDS)
        try:
            connection.request(method, self._base + resource, body, self._headers)
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.getheader("Server-Timing", "")
        finally:
            connection.close()


def _run_spec(workload: Workload) -> Iterator[tuple[str, object]]:
    yield "language_id", workload.language
    # No two are the same, so no cache of results can answer.
    unique = f"{_COMMENT.get(workload.language, '#')} {uuid.uuid4().hex}\n"
    yield "sourcecode", workload.source + unique
    yield "sourcefilename", f"__tester__.{workload.language}"
    yield "input", ""
    yield "file_list", [[_file_id(content), name] for name, content in workload.files.items()]
    yield "parameters", dict(workload.parameters)


def _parts(timing: str, seconds: float) -> dict[str, float]:
    """What a header ``Server-Timing`` says, in seconds, and what it leaves of the whole."""
    told = [entry.strip().partition(";dur=") for entry in timing.split(",") if entry]
    parts = {name: float(milliseconds) / 1000 for name, _, milliseconds in told}
    return {"http": seconds - sum(parts.values()), **parts} if parts else {}


def _file_id(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def _judge(status: int, answer: bytes, workload: Workload) -> tuple[str, bool]:
    if status != HTTPStatus.OK:
        return f"HTTP {status}", False
    try:
        result = json.loads(answer)
        verdict = Verdict(result["outcome"])
    except (ValueError, KeyError, TypeError):
        return "no result", False
    expected = {"stdout": workload.stdout, "stderr": "", "cmpinfo": ""}
    right = verdict is workload.outcome and all(
        result.get(name) == text for name, text in expected.items()
    )
    return verdict.name.lower(), right
