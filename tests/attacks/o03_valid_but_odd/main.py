import sys

sys.stdout.buffer.write("\0\x1b[31m \u202egnp.exe \U0001f600 \ufeff\r\n".encode())
