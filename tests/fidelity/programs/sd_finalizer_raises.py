class Repr:
    def __repr__(self):
        return "<finalizer>"

    def __call__(self, *_):
        raise ValueError("at shutdown")


class Thing:
    __del__ = Repr()


things = [Thing(), Thing()]
print("end of main")
