import os
import sys

for attempt in (lambda: os.write(0, b"x"), lambda: os.ftruncate(0, 0), lambda: sys.stdin.write("x")):
    try:
        print(attempt())
    except (OSError, ValueError) as error:
        print(type(error).__name__, error)
print(sys.stdin.read())
