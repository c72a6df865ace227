import atexit


class Thing:
    def __del__(self):
        print("gone")


thing = Thing()
atexit.register(print, "handler")
atexit._run_exitfuncs()
import json

import numpy

print(json.dumps(numpy.ones(2).tolist()))
raise ValueError
