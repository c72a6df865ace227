import atexit
import sys


@atexit.register
def first():
    print("registered first, runs last", x, sys.modules["__main__"].x)


atexit.register(print, "registered second")
atexit.register(lambda: atexit.register(print, "registered during exit"))
x = 1
print("main")
x = 2
