class Repr:
    def __repr__(self):
        return "<finalizer>"

    def __call__(self, *_):
        import colorsys

        print(colorsys.rgb_to_hsv(1, 0, 0))
        import this_is_not_there


class Thing:
    __del__ = Repr()


thing = Thing()


def keep():
    return thing
