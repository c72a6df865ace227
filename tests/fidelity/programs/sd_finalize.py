import tempfile
import weakref


class Thing:
    pass


thing, other = Thing(), Thing()
weakref.finalize(thing, print, "finalized at exit")
weakref.finalize(other, print, "finalized before")
silent = weakref.finalize(thing, print, "never")
silent.atexit = False
del other
folder = tempfile.TemporaryDirectory(dir=".")
weakref.finalize(thing, lambda: print("last in, first out"))
print("end of main")
