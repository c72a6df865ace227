"""What is told of an engine that cannot be had."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from jobe_torch.backends.base import BackendError
from jobe_torch.backends.engine import Engine


def test_an_engine_that_is_not_there_leaves_nothing_open(tmp_path: Path) -> None:
    with pytest.raises(BackendError, match=r"no Docker Engine at unix:.*No such file or directory"):
        Engine(f"unix://{tmp_path}/engine.sock")
    gc.collect()  # a socket left open is a warning, and so a failure
