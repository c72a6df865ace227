import sys

sys.setrecursionlimit(2**31 - 1)
nested = []
for _ in range(10**6):
    nested = [nested]
print("diving", flush=True)
repr(nested)
