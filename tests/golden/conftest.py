from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from flask import Flask

from jobe_torch.cli.assemble import make_app, make_pool
from jobe_torch.config import load
from jobe_torch.http.access import Access

Served = dict[bool, Flask]
"""The application with real cells, by whether it allows any web origin."""


@pytest.fixture(scope="session")
def served(cell_python: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    flags = {
        "cells": "2",
        "wait_seconds": "120",  # a busy machine takes long to start a cell
        "cell_python": str(cell_python),
        "files_directory": str(tmp_path_factory.mktemp("files")),
    }
    pool = make_pool(load(environment=os.environ, flags=flags))
    yield {
        any_origin: make_app(
            load(environment=os.environ, flags={**flags, "cors_origins": origins}), pool, Access()
        )
        for any_origin, origins in ((True, "*"), (False, ""))
    }
    pool.drain(0)


@pytest.fixture(scope="session")
def present(served: Served) -> dict[str, str]:
    """The versions of the languages that are installed."""
    versions: list[list[str]] = served[False].test_client().get("/restapi/languages").get_json()
    return {name: version for name, version in versions}  # noqa: C416 - pairs are lists
