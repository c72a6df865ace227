"""
>>> add(1, 2)
3
>>> add(1, "a")
Traceback (most recent call last):
    ...
TypeError: unsupported operand type(s) for +: 'int' and 'str'
>>> add(2, 2)
5
"""
import sys


def add(a, b):
    """
    >>> add(0, 0)
    0
    """
    return a + b


if __name__ == "__main__":
    import doctest

    print(doctest.testmod())
    sys.exit("failed" if doctest.testmod(report=False).failed else None)
