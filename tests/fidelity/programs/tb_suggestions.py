import traceback


class Point:
    def __init__(self):
        self.colour = 1

    def show(self):
        return colour


variable = 1
for attempt in (lambda: varible, lambda: Point().color, lambda: pritn, lambda: Point().show(), lambda: __import__("math").sine):
    try:
        attempt()
    except Exception:
        traceback.print_exc()
from collections import OrderedDic
