import os
import sys

print("before", end="", flush=True)
os.close(1)
sys.stdout = None
