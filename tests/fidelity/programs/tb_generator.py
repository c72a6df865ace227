def numbers():
    yield 1
    yield from broken()


def broken():
    yield 2
    raise StopIteration("converted")


for number in numbers():
    print(number)
