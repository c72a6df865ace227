import sys


class Thing:
    def __del__(self):
        print("written by the finalizer")


thing = Thing()
sys.exit()
