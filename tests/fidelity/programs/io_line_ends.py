import sys

print([input() for _ in range(3)])
print(list(sys.stdin))
