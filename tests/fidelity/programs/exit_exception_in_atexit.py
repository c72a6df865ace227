import atexit


class Fail:
    def __repr__(self):
        return "<fail>"

    def __call__(self):
        raise ValueError("at exit")


atexit.register(print, "after")
atexit.register(Fail())
atexit.register(print, "before")
raise SystemExit(2)
