# A template's guard: a finder before all others forbids a library.
import sys


class Guard:
    def find_spec(self, name, path=None, target=None):
        print("asked for", name)
        if name == "numpy":
            raise ImportError("you must not use numpy")


sys.meta_path.insert(0, Guard())
import json
import numpy
