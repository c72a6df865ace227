import os
import sys

for number in range(3000):
    print(f"{number:05}")
    if number % 500 == 0:
        os.write(1, b"<raw>\n")
sys.stdout.buffer.write(b"x" * 5000 + b"\n")
os.write(1, b"<raw>\n")
print("y" * 9000)
os.write(1, b"<raw>\n")
