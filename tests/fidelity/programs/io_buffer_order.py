import os
import sys

print("1 buffered")
os.write(1, b"2 raw\n")
sys.stderr.write("3 stderr\n")
sys.stdout.flush()
print("4 buffered", end="")
os.write(1, b"5 raw\n")
sys.stdout.buffer.write(b"6 binary\n")
print("7 buffered", flush=True)
os.system("echo 8 child")
print("9 buffered")
os.system("echo 10 child")
