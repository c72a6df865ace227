import contextlib
import io
import os
import sys

with contextlib.redirect_stdout(io.StringIO()) as text:
    print("captured")
    help(len)
print(repr(text.getvalue()))
saved = os.dup(1)
with open("out", "w") as file:
    sys.stdout.flush()
    os.dup2(file.fileno(), 1)
    print("into the file")
    os.system("echo the child too")
    sys.stdout.flush()
    os.dup2(saved, 1)
print(open("out").read())
