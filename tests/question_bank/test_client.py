"""What goes to a Jobe server, and what its answers mean to a student."""

import json
from typing import TYPE_CHECKING

import pytest

from question_bank.client import Job, JobeClient, Outcome, SandboxError
from question_bank.model import SupportFile

if TYPE_CHECKING:
    from tests.question_bank.conftest import Script

OK = {"run_id": None, "outcome": 15, "cmpinfo": "", "stdout": "hi\n", "stderr": ""}


def answer(script: "Script", status: int, body: object) -> None:
    script.answers.append((status, json.dumps(body).encode()))


def spec(script: "Script", request: int = 0) -> dict[str, object]:
    found: dict[str, object] = json.loads(script.requests[request][2])["run_spec"]
    return found


def test_a_job_is_posted_as_coderunner_posts_it(script: "Script") -> None:
    answer(script, 200, OK)
    JobeClient(f"{script.url}/prefix", api_key="k").run(Job(language="Python3", source="print()"))
    ((method, path, _, headers),) = script.requests
    assert (method, path) == ("POST", "/prefix/jobe/index.php/restapi/runs")
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert headers["X-API-KEY"] == "k"
    assert len(bytes.fromhex(headers["X-CodeRunner-Job-Id"])) == 4
    assert spec(script) == {
        "language_id": "python3",
        "sourcecode": "print()",
        "sourcefilename": "__tester__.python3",
        "input": "",
        "file_list": [],
        "parameters": [],
    }


@pytest.mark.parametrize(
    ("stdin", "sent"), [("", ""), ("a", "a\n"), ("a\n", "a\n"), ("0", "0\n")], ids=repr
)
def test_standard_input_ends_with_a_line_break(script: "Script", stdin: str, sent: str) -> None:
    answer(script, 200, OK)
    JobeClient(script.url).run(Job(language="c", source="", stdin=stdin))
    assert spec(script)["input"] == sent


def test_limits_override_the_parameters(script: "Script") -> None:
    answer(script, 200, OK)
    job = Job(
        language="c",
        source="",
        cpu_seconds=7,
        memory_mb=0,
        parameters='{"cputime": 3, "numprocs": 9}',
    )
    JobeClient(script.url).run(job)
    assert spec(script)["parameters"] == {"cputime": 7, "memorylimit": 0, "numprocs": 9}


def test_files_are_put_only_when_the_server_lacks_them(script: "Script") -> None:
    answer(script, 404, "One or more of the specified files is missing/unavailable")
    script.answers += [(204, b""), (204, b"")]
    answer(script, 200, OK)
    files = (SupportFile("a.txt", b"A"), SupportFile("b.txt", b"B"))
    JobeClient(script.url).run(Job(language="c", source="", files=files))
    ids = ["7fc56270e7a70fa81a5935b72eacbe29", "9d5ed678fe57bcca610140957afab571"]
    assert [(method, path.rsplit("/", 2)[1:]) for method, path, _, _ in script.requests] == [
        ("POST", ["restapi", "runs"]),
        ("PUT", ["files", ids[0]]),
        ("PUT", ["files", ids[1]]),
        ("POST", ["restapi", "runs"]),
    ]
    assert json.loads(script.requests[1][2]) == {"file_contents": "QQ=="}
    assert spec(script)["file_list"] == [[ids[0], "a.txt"], [ids[1], "b.txt"]]
    assert len({headers["X-CodeRunner-Job-Id"] for *_, headers in script.requests}) == 1


def test_files_that_stay_missing_are_an_error(script: "Script") -> None:
    for _ in range(2):
        answer(script, 404, "gone")
    with pytest.raises(SandboxError, match='was 404: "gone"'):
        JobeClient(script.url).run(Job(language="c", source=""))


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        pytest.param(200, {**OK, "outcome": 21}, "server overload", id="overload"),
        pytest.param(200, [1], r"was 200: \[1\]", id="no object"),
        pytest.param(200, {"stdout": ""}, "was 200", id="no outcome"),
        pytest.param(202, OK, "was 202", id="accepted is not run"),
        pytest.param(400, "bad", 'was 400: "bad"', id="refused"),
        pytest.param(401, "", "submission limit reached", id="limit"),
        pytest.param(403, "", "Unauthorised", id="key"),
        pytest.param(599, "", "was 599", id="a status without a name"),
    ],
)
def test_not_run(script: "Script", status: int, body: object, message: str) -> None:
    answer(script, status, body)
    with pytest.raises(SandboxError, match=message):
        JobeClient(script.url).run(Job(language="c", source=""))


def test_an_answer_that_is_no_json_is_an_error(script: "Script") -> None:
    script.answers.append((200, b"<html>"))
    with pytest.raises(SandboxError, match="was 200: <html>"):
        JobeClient(script.url).run(Job(language="c", source=""))


def test_no_server_is_an_error() -> None:
    with pytest.raises(SandboxError, match="Jobe server request failed"):
        JobeClient("127.0.0.1:9").run(Job(language="c", source=""))


@pytest.mark.parametrize(
    ("outcome", "stderr", "read"),
    [
        (15, "", Outcome.SUCCESS),
        (15, " \n", Outcome.SUCCESS),
        (15, "warning", Outcome.RUN_ERROR),
        (13, "late", Outcome.RUN_ERROR),
        (13, "", Outcome.TIME_LIMIT),
    ],
)
def test_anything_on_stderr_is_a_run_error(
    script: "Script", outcome: int, stderr: str, read: Outcome
) -> None:
    answer(script, 200, {**OK, "outcome": outcome, "stderr": stderr})
    assert JobeClient(script.url).run(Job(language="c", source="")).outcome is read


def test_the_run_directory_is_not_shown(script: "Script") -> None:
    path = "/home/jobe/runs/jobe_Ab_1/"
    answer(script, 200, {**OK, "stdout": f"{path}a {path}b", "stderr": f'File "{path}c"'})
    run = JobeClient(script.url).run(Job(language="c", source=""))
    assert (run.stdout, run.stderr) == ("a b", 'File "c"')
