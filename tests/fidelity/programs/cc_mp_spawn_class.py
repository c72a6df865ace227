import multiprocessing


class Point:
    def __init__(self, x):
        self.x = x


def make(x):
    return Point(x)


if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        print([point.x for point in pool.map_async(make, [1, 2]).get(20)])
