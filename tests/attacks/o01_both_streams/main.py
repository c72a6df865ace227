import sys

for number in range(300_000):
    print("out", number, "." * 40)
    print("err", number, "." * 40, file=sys.stderr)
