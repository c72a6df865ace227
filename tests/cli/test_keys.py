"""Access keys: made and revoked by the command, obeyed by the server, fair to each other."""

import os
import signal
import stat
import threading
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result

from jobe_torch.cli import main
from jobe_torch.cli.access_keys import keys_of
from jobe_torch.config import Settings
from jobe_torch.http.keys import BadKeys
from tests.cli.conftest import FAKE
from tests.conftest import REST, Server


def keys(*words: str, **environment: str) -> Result:
    return CliRunner().invoke(main, ["keys", *words], env=environment)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "keys.toml"


class TestCommand:
    def test_a_key_is_printed_once_and_kept_as_a_hash(self, file: Path) -> None:
        made = keys("add", "course", f"--file={file}")
        key = made.stdout.strip()
        assert len(key) == 32
        assert key not in file.read_text()
        assert key not in keys("list", f"--file={file}").output
        assert stat.S_IMODE(file.stat().st_mode) == 0o600

    def test_what_a_key_may_do_is_listed(self, file: Path) -> None:
        keys("add", "all", f"--file={file}")
        words = ("--runs-per-hour=60", "--share=2", "--language=c", "--language=python3", "--gpu")
        keys("add", "some", *words, f"--file={file}")
        assert keys("list", f"--file={file}").output.splitlines() == [
            "all: any number of runs, share 1, all languages",
            "some: 60 runs an hour, share 2, c python3, GPUs",
        ]

    def test_a_revoked_key_is_gone(self, file: Path) -> None:
        for name in ("one", "two"):
            keys("add", name, f"--file={file}")
        keys("revoke", "one", f"--file={file}")
        assert keys("list", f"--file={file}").output.startswith("two:")

    def test_a_file_that_cannot_be_written_is_told(self, file: Path) -> None:
        below = file / "below"
        made = keys("add", "course", f"--file={below}")
        assert (made.exit_code, made.stdout) == (1, "")
        assert made.stderr == f"Error: {below}: No such file or directory\n"

    def test_a_language_that_does_not_exist_is_refused(self, file: Path) -> None:
        assert (
            "'cobol' is not one of" in keys("add", "x", "--language=cobol", f"--file={file}").stderr
        )
        assert not file.exists()

    def test_the_setting_names_the_file(self, file: Path) -> None:
        keys("add", "course", JOBE_TORCH_KEYS_FILE=str(file))
        assert "course" in keys("list", JOBE_TORCH_KEYS_FILE=str(file)).output

    @pytest.mark.parametrize(
        ("words", "complaint"),
        [
            (["add", "course"], "has a key course already"),
            (["add", "a name"], "Expected `str` matching regex"),
            (["add", "x", "--share=0"], "Expected `float` > 0"),
            (["revoke", "nobody"], "has no key nobody"),
        ],
    )
    def test_what_is_refused(self, file: Path, words: list[str], complaint: str) -> None:
        keys("add", "course", f"--file={file}")
        before = file.read_text()
        refused = keys(*words, f"--file={file}")
        assert refused.exit_code != 0
        assert complaint in refused.output
        assert file.read_text() == before

    def test_a_file_must_be_named(self) -> None:
        assert "which file?" in keys("list").output


class TestSettings:
    def test_none_are_asked_for(self) -> None:
        assert keys_of(Settings()) is None

    def test_an_empty_file_lets_nobody_in(self, file: Path) -> None:
        file.touch()
        assert keys_of(Settings(keys_file=str(file))) == ()

    def test_both_sources_count(self, file: Path) -> None:
        keys("add", "one", f"--file={file}")
        found = keys_of(Settings(keys_file=str(file), keys=("two=secret",)))
        assert found is not None
        assert [key.name for key in found] == ["one", "two"]

    @pytest.mark.parametrize("pair", ["secret", "=secret", "name=", "a name=secret"])
    def test_a_bad_pair_is_refused_without_being_shown(self, pair: str) -> None:
        with pytest.raises(BadKeys) as refusal:
            keys_of(Settings(keys=(pair,)))
        assert "secret" not in str(refusal.value)

    def test_they_are_not_printed(self) -> None:
        environment = {"JOBE_TORCH_KEYS": "course=secret-text"}
        output = CliRunner().invoke(main, ["config"], env=environment).output
        assert "secret-text" not in output
        assert "# keys is set, and secret" in output


class TestServer:
    client = httpx.Client(timeout=60)

    def post(self, server: Server, source: str, key: str = "") -> httpx.Response:
        spec = {"language_id": "python3", "sourcecode": source}
        return self.client.post(
            f"{server.url}{REST}/runs",
            json={"run_spec": spec},
            headers={"X-API-KEY": key} if key else {},
        )

    def test_a_key_is_needed(self, start: Callable[..., Server]) -> None:
        server = start(keys="course=secret")
        assert self.post(server, "x").status_code == 403
        assert self.post(server, "x", "wrong").status_code == 403
        assert self.post(server, "x", "secret").json()["stdout"] == "x"
        assert "secret" not in server.log.read_text()

    def test_keys_are_read_again_on_sighup(self, start: Callable[..., Server], file: Path) -> None:
        first = keys("add", "first", f"--file={file}").stdout.strip()
        server = start(keys_file=file)
        second = keys("add", "second", f"--file={file}").stdout.strip()
        keys("revoke", "first", f"--file={file}")
        assert self.post(server, "x", first).status_code == 200
        self.reload(server, "keys read again")
        assert self.post(server, "x", first).status_code == 403
        assert self.post(server, "x", second).status_code == 200
        file.write_text("what?")
        self.reload(server, "keys not read again")
        assert self.post(server, "x", second).status_code == 200
        assert server.end() == 0

    def reload(self, server: Server, until_said: str) -> None:
        os.kill(server.process.pid, signal.SIGHUP)
        server.wait_until_said(until_said)

    def test_a_bad_file_ends_the_start(
        self, start_server: Callable[..., Server], file: Path
    ) -> None:
        server = start_server(*FAKE, keys_file=file)
        assert server.process.wait(30) != 0
        assert "jobe-torch cannot serve" in server.log.read_text()

    def test_a_terminal_that_is_closed_ends_a_server_without_a_file_of_keys(
        self, start: Callable[..., Server]
    ) -> None:
        assert start().end(signal.SIGHUP) == 0

    def test_a_course_that_floods_does_not_keep_the_other_waiting(
        self, start: Callable[..., Server]
    ) -> None:
        server = start(cells=1, line_length=30, keys="loud=1,quiet=2", wait_seconds=300)
        over = threading.Event()

        def flood() -> None:
            while not over.is_set():
                self.post(server, "sleep 0.1", "1")

        loud = [threading.Thread(target=flood) for _ in range(35)]  # more than fit in the line
        for thread in loud:
            thread.start()
        server.wait_until_said("line_full")
        turns = [int(self.post(server, "number", "2").json()["stdout"]) for _ in range(5)]
        over.set()
        for thread in loud:
            thread.join()
        # Standing in one line with the others would be thirty turns.
        assert max(later - earlier for earlier, later in pairwise(turns)) <= 10
