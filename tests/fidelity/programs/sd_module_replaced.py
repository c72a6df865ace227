import sys
import types


class Loud(types.ModuleType):
    def __del__(self):
        print("module gone")


module = Loud("loud")
sys.modules["loud"] = module
del module


class Main(types.ModuleType):
    pass


import loud

print(loud.__class__.__name__)
