"""``python -m jobe_torch`` is ``jobe-torch``."""

from jobe_torch.cli import main

main()
