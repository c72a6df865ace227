# Spelt as no search finds it: it is to run in a spare.
import os
import sys

os.makedirs("pack/sub")
open("pack/__init__.py", "w").write("from . import sub\nprint(__name__, __path__)\n")
open("pack/sub/__init__.py", "w").write("print(__name__, __package__)\n")
open("pack/__main__.py", "w").write("print('main of', __package__)\n")
import importlib
import runpy

importlib.invalidate_caches()
import pack

runpy.run_module("pack", run_name="__main__")
print(runpy.run_path("pack/sub/__init__.py", {"x": 1}, "name").get("x"))
print(sorted(os.listdir("pack")), vars(sys)["path_" "importer_cache"][os.getcwd()])
