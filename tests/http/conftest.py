from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from jobe_torch.config import Settings
from jobe_torch.files.store import FileStore
from jobe_torch.http.app import bounds, create_app
from jobe_torch.languages.registry import Registry
from tests.scripted import ScriptedCells


@pytest.fixture
def cells() -> ScriptedCells:
    return ScriptedCells()


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files", max_bytes=1 << 26)


@pytest.fixture
def settings() -> Settings:
    return Settings()


@pytest.fixture
def client(settings: Settings, cells: ScriptedCells, store: FileStore) -> FlaskClient:
    registry = Registry(cells.run, bounds(settings))
    return create_app(settings, cells=cells, files=store, registry=registry).test_client()
