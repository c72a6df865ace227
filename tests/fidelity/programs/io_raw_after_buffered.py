import os
import sys

first = sys.stdin.readline()
print(len(first), len(os.read(0, 1_000_000)))
print(len(sys.stdin.read()))
