from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from importlib.machinery import ModuleSpec
from types import ModuleType

import pytest

from jobe_torch.cell.arrival import _waiting, call_at_import

_NAMES = ("loaded", "loaded.part", "loaded_too")


@pytest.fixture
def heard() -> Iterator[list[str]]:
    heard: list[str] = []
    for name in _NAMES:
        module = sys.modules[name] = ModuleType(name)
        module.__spec__ = ModuleSpec(name, None, is_package=name == "loaded")
    call_at_import("loaded", lambda: heard.append("imported"))
    yield heard
    del _waiting["loaded"]
    for name in _NAMES:
        del sys.modules[name]


@pytest.mark.parametrize(
    "statement",
    [
        "import loaded",
        "import loaded.part",
        "import loaded.part as p",
        "from loaded import __name__",
        "from loaded.part import __name__",
        "__import__('loaded')",
        "import importlib; importlib.import_module('loaded.part')",
    ],
)
def test_the_first_import_is_heard_once(heard: list[str], statement: str) -> None:
    sys.modules["loaded"].part = sys.modules["loaded.part"]  # type: ignore[attr-defined]
    assert heard == []
    exec(statement)  # noqa: S102 - all that imports
    assert heard == ["imported"]
    exec(statement)  # noqa: S102 - as above
    importlib.import_module("loaded")
    assert heard == ["imported"]


def test_imports_of_others_are_not(heard: list[str]) -> None:
    importlib.import_module("loaded_too")
    importlib.import_module("json")
    assert heard == []


def test_what_was_imported_has_an_ordinary_spec(heard: list[str]) -> None:
    importlib.import_module("loaded")
    assert type(sys.modules["loaded"].__spec__) is ModuleSpec
    assert repr(type(sys.modules["loaded.part"].__spec__)) == repr(ModuleSpec)
    importlib.import_module("loaded.part")
    assert type(sys.modules["loaded.part"].__spec__) is ModuleSpec
    assert heard == ["imported"]


def test_more_than_one_can_wait_for_it(heard: list[str]) -> None:
    call_at_import("loaded", lambda: heard.append("too"))
    importlib.import_module("loaded.part")
    assert heard == ["imported", "too"]
