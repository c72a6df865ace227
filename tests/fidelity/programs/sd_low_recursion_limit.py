import atexit
import sys

atexit.register(lambda: print(sys.getrecursionlimit()))
print("so far")
sys.setrecursionlimit(5)
