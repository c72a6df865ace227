"""A server process with the fake backend."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Server

FAKE = (sys.executable, str(Path(__file__).with_name("fake_server.py")), "serve")


@pytest.fixture
def start(start_server: Callable[..., Server]) -> Callable[..., Server]:
    def start(**flags: object) -> Server:
        server = start_server(*FAKE, **{"cells": 2, **flags})
        server.wait_until("/readyz")
        return server

    return start
