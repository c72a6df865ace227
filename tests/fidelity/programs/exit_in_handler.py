import atexit
import sys

atexit.register(print, "runs last")
atexit.register(sys.exit, 4)
atexit.register(print, "runs first")
