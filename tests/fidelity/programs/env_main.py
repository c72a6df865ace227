import sys

print(__name__, __file__, __spec__, __doc__, __package__, __annotations__, sorted(vars()))
print(type(__loader__), __loader__.name, __loader__.path, __builtins__, __cached__)
print(sys.modules["__main__"].__dict__ is globals(), sys.modules["__main__"])
print(__import__("__main__") is sys.modules["__main__"], repr(globals()["__builtins__"]))
