import os
import sys

sys.stderr.write("no newline")
os.write(2, b"<raw>")
sys.stderr.write("line\n")
print("a", "b", sep="", end="", file=sys.stderr)
os.write(2, b"<raw>\n")
sys.stderr.buffer.write(b"binary")
os.write(2, b"<raw>\n")
