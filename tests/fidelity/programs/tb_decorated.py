import contextlib
import functools


def wrap(f):
    @functools.wraps(f)
    def inner(*args):
        return f(*args)

    return inner


@contextlib.contextmanager
def manager():
    try:
        yield
    finally:
        print("left")


@wrap
@functools.lru_cache
def f(x):
    with manager():
        return [i / x for i in range(3)]


f(0)
