import sys

before = sys.modules.get("__mp_main__")
import multiprocessing

print(before in (None, sys.modules["__main__"]))
print(sys.modules["__mp_main__"] is sys.modules["__main__"])
