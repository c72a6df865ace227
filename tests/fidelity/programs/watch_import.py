# A template's guard: whatever is imported on the way counts too.
import builtins

ordinary = builtins.__import__


def guarded(name, *rest):
    if name.partition(".")[0] in ("numpy", "socket"):
        raise ImportError(f"you must not use {name}")
    return ordinary(name, *rest)


builtins.__import__ = guarded
for name in ("numpy", "socket", "http.client"):
    try:
        print(ordinary(name))
    except ImportError as error:
        print(error)
