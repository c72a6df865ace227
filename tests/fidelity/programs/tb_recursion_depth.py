import sys


def depth():
    frame, count = sys._getframe(), 0
    while frame:
        frame, count = frame.f_back, count + 1
    return count


def dive(n):
    try:
        return dive(n + 1)
    except RecursionError as error:
        return n, str(error)


print(depth(), sys.getrecursionlimit(), dive(0))
sys.setrecursionlimit(200)
print(dive(0))
try:
    sys.setrecursionlimit(2)
except RecursionError as error:
    print(error)
sys.setrecursionlimit(1000)
print(repr(eval("[" * 50 + "]" * 50)))
