import gc
import weakref


class Thing:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("gone", self.name)


a, b = Thing("a"), Thing("b")
a.other, b.other = b, a
watch = weakref.ref(a, lambda _: print("callback"))
del a, b
print("before")
print(gc.collect() >= 2, watch())
weakref.finalize(Thing("c"), print, "finalized")
weakref.finalize(f := Thing("d"), print, "finalized at exit").atexit = True
cycle = []
cycle.append(cycle)
print(gc.is_tracked(cycle), gc.get_referrers(cycle)[0] is cycle)
