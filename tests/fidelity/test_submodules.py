"""Each submodule that a spare has loaded and a fresh interpreter has not is known as such."""

from __future__ import annotations

import json

import pytest

from jobe_torch.languages.unimported import uses_unimported
from tests.cells import Bench, Program

pytestmark = pytest.mark.cell

_LOADED = b"""\
import json, sys, types
modules = vars(sys)["mod" "ules"]  # found in the text, that word would have it start cold
def loaded(package):
    return [
        name
        for name, value in vars(modules[package]).items()
        if isinstance(value, types.ModuleType)
        and value.__name__ == f"{package}.{name}"
        and not name.startswith("_")
    ]
"""

_WARM = (
    _LOADED
    + b"""
import torch.distributed
packages = [
    name
    for name, module in modules.items()
    if hasattr(module, "__path__") and name.partition(".")[0] in sys.stdlib_module_names
]
print(json.dumps({name: loaded(name) for name in [*packages, "torch.distributed"]}))
"""
)

_COLD = (
    _LOADED
    + b"""
import importlib, os
for package, names in json.load(sys.stdin).items():
    if os.fork() == 0:
        importlib.import_module(package)
        module = modules[package]
        print(*(f"{package}.{name}" for name in names if not hasattr(module, name)), flush=True)
        os._exit(0)
    os.wait()
"""
)


@pytest.mark.parametrize("before", ["", "import torch\n"], ids=["alone", "torch"])
def test_submodules_of_others_imports_are_known(bench: Bench, before: str) -> None:
    report = bench.run(Program(_WARM))
    assert report.warm
    warm = report.run
    assert warm
    assert json.loads(warm.stdout)["urllib"]
    program = Program(before.encode() + _COLD, stdin=warm.stdout, limits={"cputime": 60})
    cold = bench.run(program, warm=False).run
    assert cold
    unimported = cold.stdout.decode().split()
    assert "torch.distributed.fsdp" in unimported
    unknown = [
        name
        for name in unimported
        if not uses_unimported(f"{before}import {name.rpartition('.')[0]}\n{name}".encode())
    ]
    assert unknown == []
