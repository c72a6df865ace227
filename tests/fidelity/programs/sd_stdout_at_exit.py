import atexit
import sys


class Stream:
    encoding = "utf-8"

    def write(self, text):
        sys.__stdout__.write(text.upper())

    def flush(self):
        sys.__stdout__.write("(flushed)\n")
        sys.__stdout__.flush()


class Last:
    def __del__(self):
        print("finalizer")


sys.stdout = Stream()
atexit.register(print, "exit handler")
last = Last()
print("main")
