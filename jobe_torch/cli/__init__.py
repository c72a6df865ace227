"""The command ``jobe-torch``."""

from jobe_torch.cli.main import main

__all__ = ["main"]
