"""``jobe-torch serve``: the server process, by gunicorn."""

from jobe_torch.cli.serve.command import serve

__all__ = ["serve"]
