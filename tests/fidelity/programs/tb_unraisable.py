class Finalizer:
    def __repr__(self):
        return "<the finalizer>"

    def __call__(self, *_):
        raise RuntimeError("in a finalizer")


class Thing:
    __del__ = Finalizer()


thing = Thing()
del thing
print("still running")
