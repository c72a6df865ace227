"""``jobe-torch try``: a server on this machine that proves itself on the question bank."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import click
from rich.console import Console

from jobe_torch.cli.options import settings_of_environment
from jobe_torch.cli.server_process import server_process

__all__ = ["try_out"]

EXPORTED = Path(__file__).parents[2] / "question_bank" / "moodle"

NEXT = """
[bold]In Moodle[/], as administrator
  Plugins > Question types > CodeRunner > Jobe server: [bold]127.0.0.1:{port}[/]
  Security > HTTP security: take 127.0.0.0/8 out of "cURL blocked hosts list"
  and put {port} into "cURL allowed ports list"
[bold]In your course[/]
  Question bank > Import > Moodle XML format, one of:
{files}
"""


@click.command(name="try")
@click.option("--once", is_flag=True, help="End after the check, with its status.")
def try_out(*, once: bool) -> None:
    """Start a server, grade the question bank on it, go on serving. It is for this machine only."""
    console = Console(soft_wrap=True)
    port = settings_of_environment().port
    with (
        console.status("The cells are importing torch ...") as waiting,
        server_process(port) as server,
    ):
        # From here on Ctrl-C ends the server, which drains; here it ends the waiting only.
        signal.signal(signal.SIGINT, lambda *_: None)
        waiting.stop()
        modules = ", ".join(f"{name} {version}" for name, version in server.modules.items())
        console.print(f"[green]{server.url}[/]: {modules}; jail {', '.join(server.jails)}")
        check = [sys.executable, "-m", "question_bank", "check", "--server", server.url]
        status = subprocess.run(check, check=False).returncode
        if status == 0:
            files = "\n".join(
                f"  [bold]{file}[/]" for file in sorted(EXPORTED.glob("questions.*.xml"))
            )
            console.print(NEXT.format(port=port, files=files))
        if not once:
            console.print(f"Serving until Ctrl-C; the log is {server.log}")
            server.wait()
    sys.exit(status)
