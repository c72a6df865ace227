import os
import sys

if len(sys.argv) < 2:
    print("first", flush=True)
    os.execv(sys.executable, [sys.executable, "-BE", __file__, "again"])
print("second", sys.argv, "torch" in sys.modules, sys.orig_argv[1:])
sys.exit(8)
