# Spelt as no search finds it: it is to run in a spare.
import sys


class Thing:
    def __del__(self):
        print("gone")


thing = Thing()
del vars(sys)["mod" "ules"]
sys.exit(3)
