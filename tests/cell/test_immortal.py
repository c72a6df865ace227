"""What a zygote has preloaded does not count its references, where the interpreter can do so."""

import os
import subprocess
from pathlib import Path

PROGRAM = """
import gc, sys
from jobe_torch.cell.immortal import make_all_immortal

class Thing:
    slots = [object(), {"a key of its own": 1.5}]
    def method(self, argument):
        return argument, 12345.678, "a constant of its own", lambda free: argument

code = Thing.method.__code__
held = [
    Thing, Thing(), Thing.method, Thing.slots, *Thing.slots, *Thing.slots[1],
    *Thing.slots[1].values(),
    code, *code.co_consts, *code.co_varnames, Thing.__qualname__, sys, sys.modules, gc.get_objects,
]
made = make_all_immortal()
after = [sys.getrefcount(thing) for thing in held]
later = object()
if sys.version_info < (3, 12):
    print(made == 0 and max(after) < 1 << 31)
else:
    print(made > 1000 and set(after) == {sys.getrefcount(None)} and sys.getrefcount(later) == 2)
"""


def test_all_that_is_held_counts_no_more_or_all_as_before(cell_python: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    said = subprocess.check_output(
        [cell_python, "-c", PROGRAM], env=environment, text=True, stderr=subprocess.STDOUT
    )
    assert said == "True\n"
