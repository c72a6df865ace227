import sys

print(repr(sys.stdin.read()))
sys.stdin.seek(0)
print(repr(sys.stdin.readline()), sys.stdin.tell())
sys.stdin.buffer.seek(0)
print(sys.stdin.buffer.read())
