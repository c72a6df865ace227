import importlib
import pkgutil
import sys

SKIP = {"antigravity", "this", "idlelib", "turtle", "turtledemo", "tkinter", "lib2to3", "test", "__main__"}
failed = []
for name in sorted(sys.stdlib_module_names - SKIP):
    try:
        module = importlib.import_module(name)
        spec = module.__spec__
        print(name, module.__name__, spec and spec.origin, spec and spec.loader.__class__.__name__)
    except ImportError as error:
        print(name, type(error).__name__, error)
