import inspect
import traceback


def f():
    traceback.print_stack(file=__import__("sys").stdout)
    print([(frame.filename, frame.lineno, frame.function, frame.code_context) for frame in inspect.stack()])
    try:
        g()
    except Exception as error:
        print("".join(traceback.TracebackException.from_exception(error, capture_locals=True).format()))


def g():
    x = [1, 2, 3]
    return x[5]


f()
