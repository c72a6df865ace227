import sys

binary = sys.stdout.detach()
binary.write(b"through the buffer\n")
raw = binary.detach()
raw.write(b"through the raw file\n")
