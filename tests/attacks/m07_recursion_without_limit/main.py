import sys

sys.setrecursionlimit(2**31 - 1)


def dive():
    dive()


dive()
