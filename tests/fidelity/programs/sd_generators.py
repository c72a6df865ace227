def generator(name):
    try:
        yield 1
    finally:
        print("closed", name)


g = generator("global")
next(g)


def f():
    h = generator("local")
    next(h)
    raise SystemExit


async def coroutine():
    try:
        await forever()
    finally:
        print("coroutine closed")


class forever:
    def __await__(self):
        yield


c = coroutine()
c.send(None)
f()
