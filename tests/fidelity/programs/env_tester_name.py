import inspect
import os
import sys

print(__file__, sys.argv, sys.orig_argv[1:], sorted(os.listdir(".")))
print(type(__loader__), __spec__, inspect.getsource(sys.modules["__main__"])[:20])
raise ValueError("shown with its line")
