"""The benchmark: what counts as right, how figures are made, what is shown."""

import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from jobe_torch.bench.client import Answer, Client
from jobe_torch.bench.cold import ColdProcess
from jobe_torch.bench.figures import Figures, percentile
from jobe_torch.bench.measure import Plan, measure
from jobe_torch.bench.workloads import WORKLOADS, Workload
from jobe_torch.cli import main
from jobe_torch.protocol.verdict import Verdict

HELLO = WORKLOADS["hello"]
FILES = Workload("files", "", "read", files=MappingProxyType({"data.txt": b"content"}))
FILE_ID = "9a0364b9e99bb480dd25e1f0284c8555"  # md5 of its content


class Jobe:
    """A server that answers what the test says, and remembers what it was asked."""

    def __init__(self) -> None:
        self.timing = ""
        self.result: dict[str, object] = {
            "run_id": None, "outcome": 15, "cmpinfo": "", "stdout": "hi\n", "stderr": "",
        }  # fmt: skip
        self.status = 200
        self.runs: list[dict[str, object]] = []
        self.files: dict[str, str] = {}
        self.keys: set[str | None] = set()
        self.paths: set[str] = set()
        self.url = ""


@pytest.fixture
def jobe() -> Iterator[Jobe]:
    jobe = Jobe()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer(200, [["python3", "3.11.7"]])

        def do_POST(self) -> None:
            spec = self.body()["run_spec"]
            assert isinstance(spec, dict)
            if any(file_id not in jobe.files for file_id, _ in spec["file_list"]):
                self.answer(404, "One or more of the specified files is missing/unavailable")
                return
            jobe.runs.append(spec)
            self.answer(jobe.status, jobe.result)

        def do_PUT(self) -> None:
            jobe.files[self.path.rpartition("/")[2]] = str(self.body()["file_contents"])
            self.answer(204, "")

        def body(self) -> dict[str, object]:
            jobe.keys.add(self.headers["X-API-KEY"])
            jobe.paths.add(self.path)
            body: dict[str, object] = json.loads(
                self.rfile.read(int(self.headers["Content-Length"]))
            )
            return body

        def answer(self, status: int, value: object) -> None:
            body = b"" if status == 204 else json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if self.command == "POST" and jobe.timing:
                self.send_header("Server-Timing", jobe.timing)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        jobe.url = f"http://127.0.0.1:{server.server_address[1]}"
        with ThreadPoolExecutor(1) as executor:
            executor.submit(server.serve_forever, 0.01)
            yield jobe
            server.shutdown()


class TestClient:
    def test_a_right_answer(self, jobe: Jobe) -> None:
        answer = Client(jobe.url).run(HELLO)
        assert (answer.verdict, answer.right, answer.note) == ("success", True, "")
        assert answer.seconds > 0

    @pytest.mark.parametrize(
        ("name", "value", "verdict"),
        [
            ("stdout", "hi", "success"),
            ("stderr", "a warning", "success"),
            ("cmpinfo", "a warning", "success"),
            ("outcome", 13, "time_limit"),
            ("outcome", 99, "no result"),
            ("outcome", None, "no result"),
        ],
    )
    def test_a_wrong_answer(self, jobe: Jobe, name: str, value: object, verdict: str) -> None:
        jobe.result[name] = value
        answer = Client(jobe.url).run(HELLO)
        assert (answer.verdict, answer.right) == (verdict, False)
        assert not answer.refused
        assert answer.note

    def test_an_overload_is_neither_right_nor_wrong(self, jobe: Jobe) -> None:
        jobe.result |= {"outcome": 21, "stdout": ""}
        answer = Client(jobe.url).run(HELLO)
        assert (answer.right, answer.refused) == (False, True)

    def test_a_status_is_a_verdict(self, jobe: Jobe) -> None:
        jobe.status = 503
        assert Client(jobe.url).run(HELLO).verdict == "HTTP 503"

    def test_nobody_there(self) -> None:
        assert Client("http://127.0.0.1:1").run(HELLO).verdict == "ConnectionRefusedError"

    def test_no_two_submissions_are_the_same(self, jobe: Jobe) -> None:
        client = Client(jobe.url)
        client.run(HELLO)
        client.run(HELLO)
        first, second = jobe.runs
        assert first != second

    def test_files_are_uploaded_when_they_are_missed(self, jobe: Jobe) -> None:
        jobe.result["stdout"] = "read"
        assert Client(jobe.url).run(FILES).right
        assert jobe.files == {FILE_ID: "Y29udGVudA=="}
        assert [run["file_list"] for run in jobe.runs] == [[[FILE_ID, "data.txt"]]]

    @pytest.mark.parametrize("path", ["", "/", "/jobe/index.php/restapi", "/other/restapi/"])
    def test_the_address_may_be_the_host_alone(self, jobe: Jobe, path: str) -> None:
        Client(jobe.url + path, "secret").run(HELLO)
        base = path.rstrip("/") or "/jobe/index.php/restapi"
        assert jobe.paths == {f"{base}/runs"}
        assert jobe.keys == {"secret"}


class TestMeasure:
    @pytest.mark.parametrize("clients", [1, 3])
    def test_so_many_runs_are_made(self, jobe: Jobe, clients: int) -> None:
        ticks: list[None] = []
        figures = measure(
            Client(jobe.url), HELLO, Plan(clients, runs=10), progress=lambda: ticks.append(None)
        )
        assert (figures.runs, figures.right, figures.wrong) == (10, 10, 0)
        assert len(ticks) == 10
        assert len(jobe.runs) == 12  # two to warm up
        assert figures.verdicts == {"success": 10}

    def test_for_so_long(self, jobe: Jobe) -> None:
        figures = measure(Client(jobe.url), HELLO, Plan(2, seconds=0.1))
        assert figures.runs > 0
        assert figures.seconds >= 0.1

    def test_the_plain_process_runs_in_between(self, jobe: Jobe, tmp_path: Path) -> None:
        order = tmp_path / "order"
        python = tmp_path / "python"
        python.write_text(f"#!/bin/sh\necho cold >> {order}\nexec {sys.executable} $@\n")
        python.chmod(0o755)

        def note() -> None:
            with order.open("a") as file:
                file.write("warm\n")

        figures = measure(
            Client(jobe.url), HELLO, Plan(1, 10), cold=ColdProcess(python), progress=note
        )
        assert order.read_text().split() == ["cold", "warm", "warm"] * 5
        assert (figures.runs, figures.cold_runs) == (10, 5)
        assert figures.cold_p50_ms > 0

    def test_a_plain_process_that_goes_wrong_is_no_figure(self, tmp_path: Path) -> None:
        python = tmp_path / "python"
        python.write_text("#!/bin/sh\necho ho\n")
        python.chmod(0o755)
        with pytest.raises(RuntimeError, match="hello as a plain process went wrong: ho"):
            ColdProcess(python).run(HELLO)


class TestFigures:
    @given(st.lists(st.floats(0, 1000), min_size=1), st.sampled_from([50, 95, 99, 100]))
    def test_a_percentile_is_the_least_value_that_so_many_do_not_exceed(
        self, values: list[float], percent: int
    ) -> None:
        value = percentile(values, percent)
        assert value in values
        assert sum(one <= value for one in values) * 100 >= percent * len(values)
        assert sum(one < value for one in values) * 100 < percent * len(values)

    def test_counts(self) -> None:
        answers = [
            Answer(0.010, "success", right=True),
            Answer(0.030, "success", right=True),
            Answer(0.020, "overload", right=False),
            Answer(0.040, "success", right=False, note="ho"),
        ]
        figures = Figures.of("hello", 2, answers, seconds=0.5, cold_seconds=[2.0, 3.0, 4.0])
        assert (figures.runs, figures.right, figures.wrong) == (4, 2, 1)
        assert figures.verdicts == {"success": 3, "overload": 1}
        assert figures.notes == ["ho"]
        assert figures.p50_ms == pytest.approx(20)
        assert figures.runs_per_second == pytest.approx(4)
        assert figures.ratio == pytest.approx(150)


class TestCommand:
    def run(self, *words: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, ["bench", *words], env={"COLUMNS": "120"})
        return result.exit_code, result.output

    def test_a_table_and_json(self, jobe: Jobe, tmp_path: Path) -> None:
        file = tmp_path / "figures.json"
        words = ("-w", "hello", "-n", "4", "-c", "1", "-c", "2", "--json", str(file))
        status, output = self.run(jobe.url, *words)
        assert status == 0
        assert output.count("4 success") == 2
        written = json.loads(file.read_text())
        assert [one["clients"] for one in written["figures"]] == [1, 2]
        assert written["server"] == jobe.url

    @pytest.mark.parametrize("flag", ["--json", "--svg"])
    def test_a_file_that_cannot_be_written_is_told(
        self, jobe: Jobe, tmp_path: Path, flag: str
    ) -> None:
        file = tmp_path / "nowhere" / "figures"
        status, output = self.run(jobe.url, "-w", "hello", "-n", "4", flag, str(file))
        assert status == 1
        assert output.endswith(f"Error: {file}: No such file or directory\n")

    def test_parts_of_the_time_are_shown_where_the_server_tells_them(self, jobe: Jobe) -> None:
        assert "program" not in self.run(jobe.url, "-w", "hello", "-n", "4")[1]
        jobe.timing = "wait;dur=0.5, program;dur=1234.5"
        output = self.run(jobe.url, "-w", "hello", "-n", "4")[1]
        assert "http" in output
        assert "1234.5" in output

    def test_clients_may_pause_before_they_submit(
        self, jobe: Jobe, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pauses: list[float] = []
        monkeypatch.setattr("jobe_torch.bench.measure.time.sleep", pauses.append)
        assert self.run(jobe.url, "-w", "hello", "-n", "4", "--pause", "50")[0] == 0
        assert pauses.count(0.05) == 4

    def test_a_picture(self, jobe: Jobe, tmp_path: Path) -> None:
        file = tmp_path / "figures.svg"
        assert self.run(jobe.url, "-w", "hello", "-n", "4", "--svg", str(file))[0] == 0
        texts = [text.text for text in etree.parse(file).iter("{*}text")]
        assert "hello" in texts
        assert any(str(text).endswith(" ms") for text in texts)

    def test_a_wrong_answer_is_shown_and_is_the_status(self, jobe: Jobe) -> None:
        jobe.result["stdout"] = "ho\n"
        status, output = self.run(jobe.url, "-w", "hello", "-n", "1")
        assert status == 1
        assert "1 success: 1 wrong" in output
        assert '"stdout": "ho' in output

    def test_workloads_of_absent_languages_are_left_out(self, jobe: Jobe) -> None:
        status, _ = self.run(jobe.url, "-w", "c", "-n", "1")
        assert status == 0
        assert not jobe.runs

    def test_nobody_there(self) -> None:
        status, output = self.run("127.0.0.1:1")
        assert status == 1
        assert "no Jobe server answers" in output


PYTHON = [one for one in WORKLOADS.values() if one.language == "python3"]
PRINTING = [one for one in PYTHON if one.outcome is Verdict.SUCCESS and not one.gpu]
"""Those for a GPU are tried by scripts/gpu_check.sh."""


@pytest.mark.cell
@pytest.mark.parametrize("workload", PRINTING, ids=lambda one: one.name)
def test_workloads_print_what_they_say(workload: Workload, cell_python: Path) -> None:
    assert ColdProcess(cell_python).run(workload) > 0
