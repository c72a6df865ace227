"""What tests of broken things do before and after they break them."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import httpx

from jobe_torch.protocol.verdict import Verdict
from tests.conftest import Server
from tests.docker.engine import wait_for

__all__ = ["HELLO", "grades", "submit"]

HELLO = "import torch; print(int(torch.ones(2).sum()))"
_ENDLESS = "import time\nwhile True: time.sleep(1)"


def grades(server: Server) -> bool:
    """Whether a right answer is one."""
    answer = server.run(HELLO)
    return (answer["outcome"], answer["stdout"]) == (Verdict.SUCCESS, "2\n")


def submit(pool: ThreadPoolExecutor, server: Server) -> Future[dict[str, Any]]:
    """Have an endless run going."""
    future = pool.submit(server.run, _ENDLESS, parameters={"cputime": 60})
    wait_for(lambda: httpx.get(f"{server.url}/readyz").json()["cells"]["busy"])
    return future
