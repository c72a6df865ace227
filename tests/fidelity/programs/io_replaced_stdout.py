import sys


class Stream:
    def write(self, text):
        sys.__stdout__.write(f"<{text!r}>")

    def flush(self):
        sys.__stdout__.write("<flush>\n")


sys.stdout = Stream()
print("hello", 1)
print(flush=True)
