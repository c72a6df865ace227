# Spelt as no search finds it: it is to run in a spare.
import atexit
import sys
import threading
import weakref


class Thing:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)


class Holder:
    pass


holder = Holder()
weakref.finalize(holder, print, "weakref finalizer")
atexit.register(print, "atexit")
threading.Thread(target=print, args=("thread",)).start()
threading._register_atexit(print, "threading atexit")
thing = Thing("global")
sys.thing = Thing("attribute of sys")
vars(sys)["mod" "ules"]["builtins"].thing = Thing("attribute of builtins")
Thing.kept = Thing("attribute of the class")
print("end of main")
