import copy
import multiprocessing.reduction
import pickle
from dataclasses import dataclass
from enum import Enum


@dataclass
class Point:
    x: int
    y: int = 2


class Colour(Enum):
    RED = 1


def function():
    return "called"


for thing in (Point(1), Colour.RED, function, Point, [Point(3), {"a": Colour.RED}]):
    data = pickle.dumps(thing)
    print(data, str(pickle.loads(data)).split(" at 0x")[0])
print(multiprocessing.reduction.ForkingPickler.dumps(Point(5)).tobytes())
try:
    pickle.dumps(lambda: None)
except Exception as error:
    print(type(error), str(error).split(" at 0x")[0])
print(copy.deepcopy(Point(7)), pickle.loads(pickle.dumps(Point(9))) == Point(9))
