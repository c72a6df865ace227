from __future__ import annotations

import json
from pathlib import Path

import pytest

import question_bank
from jobe_torch.languages.watching import watches_imports

_WATCHING = {
    "a finder first": "import sys\nsys.meta_path.insert(0, Guard())",
    "a hook for paths": "from sys import path_hooks\npath_hooks.clear()",
    "an audit hook": "import sys\nsys.addaudithook(print)",
    "import replaced": "import builtins\nbuiltins.__import__ = guard",
    "import for exec": "exec(answer, {'__builtins__': {'__import__': guard}})",
    "import patched": "with patch('builtins.__import__', guard):\n    pass",
    "import_module replaced": "import importlib\nimportlib.import_module = guard",
    "the machinery": "import importlib\nimportlib._bootstrap._find_and_load = guard",
    "is it there": "import sys\nprint('numpy' in sys.modules)",
    "all that is there": "import sys\nfor name in sys.modules: print(name)",
    "one that is there": "import sys\nprint(sys.modules.get('torch'))",
    "its part": "import sys\nprint(sys.modules['torch.nn'])",
    "any one": "import sys\nfor name in forbidden:\n    sys.modules[name] = None",
    "taken away": "import sys\ndel sys.modules['numpy']",
    "all taken away": "import sys\nsys.modules.clear()",
    "replaced": "import sys\nsys.modules = {}",
    "by another name": "import sys as system\nsystem.modules.clear()",
    "by its own name": "from sys import (argv,\n    modules)\nmodules.clear()",
    "by a text": "import sys\nvars(sys)['modules'].clear()",
    "in a text": r'''#:"import sys\nprint(sys.modules[\"torch\"])"''',
    "calls traced": "import sys\nsys.settrace(tracer)",
    "calls counted": "import threading\nthreading.setprofile(profiler)",
    "a built-in replaced": "import builtins\nbuiltins.reversed = forbidden",
    "the program's own built-ins": "__builtins__.sum = forbidden",
    "built-ins as a dictionary": "vars(__builtins__)['sum'] = forbidden",
    "built-ins by name": "for name in names: setattr(builtins, name, forbidden)",
    "built-ins removed": "delattr(__builtins__, 'eval')",
    "all objects": "import gc\nprint(len(gc.get_objects()))",
}
_ORDINARY = {
    "imports": "import importlib\nimport numpy\nimportlib.import_module('student')",
    "a call of import": "print(__import__('math').pi, __import__ ('os').sep)",
    "the program itself": "import sys\nprint(sys.modules[__name__], sys.modules['__main__'])",
    "where a class is from": "import sys\nprint(vars(sys.modules[type(x).__module__]))",
    "the program, perhaps": "import sys\nmain = sys.modules.get('__main__')",
    "a module of its own": "import sys\nsys.modules['answer'] = m\nsys.modules.pop('answer')",
    "one with a spec": "import sys\nsys.modules[spec.name] = module",
    "built-ins used": "import builtins\nprint(builtins.len == len, vars(builtins)['len'] == len)",
    "input replaced": "import builtins\nbuiltins.input = lambda *_: '1'\nbuiltins.print=log",
    "layers": "from torch.nn.modules.loss import MSELoss\nfor m in net.modules(): print(m)",
    "names": "modules = [1]\nbootstrap, trace, objects = 1, 2, 3\nfrom sys import stdin, argv",
}


_SLOW = {
    "spaces": b"builtins" + b" " * 900_000,
    "a name without an end": b"sys.modules['" + b"a" * 900_000,
    "a path without an end": b"sys.modules[" + b"a." * 450_000,
    "calls in calls": b"sys.modules.get(" * 56_000,
    "imports of imports": b"from sys import " * 56_000,
    "brackets": b"builtins[" * 100_000,
}
"""Texts that a search with a second thought would never end on."""


@pytest.mark.parametrize("source", _WATCHING.values(), ids=_WATCHING.keys())
def test_who_watches_imports_is_found(source: str) -> None:
    assert watches_imports(source.encode())


@pytest.mark.parametrize("source", _ORDINARY.values(), ids=_ORDINARY.keys())
def test_what_others_do_is_no_reason_for_a_cold_start(source: str) -> None:
    assert not watches_imports(source.encode())
    assert not watches_imports(json.dumps(source).encode())  # as a template writes an answer


def test_nothing_in_the_question_bank_is_a_reason_for_a_cold_start() -> None:
    programs = [
        path
        for folder in ("questions", "prototypes")
        for path in (Path(question_bank.__file__).parent / folder).rglob("*.py")
    ]
    assert len(programs) > 90
    watching = [path for path in programs if watches_imports(path.read_bytes())]
    assert watching == []


@pytest.mark.parametrize("source", _SLOW.values(), ids=_SLOW.keys())
def test_a_hostile_text_keeps_nobody_waiting(source: bytes) -> None:
    watches_imports(source)  # pytest's own time limit fails what takes the square of its length


def test_a_text_that_is_too_long_to_read_is_taken_for_one_that_watches() -> None:
    assert not watches_imports(b"#" * (1 << 20))
    assert watches_imports(b"#" * ((1 << 20) + 1))
