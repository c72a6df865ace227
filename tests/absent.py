"""What a test does where something that it needs is not there."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

__all__ = ["absent"]


def absent(what: str) -> NoReturn:
    """Skip the test; in CI, which provides everything that this is called for, fail it."""
    if os.environ.get("CI"):
        pytest.fail(f"CI must provide this: {what}")
    pytest.skip(what)
