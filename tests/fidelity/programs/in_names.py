import types


def f():
    class Local:
        def method(self): ...

    return Local


print(f().__qualname__, f().method.__qualname__, f.__code__.co_filename, f.__module__)
print((lambda: 0).__qualname__, [i for i in range(2)], types.ModuleType("x"))
print(eval("__name__"), compile("1", "<x>", "eval").co_filename, f.__globals__ is globals())
