"""Where things are inside a cell: the same paths in every backend.

The run's directory looks like the reference's (``/home/jobe/runs/jobe_`` and six
characters, protocol reference §8), since CodeRunner strips just that prefix from
what students see. It need not be random: each run has a file system of its own.
"""

from __future__ import annotations

__all__ = ["ENVIRONMENT", "HOME_DIRECTORY", "HOST_NAME", "RUN_DIRECTORY"]

HOST_NAME = "jobe"
"""What a run's machine is called."""

RUN_DIRECTORY = "/home/jobe/runs/jobe_warm00"
"""Working directory of every run."""

HOME_DIRECTORY = "/tmp/mplwork_warm00"  # noqa: S108 - inside a run's own /tmp
"""Home of every run; the reference's name for it."""

ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LANG": "C.UTF-8",
    "HOME": HOME_DIRECTORY,
    "PWD": RUN_DIRECTORY,  # the reference's runs have it from the shell that starts them
    "MPLCONFIGDIR": HOME_DIRECTORY,
    # One run has one CPU's share; a library that starts a thread for each of the
    # host's cores would spend its CPU seconds on waiting for them.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    # torch asks NVML instead of CUDA whether a GPU is there: no context is made. Where none is
    # to be seen it asks nobody; NVML without its device files would have it warn on stderr.
    "PYTORCH_NVML_BASED_CUDA_CHECK": "1",
    "CUDA_VISIBLE_DEVICES": "",
}
"""A run's whole environment. The cell puts its interpreter's folder first in PATH."""
