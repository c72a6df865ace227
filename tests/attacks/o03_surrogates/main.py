import sys

sys.stdout.buffer.write("\ud800\n".encode("utf-8", "surrogatepass"))
