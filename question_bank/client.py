"""Talk to a Jobe server the way CodeRunner's sandbox class does (reference A7, A8)."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import re
import secrets
from dataclasses import dataclass
from enum import IntEnum
from http import HTTPStatus
from urllib.parse import urlsplit

from question_bank.model import SupportFile

__all__ = ["Job", "JobeClient", "Outcome", "Run", "SandboxError"]

_REST = "/jobe/index.php/restapi"
_RUN_DIRECTORY = re.compile(r"/home/jobe/runs/jobe_\w+/")
_REFUSALS: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: "Sandbox submission limit reached",
    HTTPStatus.FORBIDDEN: "Unauthorised to use sandbox",
}
_OVERLOAD = "Job could not be run due to server overload. Perhaps try again shortly?"


class Outcome(IntEnum):
    """Jobe's outcome numbers, as far as the client tells them apart."""

    COMPILE_ERROR = 11
    RUN_ERROR = 12
    TIME_LIMIT = 13
    SUCCESS = 15
    MEMORY_LIMIT = 17
    ILLEGAL_CALL = 19
    INTERNAL_ERROR = 20
    OVERLOAD = 21


class SandboxError(Exception):
    """The job was not run: what a student reads below "Failed to run tests"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One program to run.

    Attributes:
        language: Jobe's language id.
        source: The expanded template.
        stdin: Standard input as in the test.
        files: Files for the working directory.
        cpu_seconds: CPU time limit; None leaves it to the server.
        memory_mb: Memory limit in Jobe's MB; None leaves it to the server.
        parameters: The question's ``sandboxparams``, a JSON object or empty.
    """

    language: str
    source: str
    stdin: str = ""
    files: tuple[SupportFile, ...] = ()
    cpu_seconds: int | None = None
    memory_mb: int | None = None
    parameters: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """What a job came to, after the client's own reading of it."""

    outcome: Outcome
    compile_text: str
    stdout: str
    stderr: str


class JobeClient:
    """A Jobe server at an address such as ``http://127.0.0.1:4000``."""

    def __init__(self, server: str, *, api_key: str = "") -> None:
        self._url = urlsplit(server if "://" in server else f"http://{server}")
        self._api_key = api_key

    def run(self, job: Job) -> Run:
        """Run one job, uploading its files if the server lacks them.

        Raises:
            SandboxError: The server refused the job, is overloaded or absent.
        """
        job_id = secrets.token_hex(4)
        body = _body(job)
        status, answer = self._request("POST", "runs", body, job_id)
        if status == HTTPStatus.NOT_FOUND:
            for file in job.files:
                content = {"file_contents": base64.b64encode(file.content).decode("ascii")}
                put, _ = self._request("PUT", f"files/{_file_id(file)}", content, job_id)
                if put != HTTPStatus.NO_CONTENT:
                    break
            status, answer = self._request("POST", "runs", body, job_id)
        return _read(status, answer)

    def _request(self, method: str, path: str, body: object, job_id: str) -> tuple[int, str]:
        secure = self._url.scheme == "https"
        connect = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Accept": "application/json",
            "X-CodeRunner-Job-Id": job_id,
        }
        if self._api_key:
            headers["X-API-KEY"] = self._api_key
        connection = connect(self._url.netloc, timeout=300)
        try:
            connection.request(
                method, f"{self._url.path}{_REST}/{path}", json.dumps(body).encode(), headers
            )
            response = connection.getresponse()
            return response.status, response.read().decode("utf-8", "replace")
        except (OSError, http.client.HTTPException) as error:
            raise SandboxError(f"Jobe server request failed: {error}") from error
        finally:
            connection.close()


def _body(job: Job) -> object:
    parameters = json.loads(job.parameters) if job.parameters else {}
    if job.cpu_seconds is not None:
        parameters["cputime"] = job.cpu_seconds
    if job.memory_mb is not None:
        parameters["memorylimit"] = job.memory_mb
    stdin = job.stdin
    return {
        "run_spec": {
            "language_id": job.language.lower(),
            "sourcecode": job.source,
            "sourcefilename": f"__tester__.{job.language.lower()}",
            "input": stdin if not stdin or stdin.endswith("\n") else stdin + "\n",
            "file_list": [[_file_id(file), file.name] for file in job.files],
            "parameters": parameters or [],
        }
    }


def _file_id(file: SupportFile) -> str:
    return hashlib.md5(file.content).hexdigest()  # noqa: S324 - Jobe's ids, nothing secret


def _read(status: int, text: str) -> Run:
    try:
        answer = json.loads(text)
    except ValueError:
        answer = None
    usable = status in {HTTPStatus.OK, HTTPStatus.NON_AUTHORITATIVE_INFORMATION}
    if not usable or not isinstance(answer, dict) or "outcome" not in answer:
        message = f"HTTP response from Jobe was {status}: {text.strip()}"
        raise SandboxError(_REFUSALS.get(status, message))
    outcome = Outcome(answer["outcome"])
    if outcome is Outcome.OVERLOAD:
        raise SandboxError(_OVERLOAD)
    stdout, stderr = (_RUN_DIRECTORY.sub("", answer.get(key, "")) for key in ("stdout", "stderr"))
    if stderr.strip():
        outcome = Outcome.RUN_ERROR
    return Run(outcome, answer.get("cmpinfo", ""), stdout, stderr)
