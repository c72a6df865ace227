"""``jobe-torch doctor``: what this machine has and lacks, and how to repair it."""

from jobe_torch.cli.doctor.command import doctor

__all__ = ["doctor"]
