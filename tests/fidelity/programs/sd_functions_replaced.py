# Guards of a template against what the end of a run is made of.
import atexit
import gc
import os
import sys


def forbidden(*_):
    print("called")
    raise RuntimeError("you must not call this")


for module, names in {
    atexit: ("register", "unregister", "_run_exitfuncs"),
    gc: ("collect", "isenabled"),
    os: ("_exit", "getppid"),
    sys: ("_getframe", "exit", "getrecursionlimit", "setrecursionlimit"),
}.items():
    for name in names:
        setattr(module, name, forbidden)
print("end of main")
