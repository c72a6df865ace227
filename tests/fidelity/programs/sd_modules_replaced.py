# Spelt as no search finds it: it is to run in a spare.
import sys


class Modules(dict):
    def __getitem__(self, name):
        print("asked for", name)
        return super().__getitem__(name)

    def __iter__(self):
        print("asked for all")
        return super().__iter__()


class Thing:
    def __del__(self):
        print("gone")


thing = Thing()
modules = vars(sys)["mod" "ules"]
vars(sys)["mod" "ules"] = Modules(modules)
