"""The observed cases: requests to a real Jobe 2.2.2 and its answers, one file per group.

Where our answer differs on purpose, a case has it as ``ours`` and names the
section of ``docs/compatibility.md`` that gives the reason as ``difference``.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

__all__ = ["CASES", "Case", "answer_of", "send"]

_FOLDER = Path(__file__).parent / "cases"
_REQUEST_HEADERS = {
    "Content-Type": "application/json; charset=utf-8",
    "Accept": "application/json",
    "Accept-Charset": "utf-8",
    "User-Agent": "CodeRunner",
}
_ANSWER_HEADERS = {
    "Content-Type": "application/json; charset=UTF-8",
    "Cache-Control": "no-store, max-age=0, no-cache",
}
# What differs from machine to machine, or from run to run.
_VARIABLE = (
    (re.compile(r"jobe_warm00"), "jobe_XXXXXX"),
    (re.compile(r"mplwork_warm00"), "mplwork_XXXXXX"),
    (re.compile(r"0x[0-9a-f]{6,}"), "0xADDRESS"),
    (re.compile(r"pyc\.\d+"), "pyc.NNN"),
    (re.compile(r"/[^\" ]*?/lib/python3\.\d+"), "{PYLIB}"),
    (re.compile(r"(?<=\{PYLIB\})([^ ]*, line )\d+"), r"\1N"),
    (re.compile(r"/[^\" ]*/bin/python[\d.]*"), "{PYTHON}"),
)


@dataclass(frozen=True)
class Case:
    """One observation."""

    group: str
    data: dict[str, Any]

    @property
    def id(self) -> str:
        return f"{self.group}-{self.data['name']}"

    @property
    def any_origin(self) -> bool:
        """Observed where cross-origin requests worked."""
        return "server" in self.data

    @property
    def expected(self) -> tuple[int, object]:
        """Status and answer, comparable to `answer_of`."""
        told = self.data.get("ours", self.data)
        return told["status"], _comparable(told["answer"])

    @property
    def headers(self) -> dict[str, str]:
        """Those of the answer that clients may look at."""
        standard = dict(_ANSWER_HEADERS)
        if self.expected[0] == 204:
            del standard["Content-Type"]
        headers: dict[str, str] = self.data.get("answer_headers", standard)
        return headers

    @property
    def language(self) -> str:
        """The language that the request names."""
        spec = json.loads(self.data["body"])["run_spec"]
        name: str = spec["language_id"].lower()
        return name

    @property
    def executes(self) -> bool:
        """Whether the answer tells what became of a program."""
        answer = self.expected[1]
        return isinstance(answer, dict) and answer.get("outcome") != 21


def send(client: FlaskClient, case: Case) -> TestResponse:
    """Upload the case's files and make its request."""
    data = case.data
    for file_id, content in data.get("put", ()):
        client.put(f"/jobe/index.php/restapi/files/{file_id}", json={"file_contents": content})
    headers = _REQUEST_HEADERS | data.get("headers", {})
    body = data.get("body", b"")
    return client.open(
        data["path"],
        method=data["method"],
        data=base64.b64decode(body["base64"]) if isinstance(body, dict) else body,
        headers={name: value for name, value in headers.items() if value is not None},
    )


def answer_of(response: TestResponse) -> tuple[int, object]:
    """Status and answer, comparable to a case's."""
    return response.status_code, _comparable(response.get_data(as_text=True))


def _plain(text: str) -> str:
    """A text without what differs from machine to machine."""
    for pattern, placeholder in _VARIABLE:
        text = pattern.sub(placeholder, text)
    return text


def _comparable(answer: str | dict[str, Any]) -> object:
    """An answer as its JSON value; a long one by its length and hash."""
    if isinstance(answer, dict):
        return {"outcome": None, "length": answer["length"], "sha256": answer["sha256"]}
    answer = _plain(answer)
    if len(answer) > 5000:
        digest = hashlib.sha256(answer.encode()).hexdigest()
        return {"outcome": None, "length": len(answer.encode()), "sha256": digest}
    try:
        return json.loads(answer)
    except ValueError:
        return answer


CASES = tuple(
    Case(file.stem, json.loads(line))
    for file in sorted(_FOLDER.glob("*.jsonl"))
    for line in file.read_text("utf-8").split("\n")[:-1]
)
