from __future__ import annotations

import pytest

from jobe_torch.languages.unimported import uses_unimported

_NOT_IMPORTED = {
    "package alone": "import urllib\nurllib.parse.quote('a')",
    "another submodule": "import os, urllib.request\nurllib.parse.quote('a')",
    "imported afterwards": "import urllib\nurllib.parse\nimport urllib.parse",
    "torch afterwards": "import unittest\nunittest.mock\nimport torch",
    "torch where it is not sure": "def f():\n    import torch\ncollections.abc.Sized",
    "not brought by torch": "import ctypes, torch\nctypes.util.find_library('c')",
    "not brought by its package": "import torch.distributed as dist\ndist.fsdp.FSDP",
    "by another name": "import multiprocessing as mp\nmp.connection.wait([])",
    "by many names": "".join(f"import urllib as u{n}\n" for n in range(9)),
    "too long to look through": "import urllib\n" * 10_000,
}
_IMPORTED = {
    "none of them": "print(1)",
    "words alone": "print('urllib', 'parse')",
    "by its name": "import urllib.parse\nurllib.parse.quote('a')",
    "below it": "import torch.distributed.fsdp.api\ntorch.distributed.fsdp.api.X",
    "in a list": "import os, urllib.parse as p, sys\nurllib.parse.quote('a')",
    "from its package": "from urllib import error, parse\nurllib.parse.quote('a')",
    "something of it": "from urllib.parse import quote\nurllib.parse.quote('a')",
    "in one line": "import os; import http.client; http.client.OK",
    "where it may fail": "try: import unittest.mock\nexcept: pass\nunittest.mock.Mock",
    "indented": "def f():\n    import importlib.util\n    importlib.util.find_spec('a')",
    "torch before": "from torch import nn\nimport collections\ncollections.abc.Sized",
    "only the package": "import multiprocessing as mp\nmp.Pool()",
}


@pytest.mark.parametrize("source", _NOT_IMPORTED.values(), ids=_NOT_IMPORTED.keys())
def test_what_is_not_imported_is_found(source: str) -> None:
    assert uses_unimported(source.encode())


@pytest.mark.parametrize("source", _IMPORTED.values(), ids=_IMPORTED.keys())
def test_what_is_imported_is_no_reason_for_a_cold_start(source: str) -> None:
    assert not uses_unimported(source.encode())
