import sys


class Thing:
    def __del__(self):
        print("gone")


thing = Thing()
main = sys.modules["__main__"]
del sys.modules["__main__"]
print("end of main")
