"""The command ``jobe-torch`` and its parts."""

from __future__ import annotations

import click

from jobe_torch.cli.access_keys import keys
from jobe_torch.cli.bench import bench
from jobe_torch.cli.doctor import doctor
from jobe_torch.cli.languages import languages
from jobe_torch.cli.run import run
from jobe_torch.cli.serve import serve
from jobe_torch.cli.show_config import config
from jobe_torch.cli.try_out import try_out

__all__ = ["main"]


@click.group()
@click.version_option(package_name="jobe-torch", prog_name="jobe-torch")
def main() -> None:
    """A Jobe-compatible server that runs students' PyTorch code in warm, jailed cells."""


main.add_command(serve)
main.add_command(run)
main.add_command(languages)
main.add_command(bench)
main.add_command(keys)
main.add_command(config)
main.add_command(doctor)
main.add_command(try_out)
