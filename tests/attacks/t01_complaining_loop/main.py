import sys

print("I complain", file=sys.stderr, flush=True)
while True:
    pass
