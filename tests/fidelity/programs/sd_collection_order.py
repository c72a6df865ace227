import os


class Thing:
    def __init__(self, name):
        self.name = name

    def __del__(self, write=os.write):
        write(1, b"gone " + self.name + b"\n")


class Items(list):
    pass


first = Thing(b"first")
items = Items()
items.me = items
items.thing = Thing(b"of the cycle")
last = Thing(b"last")
