import os
import sys

print("BREACH the check spoke", file=sys.stdout)
os._exit(0)
